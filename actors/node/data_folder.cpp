#include "actors/node/data_folder.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace troupe {

expected<data_folder> data_folder::hold(const std::filesystem::path& folder) {
  std::error_code bad;
  std::filesystem::create_directories(folder, bad);
  if (bad)
    return fail(errc::storage_failed, "can't make the data folder " + folder.string() + ": " + bad.message(),
                "Give a folder you may write to with --data.");
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all, bad); // best effort: it may be a mount
  auto name = folder / "lock";
  auto fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(errc::storage_failed, "can't write to the data folder " + folder.string() + ": " + std::strerror(errno),
                "Run as a user who can, or give a folder you own with --data.");
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return fail(errc::data_locked, "another troupe holds the data folder " + folder.string(),
                "Talk to that one (its address stands in " + (folder / "endpoint").string()
                  + "), stop it, or use another --data.");
  }
  return data_folder{folder, fd};
}

data_folder::~data_folder() {
  if (fd_ >= 0)
    ::close(fd_);
}

} // namespace troupe
