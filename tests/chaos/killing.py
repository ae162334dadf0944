"""kill -9 at random points, under a stream of researches and of clients that watch them."""
import time

from clients import Asker, Watchers, count
from engine import until
from late_site import LateSite, write_folder
from store_check import StoreFiles, check_store

CONCURRENT = 20


def request(s, site, number):
    """Files, the web, or both; each research has pages of its own."""
    tag = f"r{number}"
    body = {"question": f"What did the keeper of the Marlow lighthouse write about the lantern on {tag}?", "timeout_s": 60}
    kind = s.chance.choice(("web", "files", "both"))
    if kind != "files":
        body.update(urls=[site.url(f"/{tag}/")], depth=1, max_pages=13)
    if kind != "web":
        body.update(paths=[str(write_folder(s.folder / "texts" / tag, tag))])
    return body


class Stream:
    """Keeps CONCURRENT researches under way."""

    def __init__(self, s, engine, site, watchers):
        self.s, self.engine, self.site, self.watchers = s, engine, site, watchers
        self.asker = Asker(engine, s.chance)
        self.open, self.number = set(), 0

    def fill(self):
        for id in list(self.open):
            if self.engine.ended(id):
                self.open.discard(id)
        while len(self.open) < CONCURRENT:
            self.number += 1
            body = request(self.s, self.site, self.number)
            id = self.asker.submit(f"key-{self.s.seed}-{self.number}", body, again=self.s.chance.random() < 0.2)
            self.open.add(id)
            self.watchers.watch(id)


def running(engine):
    return len(engine.get("/api/v1/research?status=running&limit=100").json["items"])


def unanswered(s, stream, engine):
    """A request whose answer the kill takes away: sent, never read. Answers (key, body) for the retry."""
    import http.client
    import json
    stream.number += 1
    key, body = f"key-{s.seed}-{stream.number}", request(s, stream.site, stream.number)
    connection = http.client.HTTPConnection("127.0.0.1", engine.port, timeout=10)
    try:
        connection.request("POST", "/api/v1/research", json.dumps(body).encode(),
                           {"Content-Type": "application/json", "Idempotency-Key": key})
        time.sleep(s.chance.random() * 0.02)  # the kill falls before, into or after its commit
    except OSError:
        pass
    return connection, key, body


def kill_9(s):
    rounds = s.rounds or 3
    site = LateSite(delay=0.3, pages=12)
    s.closing.callback(site.end)
    texts = s.folder / "texts"
    texts.mkdir()
    engine = s.node("--allow-private-network", "--allow-path", str(texts),
                    config=f"[research]\nsessions = {CONCURRENT}\n[scrape]\nconnections_per_host = 16\n")
    engine.start()
    watchers = Watchers(engine, CONCURRENT, s.chance)
    s.closing.callback(watchers.end)
    stream = Stream(s, engine, site, watchers)
    resumed = []
    for _ in range(rounds):
        wait = s.chance.uniform(0.1, 2.0)
        point = time.monotonic() + wait
        stream.fill()
        while time.monotonic() < point:
            stream.fill()
            time.sleep(0.02)
        connection, key, body = unanswered(s, stream, engine)
        open_ones = running(engine)
        engine.kill()
        connection.close()
        began = time.monotonic()
        engine.start()
        resumed.append(time.monotonic() - began)
        s.fault(f"kill -9 after {wait:.2f} s, with {open_ones} researches running; up again in {resumed[-1]:.2f} s")
        id = stream.asker.submit(key, body)
        stream.open.add(id)
        watchers.watch(id)
    for id in sorted(stream.open):
        engine.wait(id, 120)
    until(watchers.idle, 60, "every watcher having seen the end of what it follows")
    finish(s, engine, stream, watchers)


def finish(s, engine, stream, watchers):
    asker = stream.asker
    s.note(f"{len(asker.ids)} researches, {watchers.cuts} streams cut, {asker.retries} requests without an answer")
    twice = {key: ids for key, ids in asker.ids.items() if len(ids) != 1}
    s.check(f"exactly one research a key ({len(asker.ids)} keys)", not twice, twice)
    s.check("each client's log is gapless and without repeats", not watchers.problems, watchers.problems[:5])
    logs = watchers.logs()
    told = {id: engine.events(id) for id, _, _ in logs}
    wrong = [(id, kind) for id, kind, log in logs if log != told[id]]
    s.check(f"{len(logs)} logs as SSE and WebSocket clients saw them are those of the API", not wrong, wrong[:5])
    rows = {id: engine.row(id) for id in asker.accepted()}
    ends = count(row["status"] for row in rows.values())
    s.note("ended: " + ", ".join(f"{n} {state}" for state, n in sorted(ends.items())))
    failed = {id: row.get("error") for id, row in rows.items() if row["status"] == "failed"}
    s.check("none failed but by quarantine", all((e or {}).get("code") == "poisoned" for e in failed.values()), failed)
    lost = [id for id, row in rows.items() if row["status"] not in ("done", "partial", "failed")]
    s.check("every research ended with an answer or a reason", not lost, lost[:5])
    s.check("a SIGTERM ends the node with 0", engine.stop() == 0, engine.log_tail())
    ledger = check_store(s, engine.data, asker.accepted())
    s.check("the ledger holds nothing that nobody asked for", len(ledger) == len(asker.ids), (len(ledger), len(asker.ids)))
    store = StoreFiles(engine.data)
    wrong = [id for id, _, log in logs if [(e["seq"], e["type"]) for e in log] != store.log(ledger[id][0])]
    store.close()
    s.check("each client's log is that of the store", not wrong, wrong[:5])
