"""What survives: kill -9 at any moment, a graceful stop, a restart. And who may hold a data folder."""
import os
import random
import signal
import subprocess

import pytest

from engine import Engine, assert_gapless, binary, environment, until
from evidence import check_citations

KEEPER = "Who was the first keeper of the Marlow lighthouse?"
AUTOVACUUM = "How does autovacuum decide when to vacuum a table?"


@pytest.fixture
def quick_drain(tmp_path):
    """Half of the time to drain is for sessions to end by themselves."""
    config = tmp_path / "troupe.toml"
    config.write_text("[serve]\ndrain_deadline_s = 4\n")
    return "--config", str(config)


def last_seq(engine, id):
    try:
        return engine.get(f"/api/v1/research/{id}/events?after=0&limit=1000", timeout=5).json["last"]
    except (OSError, ValueError, KeyError):
        return 0


@pytest.mark.parametrize("turn", range(3))
def test_kill_9_at_a_random_point_loses_nothing(engine, many_notes, turn):
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    e = engine("--allow-path", str(many_notes))
    id = e.ask(KEEPER, paths=[str(many_notes)])
    kills, before = 0, []
    while kills < 2:
        # Wait for some events beyond those of the last life, then pull the plug.
        wanted = len(before) + chance.randint(0, 25)
        until(lambda: e.ended(id) or last_seq(e, id) >= wanted, 60, f"{wanted} events")
        if e.ended(id):
            break
        before = e.events(id)
        e.kill()
        kills += 1
        e.start()
        assert e.events(id)[:len(before)] == before, "an event that was seen has gone or changed"
    row = e.wait(id, 120)
    events = e.events(id)
    print("kills", kills, "events", len(events), "attempts", row["attempt"])
    assert row["status"] == "done", row
    assert_gapless(events)
    assert events[:len(before)] == before
    fetched = [x["data"]["url"] for x in events if x["type"] == "page.fetched"]
    assert len(fetched) == len(set(fetched)), "a page was read twice"
    assert len([x for x in events if x["type"] == "research.started"]) == 1
    report = e.report(id)
    assert "Ada Thorne" in report["markdown"]
    check_citations(e, id, report)
    deltas = {}
    text = b""
    for x in events:
        if x["type"] == "report.delta":
            d = x["data"]
            text = text[:d["offset"]] + d["text"].encode()
            assert d["attempt"] >= deltas.get("attempt", 0)
            deltas["attempt"] = d["attempt"]
    assert text.decode() == report["markdown"], "the deltas add up to the report"


def test_what_was_accepted_is_there_after_kill_9(engine):
    e = engine()
    ids = [e.ask(f"Question number {i}?", timeout_s=5) for i in range(20)]
    e.kill()
    e.start()
    for id in ids:
        assert e.wait(id, 60)["status"] in ("done", "partial")
        assert_gapless(e.events(id))


def test_a_restart_keeps_everything(engine, notes):
    e = engine("--allow-path", str(notes))
    id, row, events = e.run(KEEPER, paths=[str(notes)])
    report, page = e.report(id), e.get(f"/api/v1/research/{id}/report", "text/html").body
    hits = e.post("/api/v1/search", {"query": "first keeper", "k": 5}).json["hits"]
    texts = {s["n"]: e.source_text(id, s["n"]) for s in report["sources"]}
    assert e.stop() == 0
    e.start()
    assert e.row(id) == row and e.events(id) == events and e.report(id) == report
    assert e.get(f"/api/v1/research/{id}/report", "text/html").body == page
    assert {n: e.source_text(id, n) for n in texts} == texts
    again = until(lambda: (f := e.post("/api/v1/search", {"query": "first keeper", "k": 5}).json)["coverage"] == 1 and f["hits"],
                  20, "the index being filled again")
    assert [(h["document"], h["start"], h["end"]) for h in again] == [(h["document"], h["start"], h["end"]) for h in hits]


def test_cancel_keeps_what_there_is_and_is_idempotent(engine, bad_site):
    e = engine("--allow-private-network")
    id = e.ask("How often does the Marlow lighthouse flash?", urls=[bad_site.url("/fact.html"), bad_site.url("/endless.html")], timeout_s=100)
    until(lambda: [x for x in e.events(id) if x["type"] == "page.fetched"], 20, "the good page being read")
    assert e.request("DELETE", f"/api/v1/research/{id}").status == 200
    row = until(lambda: e.ended(id), 20, "the cancel reaching every child")
    assert row["status"] == "cancelled"
    again = e.request("DELETE", f"/api/v1/research/{id}")
    assert again.status == 200 and again.json["status"] == "cancelled"
    events = e.events(id)
    assert_gapless(events)
    assert events[-1]["type"] == "research.cancelled"
    sent = bad_site.sent.get("/endless.html", 0)
    until(lambda: bad_site.sent.get("/endless.html", 0) - sent < 2000, 5)
    assert e.get("/health/ready").status == 200


