"""Actors that throw on every message or never answer, through TROUPE_FAULTS (README.md)."""
import os
import subprocess
import time

from clients import GONE
from engine import binary, environment
from scenario import NotPossible
from store_check import check_store
from work import (ENDED, all_ended, check_logs, file_request, late_site, readiness, restarts, texts, until_or_false,
                  web_request)

LOOKED_AT_EVERY = 1.0  # seconds, by the node


class Faults:
    """A file of faults that a node reads again whenever it changes."""

    def __init__(self, s):
        self.s, self.file = s, s.folder / "faults"
        self.file.write_text("")
        self.environment = {"TROUPE_FAULTS": f"@{self.file}"}

    def needed(self):
        """A build that has faults refuses to start with a bad one; others can't run this."""
        try:
            tried = subprocess.run([binary(), "serve", "--data", str(self.s.folder / "try"), "--listen", "127.0.0.1:0"],
                                   env=environment(self.s.folder) | {"TROUPE_FAULTS": "nonsense"},
                                   capture_output=True, text=True, timeout=5)
        except subprocess.TimeoutExpired:
            raise NotPossible("this binary knows no TROUPE_FAULTS") from None
        if "built without" in tried.stderr:
            raise NotPossible("this binary was built without fault points; build the preset dev or asan")
        self.s.check("a bad fault is a clear error at start", tried.returncode not in (0, None) and "nonsense" in tried.stderr, tried)

    def set(self, text):
        new = self.file.with_suffix(".new")
        new.write_text(text)
        os.replace(new, self.file)
        self.s.fault(text)
        time.sleep(LOOKED_AT_EVERY * 1.5)

    def lift(self):
        new = self.file.with_suffix(".new")
        new.write_text("")
        os.replace(new, self.file)
        self.s.fault("lifted")
        time.sleep(LOOKED_AT_EVERY * 1.5)


def has_restarted(engine, part):
    return {path: why for path, (n, why) in restarts(engine).items() if part in path}


def dead_letters(engine):
    answer = engine.get("/api/v1/dead-letters?limit=100")
    return answer.json["items"] if answer.status == 200 else None


def reasons(engine, id):
    """Everything a watcher is told about why something did not work."""
    row, out = engine.row(id), []
    if row.get("error"):
        out.append(row["error"])
    out += [e["data"] for e in engine.events(id) if e["type"] in ("page.failed", "research.partial", "research.failed")]
    return out


def part_fails(s, name, glob, fault, question, named, within):
    """One kind of child is broken, work is given, the fault is lifted. The node may give up; then it says so with its exit
    status, and its next life ends the work. `named`: one of these stands in the reason."""
    faults = Faults(s)
    engine = s.node("--allow-private-network", "--allow-path", str(texts(s)), env=faults.environment).start()
    faults.set(f"{glob}:{fault}")
    id = engine.ask(**question)
    gave_up = False

    def over():
        nonlocal gave_up
        if not engine.alive:
            gave_up = True
            return True
        return engine.row(id)["status"] in ENDED

    over_in_time = until_or_false(over, within)
    if gave_up:
        s.check(f"{name}: the node that gave up ends non-zero and says why",
                engine.process.returncode != 0 and glob.split("*")[0].rstrip("/") in engine.log_tail(20000), engine.log_tail())
        s.check(f"{name}: it ends with 1, not by a signal", engine.process.returncode == 1,
                (engine.process.returncode, engine.log_tail(300)))
        faults.lift()
        engine.start()
        left = all_ended(engine, [id], 30)
        s.check(f"{name}: its next life ends the research", not left, left)
    else:
        s.check(f"{name}: the research ends within {within} s", over_in_time, engine.row(id))
        why = reasons(engine, id)
        s.note(f"{engine.row(id)['status']}: {why[:2]}")
        s.check(f"{name}: it ends done, or with a reason that names what happened",
                engine.row(id)["status"] == "done" or any(word in str(why) for word in named), why)
        if fault == "throw":
            s.check(f"{name}: the tree shows restarts and the last error", has_restarted(engine, glob.split("*")[0].rstrip("/")),
                    restarts(engine))
        faults.lift()
    return engine, faults, id


