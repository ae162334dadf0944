"""The disk is full for a while; the database can't be written for a while."""
import os
import shutil
import subprocess
import time

from engine import until
from scenario import NotPossible
from store_check import check_store
from work import all_ended, check_logs, file_request, late_site, readiness, restarts, texts, until_or_false, web_request


def small_disk(s, megabytes):
    """A file system of its own, undone even when the scenario fails."""
    place = s.folder / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)], capture_output=True, text=True)
    if made.returncode != 0:
        raise NotPossible(f"no file system can be mounted here ({made.stderr.strip()}); run as root")
    s.closing.callback(lambda: subprocess.run(["umount", "-l", str(place)], check=True))
    return place


def fill(place):
    """Takes every byte there is; answers the file that holds them."""
    file = place / "ballast"
    with open(file, "wb", buffering=0) as out:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    out.write(b"x" * size)
            except OSError:
                pass
    return file


def begin(s, data=None):
    """A node with four researches in the middle of their work; what is asked of it while the fault lasts."""
    site = late_site(s, delay=0.4, pages=12)
    engine = s.node("--allow-private-network", "--allow-path", str(texts(s)), data=data,
                    config="[research]\nsessions = 8\n").start()
    first = engine.ask(**file_request(s, "before"))
    engine.wait(first, 30)
    running = [engine.ask(**web_request(site, f"w{i}", timeout_s=6, pages=13)) for i in range(4)]
    until(lambda: all(engine.row(id)["status"] == "running" for id in running), 20, "the researches running")
    return engine, site, first, running


def red_for_writing(engine):
    """What readiness says of the database when that is why it is red."""
    code, status, wrong = readiness(engine)
    said = wrong.get("database") or ""
    return said if code == 503 and status == "unhealthy" and said.startswith("can't be written: ") else None


def during(s, engine, running, codes):
    """While nothing can be written. `codes`: what a refusal may be called."""
    red = until_or_false(lambda: red_for_writing(engine), 6)
    s.check("readiness is 503 and says that nothing can be written", red, readiness(engine))
    s.note(f"readiness: {red}")
    s.check("liveness does not: a restart would not help", engine.get("/health/live").status == 200)
    refused = engine.post("/api/v1/research", {"question": "Who takes this?", "timeout_s": 5}, timeout=20)
    problem = refused.json
    s.check("a new research is refused with a reason and an advice",
            refused.status in (503, 507) and problem.get("code") in codes and problem.get("advice"), refused)
    s.note(f"refused with {refused.status} {problem.get('code')}: {problem.get('detail')} {problem.get('advice')}")
    time.sleep(8)  # longer than the time budget of those that run
    s.check("what is stored can be read", all(engine.row(id) for id in running))
    s.check("readiness stays red while it lasts", red_for_writing(engine), readiness(engine))
    s.note("states after their deadline: " + ", ".join(engine.row(id)["status"] for id in running))
    s.check("the node lives", engine.alive, engine.log_tail())
    again = restarts(engine)
    s.check("nothing is started again and again", sum(n for n, _ in again.values()) <= 10, again)


def after(s, engine, first, running):
    ready = until_or_false(lambda: readiness(engine)[1] == "healthy", 20)
    s.check("readiness recovers by itself", ready, readiness(engine))
    late = engine.ask(**file_request(s, "after"))
    open_ones = all_ended(engine, [*running, late], 30)
    s.check("what was running ends, and new work is done", not open_ones, open_ones)
    s.note("ended: " + ", ".join(engine.row(id)["status"] for id in [*running, late]))
    s.check("new work is done well", engine.row(late)["status"] == "done", engine.row(late))
    check_logs(s, engine, [first, *running, late])
    s.check("a SIGTERM ends the node with 0", engine.stop() == 0, engine.log_tail())
    check_store(s, engine.data, [first, *running, late])


def disk_full(s):
    disk = small_disk(s, 48)
    engine, _, first, running = begin(s, data=disk / "data")
    ballast = fill(disk)
    s.fault(f"{ballast.stat().st_size >> 10} KiB of ballast leave {shutil.disk_usage(disk).free} bytes free")
    during(s, engine, running, ("disk_full", "storage_failed"))
    ballast.unlink()
    s.fault("lifted: the ballast is removed")
    after(s, engine, first, running)


def immutable(s, files, on):
    made = subprocess.run(["chattr", "+i" if on else "-i", *map(str, files)], capture_output=True, text=True)
    return made.returncode == 0, made.stderr.strip()


def read_only(s):
    engine, _, first, running = begin(s)
    # Not the shared memory beside them: a process that has it mapped would be ended by the kernel, whatever it does.
    files = [f for f in (engine.data / "troupe.db", engine.data / "troupe.db-wal") if f.exists()]
    s.closing.callback(lambda: immutable(s, [f for f in files if f.exists()], False))
    done, why = immutable(s, files, True)
    try:
        with open(files[0], "r+b"):
            done, why = False, "what is immutable can be opened for writing"
    except PermissionError:
        pass
    if not done:
        raise NotPossible(f"no file can be made immutable here ({why}); run as root on ext4, xfs or btrfs")
    s.fault(f"immutable: {', '.join(f.name for f in files)} (root as {os.geteuid() == 0})")
    during(s, engine, running, ("storage_failed", "disk_full"))
    immutable(s, files, False)
    s.fault("lifted: writable again")
    after(s, engine, first, running)
