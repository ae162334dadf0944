"""The wall clock steps an hour forwards and backwards while researches run."""
import mmap
import shutil
import struct
import subprocess
from pathlib import Path

from scenario import NotPossible
from store_check import check_store
from work import all_ended, check_logs, file_request, late_site, readiness, restarts, texts, until_or_false, web_request

HOUR = 3600


class WallClock:
    """What a process sees as the time of day: the true one plus a step."""

    def __init__(self, s):
        compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
        if not compiler:
            raise NotPossible("no C compiler for the clock's shim; install gcc")
        self.shim, file = s.folder / "clock.so", s.folder / "clock"
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", str(self.shim), str(Path(__file__).parent / "clock_shim.c"), "-ldl"],
                       check=True, capture_output=True)
        file.write_bytes(struct.pack("q", 0))
        self.file = open(file, "r+b")
        self.mapped = mmap.mmap(self.file.fileno(), 8)
        self.environment = {"LD_PRELOAD": str(self.shim), "CHAOS_CLOCK": str(file)}

    def step_to(self, seconds):
        self.mapped[:8] = struct.pack("q", int(seconds * 1e9))


def retry_after(engine, site):
    """The answer of a full ledger: eight run slowly, twenty wait."""
    for i in range(60):
        answer = engine.post("/api/v1/research", web_request(site, f"full{i}", timeout_s=2))
        if answer.status == 429:
            return int(answer.headers["Retry-After"])
        assert answer.status == 202, answer
    return None


def one_step(s, engine, site, clock, number, step):
    ids = [engine.ask(**web_request(site, f"c{number}w{i}", timeout_s=40, pages=13)) for i in range(4)]
    ids += [engine.ask(**web_request(site, f"c{number}short", timeout_s=4, pages=40))]
    until_or_false(lambda: all(engine.row(id)["progress"]["pages_fetched"] > 0 for id in ids), 20)
    clock.step_to(step)
    s.fault(f"the wall clock is set to {step / HOUR:+.0f} h with {len(ids)} researches running")
    late = engine.ask(**file_request(s, f"c{number}after", timeout_s=20))
    open_ones = all_ended(engine, [*ids, late], 45)
    rows = {id: engine.row(id) for id in [*ids, late]}
    s.check(f"after {step / HOUR:+.0f} h every research ends within its budget", not open_ones, open_ones)
    s.note("ended: " + ", ".join(f"{r['status']} (attempt {r['attempt']})" for r in rows.values()))
    failed = {id: r for id, r in rows.items() if r["status"] not in ("done", "partial")}
    s.check(f"after {step / HOUR:+.0f} h none is called failed", not failed, failed)
    s.check(f"after {step / HOUR:+.0f} h none is cut short by the step", all(rows[id]["status"] == "done" for id in [*ids[:4], late]),
            {id: (r["status"], r["attempt"]) for id, r in rows.items()})
    return [*ids, late]


def clock_steps(s):
    clock = WallClock(s)
    site = late_site(s, delay=0.25, pages=12)
    engine = s.node("--allow-private-network", "--allow-path", str(texts(s)), env=clock.environment,
                    config="[research]\nsessions = 8\n[storage]\nledger_limit = 20\n").start()
    ids = []
    steps = [HOUR, 0, -HOUR] if not s.long else [s.chance.choice((-1, 1)) * HOUR * i for i in range(1, 9)]
    for number, step in enumerate(steps):
        ids += one_step(s, engine, site, clock, number, step)
    s.check("readiness stays healthy", readiness(engine)[1] == "healthy", readiness(engine))
    s.check("no actor failed", not restarts(engine), restarts(engine))
    wait = retry_after(engine, site)
    s.check("Retry-After of a full ledger is between 1 s and 600 s", wait is not None and 1 <= wait <= 600, wait)
    items = engine.get("/api/v1/research?limit=200").json["items"]
    left = all_ended(engine, [x["id"] for x in items], 60)
    s.check("what was accepted after the steps ends too", not left, left)
    check_logs(s, engine, ids)
    s.check("a SIGTERM ends the node with 0", engine.stop() == 0, engine.log_tail())
    check_store(s, engine.data, ids)
