"""More work than a node can do: an embedder at a twentieth of its speed, and ten times the load from one moment to the next."""
import queue
import threading
import time

from clients import GONE, Asker, Pace, count
from faults import Faults

from store_check import check_store
from work import all_ended, check_logs, late_site, until_or_false, web_request

READS = ["/api/v1/research?limit=20", "/api/v1/tree", "/health/ready", "/api/v1/research?status=running&limit=100"]


def backlog(engine):
    """Researches that wait in the ledger."""
    lines = engine.get("/metrics", timeout=10).body.decode().splitlines()
    return int(float(next(x for x in lines if x.startswith('worker_queue_depth{queue="research"}')).split()[-1]))


class Sampler:
    """Watches one node: memory, site hits and the ledger's figures, about five times a second."""

    def __init__(self, engine, site):
        self.engine, self.site, self.closing = engine, site, threading.Event()
        self.memory, self.backlog, self.hits = [], [], []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.closing.wait(0.2):
            try:
                self.memory.append(self.engine.memory_bytes())
                self.hits.append((time.monotonic(), self.site.hits))
                self.backlog.append(backlog(self.engine))
            except (*GONE, StopIteration):
                pass

    def end(self):
        self.closing.set()
        self.thread.join(15)

    def hits_a_second(self, since, until_):
        span = [(t, n) for t, n in self.hits if since <= t <= until_]
        return (span[-1][1] - span[0][1]) / max(span[-1][0] - span[0][0], 0.1) if len(span) > 1 else 0.0


class Client(threading.Thread):
    """Submits what it is given and obeys Retry-After. `tries`: how often each was refused before it got in."""

    def __init__(self, asker, bodies, closing):
        super().__init__(daemon=True)
        self.asker, self.bodies, self.closing = asker, bodies, closing
        self.tries, self.waits, self.problems = [], [], []

    def run(self):
        try:
            while not self.closing.is_set():
                self.submit(*self.bodies.get_nowait())
        except queue.Empty:
            pass
        except Exception as problem:
            self.problems.append(repr(problem))

    def submit(self, key, body):
        refused = 0
        while not self.closing.is_set():
            try:
                answer = self.asker.engine.post("/api/v1/research", body, {"Idempotency-Key": key}, timeout=30)
            except GONE as problem:
                self.problems.append(repr(problem))
                self.closing.wait(0.2)
                continue
            if answer.status == 202:
                self.asker.ids.setdefault(key, set()).add(answer.json["id"])
                self.tries.append(refused)
                return
            if answer.status != 429 or not answer.headers.get("Retry-After"):
                self.problems.append(repr(answer))
                return
            refused += 1
            self.waits.append(int(answer.headers["Retry-After"]))
            self.closing.wait(self.waits[-1])


def stalled_words(engine, ids):
    """Whatever a log or a row calls stalled."""
    found = []
    for id in ids:
        if (engine.row(id).get("error") or {}).get("code") == "stalled":
            found.append(id)
        found += [e for e in engine.events(id) if "stalled" in (e["data"].get("reason"), e["data"].get("code"))]
    return found