def test_a_graceful_stop_ends_with_0_and_hands_back_what_runs(engine, bad_site, quick_drain):
    e = engine("--allow-private-network", *quick_drain)
    id = e.ask("How often does the Marlow lighthouse flash?", urls=[bad_site.url("/fact.html"), bad_site.url("/endless.html")], timeout_s=8)
    until(lambda: [x for x in e.events(id) if x["type"] == "page.fetched"], 20, "the good page being read")
    before = e.events(id)
    assert e.stop() == 0, e.log_tail()
    assert not (e.data / "endpoint").exists()
    e.start()
    row = e.wait(id, 60)
    events = e.events(id)
    assert row["status"] in ("done", "partial") and events[:len(before)] == before
    assert_gapless(events)
    assert "seventeen seconds" in e.report(id)["markdown"]


def test_a_stop_while_clients_stream_is_clean(engine, bad_site, quick_drain):
    e = engine("--allow-private-network", *quick_drain)
    id = e.ask("How often does the Marlow lighthouse flash?", urls=[bad_site.url("/endless.html")], timeout_s=100)
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", e.port, timeout=40)
    connection.request("GET", f"/api/v1/research/{id}/events", headers={"Accept": "text/event-stream"})
    stream = connection.getresponse()
    assert stream.status == 200 and stream.readline()
    assert e.stop() == 0
    try:
        rest = stream.read()
    except (ConnectionError, http.client.IncompleteRead) as cut:
        rest = getattr(cut, "partial", b"")
    assert b"research.done" not in rest


def test_an_interrupt_stops_it_as_a_terminate_does(engine):
    e = engine()
    e.process.send_signal(signal.SIGINT)
    assert e.process.wait(20) == 0


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_it_at_once_and_loses_nothing(engine, notes, bad_site, second):
    e = engine("--allow-private-network", "--allow-path", str(notes))
    id = e.ask("How often does the Marlow lighthouse flash?", urls=[bad_site.url("/endless.html")], paths=[str(notes)], timeout_s=12)
    until(lambda: bad_site.hits.get("/endless.html") and len(e.events(id)) > 3, 20, "a page that never ends being read")
    before = e.events(id)
    e.process.send_signal(signal.SIGINT)
    until(lambda: any("draining" in a["status"] for a in e.get("/api/v1/tree").json["actors"]), 10, "the first being heard")
    e.process.send_signal(second)
    assert e.process.wait(40) == 130  # a graceful stop would end with 0, after half of the time to drain
    e.start()
    assert e.wait(id, 60)["status"] in ("done", "partial")
    events = e.events(id)
    assert events[:len(before)] == before
    assert_gapless(events)


def test_a_data_folder_has_one_holder(engine, tmp_path):
    e = engine()
    second = subprocess.run([binary(), "serve", "--data", str(e.data), "--listen", "127.0.0.1:0"], env=environment(tmp_path),
                            capture_output=True, text=True, timeout=30)
    assert second.returncode == 1
    assert second.stderr.count("troupe: ") == 1 and str(e.data) in second.stderr, second.stderr
    assert e.get("/health/ready").status == 200 and (e.data / "endpoint").exists()


def test_a_taken_address_is_one_sentence(engine, tmp_path):
    e = engine()
    second = subprocess.run([binary(), "serve", "--data", str(tmp_path / "other"), "--listen", f"127.0.0.1:{e.port}"],
                            env=environment(tmp_path), capture_output=True, text=True, timeout=30)
    assert second.returncode == 1
    assert len(second.stderr.strip().splitlines()) == 1 and str(e.port) in second.stderr, second.stderr


def test_an_open_address_without_authentication_is_refused(tmp_path):
    refused = subprocess.run([binary(), "serve", "--data", str(tmp_path / "data"), "--listen", "0.0.0.0:0"],
                             env=environment(tmp_path), capture_output=True, text=True, timeout=30)
    assert refused.returncode == 1 and refused.stderr.startswith("troupe: "), refused.stderr


@pytest.mark.skipif(os.environ.get("TROUPE_SANITIZED") is not None, reason="sanitizers keep memory of their own")
def test_an_idle_server_is_small(engine):
    e = engine()
    for _ in range(20):
        e.get("/health/ready")
    assert e.memory_bytes() < 80 << 20


def test_a_data_folder_that_cannot_be_written_is_told(tmp_path):
    if os.geteuid() == 0:
        target = tmp_path / "file"
        target.write_text("not a folder")
    else:
        target = tmp_path / "closed"
        target.mkdir(mode=0o500)
    refused = subprocess.run([binary(), "serve", "--data", str(target / "data"), "--listen", "127.0.0.1:0"],
                             env=environment(tmp_path), capture_output=True, text=True, timeout=30)
    assert refused.returncode == 1 and str(target) in refused.stderr, refused.stderr


def test_a_fresh_engine_needs_no_configuration(tmp_path):
    e = Engine(tmp_path / "share" / "troupe", tmp_path / "log")
    try:
        e.start()
        assert e.get("/").status == 200 and b"<html" in e.get("/").body.lower()
    finally:
        e.end()
