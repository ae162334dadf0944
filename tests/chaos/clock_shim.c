/* Steps the wall clock of one process, as NTP or an operator would: preloaded, it adds the nanoseconds that stand as a
 * 64-bit number at the start of the file $CHAOS_CLOCK to CLOCK_REALTIME. The monotonic clock is left alone. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *offset;

__attribute__((constructor)) static void open_offset(void) {
  const char *name = getenv("CHAOS_CLOCK");
  int fd = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0)
    return;
  void *mapped = mmap(0, sizeof *offset, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED)
    offset = mapped;
}

static struct timespec moved(struct timespec t, int64_t by) {
  int64_t ns = t.tv_nsec + by % 1000000000;
  t.tv_sec += by / 1000000000 + (ns < 0 ? -1 : ns >= 1000000000 ? 1 : 0);
  t.tv_nsec = (ns + 1000000000) % 1000000000;
  return t;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
  if (syscall(SYS_clock_gettime, clock, out) != 0)
    return -1;
  if (offset && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    *out = moved(*out, *offset);
  return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  struct timespec now;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out)
    *out = now.tv_sec;
  return now.tv_sec;
}

/* The kernel waits by the true clock: an absolute time of the wall clock (no machine has been up for 31 years, so it can't
 * be one of the monotonic clock) is put back to it. */
int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict until) {
  static int (*next)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
  if (!next)
    *(void **)&next = dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  struct timespec at = *until;
  if (offset && at.tv_sec > 1000000000)
    at = moved(at, -*offset);
  return next(cond, mutex, &at);
}