def backpressure(s):
    number = 2000 if s.long else 200
    site = late_site(s, delay=0.0, pages=3, paragraphs=40)
    faults = Faults(s)
    faults.needed()
    engine = s.node("--allow-private-network", env=faults.environment,
                    config=f"[research]\nsessions = 8\n[storage]\nledger_limit = {number // 4}\n[scrape]\nconnections_per_host = 8\n").start()
    warm = engine.ask(**web_request(site, "warm", pages=4))
    engine.wait(warm, 30)
    idle = engine.memory_bytes()
    sampler = Sampler(engine, site)
    s.closing.callback(sampler.end)
    healthy_rate = free_rate(engine, site, sampler)
    faults.set("node-1/embed/pool/embedder/*:slow=20")
    asker, closing = Asker(engine, s.chance), threading.Event()
    s.closing.callback(closing.set)
    bodies = queue.Queue()
    for i in range(number):
        bodies.put((f"b{s.seed}-{i}", web_request(site, f"b{i}", timeout_s=3000, pages=4)))
    clients = [Client(asker, bodies, closing) for _ in range(16)]
    began = time.monotonic()
    for c in clients:
        c.start()
    refused = until_or_false(lambda: any(c.waits for c in clients), 60)
    s.check("a full ledger answers 429 with Retry-After", refused, [c.problems for c in clients])
    time.sleep(60 if s.long else 8)  # the overload goes on
    slow_rate = sampler.hits_a_second(time.monotonic() - (50 if s.long else 6), time.monotonic())
    s.check("the backlog grew up to the ledger's limit", max(sampler.backlog, default=0) >= number // 4 - 8, max(sampler.backlog, default=0))
    s.check("no page of the API failed meanwhile", not any(c.problems for c in clients), [c.problems for c in clients if c.problems][:3])
    faults.lift()
    lifted = time.monotonic()
    let_in = until_or_false(lambda: not any(c.is_alive() for c in clients), 900 if s.long else 60)
    s.check("every client that obeys Retry-After gets in", let_in, f"{len(asker.ids)} of {number} are in")
    # The same backlog without the fault, where it lasts long enough to be measured; else what was measured before.
    healthy_rate = max(healthy_rate, sampler.hits_a_second(lifted + 1, lifted + 4))
    s.check(f"a slow embedder slows fetching: {slow_rate:.0f} pages a second, {healthy_rate:.0f} without the fault",
            slow_rate < healthy_rate * 0.85, (slow_rate, healthy_rate))
    ids = asker.accepted()
    open_ones = all_ended(engine, ids[-1:] and ids, 900 if s.long else 60)
    s.check(f"all {len(ids)} finish when the fault ends", not open_ones and len(ids) == number, (len(open_ones), len(ids)))
    s.note(f"{time.monotonic() - began:.0f} s in all; ended: {count(engine.row(id)['status'] for id in ids)}")
    tries, waits = [t for c in clients for t in c.tries], [w for c in clients for w in c.waits]
    s.note(f"{len(waits)} answers 429; Retry-After {min(waits, default=0)} to {max(waits, default=0)} s; "
           f"most tries of one client: {max(tries, default=0) + 1}")
    truthful = sum(1 for t in tries if t <= 1) / max(len(tries), 1)
    s.check(f"Retry-After is true: {truthful:.0%} got in at once or after waiting that long once", truthful >= 0.8, count(tries))
    stalled = stalled_words(engine, ids if not s.long else s.chance.sample(ids, 200))
    s.check("nothing is called stalled", not stalled, stalled[:3])
    peak = max(sampler.memory)
    s.check(f"resident memory stays within 150 MB of idle ({idle >> 20} MiB idle, {peak >> 20} MiB at most)", peak - idle < 150e6)
    sampler.end()
    s.check("a SIGTERM ends the node with 0", engine.stop() == 0, engine.log_tail())
    check_store(s, engine.data, [warm, *ids])


def free_rate(engine, site, sampler):
    """Pages a second that this node fetches when nothing is in its way."""
    began = time.monotonic()
    ids = [engine.ask(**web_request(site, f"free{i}", pages=4)) for i in range(40)]
    for id in ids:
        engine.wait(id, 60)
    time.sleep(0.3)
    return sampler.hits_a_second(began, time.monotonic())


def submit_at(engine, s, site, rate, seconds, tag, out):
    """Open loop: one request each 1/rate s, whatever became of the last one. `out`: (key, status, id, seconds)."""
    threads = []

    def one(i):
        began = time.monotonic()
        try:
            answer = engine.post("/api/v1/research", web_request(site, f"{tag}{i}", timeout_s=300, pages=3),
                                 {"Idempotency-Key": f"{tag}{s.seed}-{i}"}, timeout=30)
            out.append((answer.status, answer.json.get("id"), time.monotonic() - began))
        except GONE as problem:
            out.append((0, repr(problem), time.monotonic() - began))

    began = time.monotonic()
    for i in range(int(rate * seconds)):
        time.sleep(max(0.0, began + i / rate - time.monotonic()))
        threads.append(threading.Thread(target=one, args=(i,), daemon=True))
        threads[-1].start()
    for t in threads:
        t.join(35)


def ten_times(s):
    base, seconds = (10, 20) if s.long else (2, 4)
    site = late_site(s, delay=0.02, pages=2)
    engine = s.node("--allow-private-network", config="[research]\nsessions = 8\n[scrape]\nconnections_per_host = 8\n").start()
    pace = Pace(engine, READS)
    s.closing.callback(pace.end)
    out = []
    submit_at(engine, s, site, base, seconds, "base", out)
    calm, before = list(pace.seconds), len(pace.seconds)
    submit_at(engine, s, site, base * 10, seconds, "step", out)
    s.fault(f"load steps from {base} to {base * 10} researches a second for {seconds} s")
    ids = [id for status, id, _ in out if status == 202]
    open_ones = all_ended(engine, ids, 240 if s.long else 60)
    pace.end()
    posts = sorted(t for _, _, t in out)
    p95 = sorted(pace.seconds[before:])[int(len(pace.seconds[before:]) * 0.95)]
    s.check(f"p95 of reads stays under 2 s ({p95 * 1000:.0f} ms; {sorted(calm)[int(len(calm) * 0.95)] * 1000:.0f} ms before)", p95 < 2)
    s.check(f"p95 of accepting stays under 2 s ({posts[int(len(posts) * 0.95)] * 1000:.0f} ms)", posts[int(len(posts) * 0.95)] < 2)
    s.check("no read failed", not pace.failures, pace.failures[:3])
    s.check(f"all {len(out)} were accepted", len(ids) == len(out), [x for x in out if x[0] != 202][:3])
    s.check("nothing is lost: each ends", not open_ones, list(open_ones.items())[:2])
    s.note(f"ended: {count(engine.row(id)['status'] for id in ids)}")
    check_logs(s, engine, ids)
    s.check("a SIGTERM ends the node with 0", engine.stop() == 0, engine.log_tail())
    check_store(s, engine.data, ids)
