"""SIGSTOP for longer than a lease, then SIGCONT: the node must take up its own work without doing any of it twice."""
import signal
import time

from clients import Watchers
from store_check import check_store
from work import all_ended, check_logs, file_request, late_site, readiness, texts, until_or_false, web_request

LEASE_S = 15


def freeze(s):
    site = late_site(s, delay=0.5, pages=12)
    engine = s.node("--allow-private-network", "--allow-path", str(texts(s)), config="[research]\nsessions = 8\n").start()
    watchers = Watchers(engine, 6, s.chance)
    s.closing.callback(watchers.end)
    ids = [engine.ask(**web_request(site, f"w{i}", timeout_s=45, pages=13)) for i in range(6)]
    for id in ids:
        watchers.watch(id)
    until_or_false(lambda: all(engine.row(id)["progress"]["pages_fetched"] > 0 for id in ids), 20)
    before = {id: engine.events(id) for id in ids}
    stopped = LEASE_S + 2 + s.chance.random()
    engine.process.send_signal(signal.SIGSTOP)
    s.closing.callback(lambda: engine.alive and engine.process.send_signal(signal.SIGCONT))
    time.sleep(stopped)
    engine.process.send_signal(signal.SIGCONT)
    s.fault(f"SIGSTOP for {stopped:.1f} s (leases last {LEASE_S} s) with {len(ids)} researches running, then SIGCONT")
    s.check("readiness is back at once", until_or_false(lambda: readiness(engine)[1] == "healthy", 5), readiness(engine))
    late = engine.ask(**file_request(s, "after"))
    open_ones = all_ended(engine, [*ids, late], 60)
    s.check("every research ends", not open_ones, open_ones)
    until_or_false(watchers.idle, 20)
    rows = {id: engine.row(id) for id in [*ids, late]}
    s.note("ended: " + ", ".join(f"{r['status']} (attempt {r['attempt']})" for r in rows.values()))
    s.check("none is cut short by the freeze", all(r["status"] == "done" for r in rows.values()),
            {id: (r["status"], r["attempt"]) for id, r in rows.items()})
    s.check("none is called failed", all(r["status"] in ("done", "partial") for r in rows.values()), rows)
    changed = [id for id in ids if engine.events(id)[:len(before[id])] != before[id]]
    s.check("no event that was seen before has gone or changed", not changed, changed)
    check_logs(s, engine, [*ids, late])
    s.check("each client's log is gapless and without repeats", not watchers.problems, watchers.problems[:5])
    s.check("a SIGTERM ends the node with 0", engine.stop() == 0, engine.log_tail())
    check_store(s, engine.data, [*ids, late])