def works_again(s, name, engine, ids):
    """After the fault: a new research is done well, and the files are in order."""
    until_or_false(lambda: readiness(engine)[1] == "healthy", 30)
    late = engine.ask(**file_request(s, f"{name}-after".replace(" ", "-")))
    left = all_ended(engine, [late], 40)
    s.check(f"{name}: work is done well afterwards", not left and engine.row(late)["status"] == "done", engine.row(late))
    check_logs(s, engine, [*ids, late])
    s.check(f"{name}: a SIGTERM ends the node with 0", engine.stop() == 0, engine.log_tail())
    check_store(s, engine.data, [*ids, late])


def throwing_embedder(s):
    Faults(s).needed()
    engine, _, id = part_fails(s, "embedder throws", "node-1/embed/**/embedder/*", "throw", file_request(s, "one", files=1),
                               ("poisoned", "unavailable", "stalled"), 50)
    letters = dead_letters(engine)
    if letters is not None and any("poisoned" in str(r) for r in reasons(engine, id)):
        s.check("a poison page is a dead letter", any(x["research_id"] == id for x in letters), letters)
    works_again(s, "embedder throws", engine, [id])


def throwing_extractor(s):
    Faults(s).needed()
    site = late_site(s, delay=0.0, pages=1)
    engine, _, id = part_fails(s, "extractor throws", "node-1/scrape/pool/extractor/*", "throw", web_request(site, "one", pages=1),
                               ("poisoned", "unavailable", "stalled"), 50)
    letters = dead_letters(engine)
    if letters is not None and any("poisoned" in str(r) for r in reasons(engine, id)):
        s.check("a poison page is a dead letter", any(x["research_id"] == id for x in letters), letters)
    works_again(s, "extractor throws", engine, [id])


def throwing_shard(s):
    Faults(s).needed()
    engine, _, id = part_fails(s, "shard throws", "node-1/index/shard/*", "throw", file_request(s, "one", files=1, timeout_s=20),
                               ("unavailable", "index", "shard", "deadline"), 40)
    works_again(s, "shard throws", engine, [id])


def silent_embedder(s):
    Faults(s).needed()
    engine, _, id = part_fails(s, "embedder is silent", "node-1/embed/**/embedder/*", "silent",
                               file_request(s, "one", files=2, timeout_s=8), ("deadline", "poisoned", "stalled"), 30)
    works_again(s, "embedder is silent", engine, [id])


def silent_extractor(s):
    Faults(s).needed()
    site = late_site(s, delay=0.0, pages=2)
    engine, _, id = part_fails(s, "extractor is silent", "node-1/scrape/pool/extractor/*", "silent",
                               web_request(site, "one", timeout_s=8, pages=3), ("deadline", "poisoned", "stalled"), 30)
    works_again(s, "extractor is silent", engine, [id])


def throwing_writer(s):
    """Without a writer nothing can be promised: the node must end, non-zero, rather than pretend."""
    faults = Faults(s)
    faults.needed()
    engine = s.node("--allow-private-network", "--allow-path", str(texts(s)), env=faults.environment).start()
    first = engine.ask(**file_request(s, "before"))
    engine.wait(first, 30)
    faults.set("node-1/store/writer:throw")
    answers = []

    def ended():
        try:
            answers.append(engine.post("/api/v1/research", {"question": "Who takes this?", "timeout_s": 5}, timeout=10).status)
        except GONE:
            answers.append(0)
        return not engine.alive

    gone = until_or_false(ended, 240 if s.long else 12)
    if s.long or gone:  # it takes more than a minute: each life of the writer has to be failed by somebody's write
        s.check("a node whose writer can't live ends", gone, (engine.log_tail(), answers[-5:]))
        s.check("its exit status is not 0", engine.process.poll() not in (0, None), engine.process.poll())
    log = engine.log_tail(20000)
    s.check("its log says which part fails", "node-1/store/writer failed" in log, log)
    s.check("nothing was accepted that could not be kept", answers and 202 not in answers, answers)
    faults.lift()
    if not engine.alive:
        engine.start()
    works_again(s, "writer throws", engine, [first])
