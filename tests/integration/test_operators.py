"""The operator's side: dead letters, nodes, the tree as it changes, and going down without losing anything."""
import asyncio
import json
import subprocess
import threading
import time

import pytest
import websockets

from engine import assert_gapless, binary, until
from evidence import LETTER, bury

KEEPER = "Who was the first keeper of the Marlow lighthouse?"


@pytest.fixture
def deadline_4s(tmp_path):
    config = tmp_path / "troupe.toml"
    config.write_text("[serve]\ndrain_deadline_s = 4\n")
    return "--config", str(config)


def test_dead_letters_are_listed_taken_up_again_and_thrown_away(engine, notes):
    e = engine("--allow-path", str(notes))
    id, _, _ = e.run(KEEPER, paths=[str(notes)])
    assert e.get("/api/v1/dead-letters").json == {"items": [], "next": None}
    assert e.stop() == 0
    page = (notes / "keeper.html").as_uri()
    bury(e, id, (LETTER + "A", "research", ""), (LETTER + "B", "extract", page), (LETTER + "C", "embed", page))
    e.start()
    found = e.get("/api/v1/dead-letters").json
    assert [x["id"][-1] for x in found["items"]] == ["C", "B", "A"] and found["next"] is None
    newest = found["items"][0]
    assert newest["research_id"] == id and newest["subject"] == page and newest["error"]["code"] == "poisoned" and newest["attempts"] == 3
    first = e.get("/api/v1/dead-letters?limit=2").json
    assert [x["id"][-1] for x in first["items"]] == ["C", "B"]
    assert [x["id"][-1] for x in e.get(f"/api/v1/dead-letters?limit=2&after={first['next']}").json["items"]] == ["A"]

    again = e.post(f"/api/v1/dead-letters/{LETTER}A/requeue", {})
    assert again.status == 202 and again.headers["Location"] == again.json["links"]["self"]
    assert again.json["id"] != id and e.wait(again.json["id"])["question"] == KEEPER
    assert "Ada Thorne" in e.report(again.json["id"])["markdown"]
    page_again = e.post(newest["links"]["requeue"], {})
    assert page_again.status == 202 and e.wait(page_again.json["id"])["status"] in ("done", "partial")
    gone = e.request("DELETE", f"/api/v1/dead-letters/{LETTER}B")
    assert gone.status == 200 and gone.json["subject"] == page
    assert e.get("/api/v1/dead-letters").json["items"] == []
    for path in (f"{LETTER}A/requeue", f"{LETTER}B/discard", "nonsense/requeue"):
        absent = e.post(f"/api/v1/dead-letters/{path}", {})
        assert absent.status == 404 and absent.json["detail"] == "there is no dead letter of this id", path


def test_dead_letters_at_the_command_line(engine, notes, home):
    e = engine("--allow-path", str(notes))
    run = lambda *args: subprocess.run([binary(), "dead-letters", *args, "--data", str(e.data)], env=home, capture_output=True, text=True, timeout=60)
    id, _, _ = e.run(KEEPER, paths=[str(notes)])
    assert run().stdout == "No dead letters: nothing was given up.\n"
    assert e.stop() == 0
    page = (notes / "keeper.html").as_uri()
    bury(e, id, (LETTER + "A", "research", ""), (LETTER + "B", "extract", page))
    e.start()
    listed = run().stdout
    assert listed.index(LETTER + "B") < listed.index(LETTER + "A") and page in listed and f"research {id}" in listed and "3 attempts in extract" in listed
    assert [x["id"][-1] for x in json.loads(run("--json").stdout)["items"]] == ["B", "A"]
    again = run("requeue", LETTER + "A")
    assert again.returncode == 0, again
    assert e.wait(again.stdout.split()[-1])["question"] == KEEPER
    assert run("discard", LETTER + "B").stdout == f"{LETTER}B is discarded\n"
    gone = run("discard", LETTER + "B")
    assert gone.returncode == 1 and "troupe dead-letters lists them" in gone.stderr
    assert run("burn", LETTER + "B").returncode == 2


def test_an_actor_is_restarted_at_the_command_line(engine, home, tmp_path):
    e = engine()
    run = lambda *args: subprocess.run([binary(), "tree", *args], env=home, capture_output=True, text=True, timeout=60)
    path = next(a["path"] for a in e.get("/api/v1/tree").json["actors"] if a["path"].endswith("extractor/0"))
    done = run("--restart", path, "--data", str(e.data))
    assert done.returncode == 0 and done.stdout == f"{path} was restarted: running, 1 restart\n", done
    wrong = run("--restart", "node-1/nobody", "--server", e.base)
    assert wrong.returncode == 1 and "troupe tree lists the paths" in wrong.stderr
    absent = run("--data", str(tmp_path / "nobody"))
    assert absent.returncode == 1 and "no server runs on" in absent.stderr
    assert not list((tmp_path / "nobody").glob("*.db"))


def test_who_is_stopped_says_so_in_its_log(engine, bad_site, deadline_4s):
    e = engine("--allow-private-network", *deadline_4s)
    lines = lambda: [json.loads(x) for x in e.log.read_text().splitlines() if x.startswith("{")]
    e.ask("What has no end?", urls=[bad_site.url("/endless.html")], timeout_s=100)
    until(lambda: bad_site.hits.get("/endless.html"), 20)
    assert e.stop() == 0
    began = next(x for x in lines() if x["msg"] == "draining")
    ended = next(x for x in lines() if x["msg"] == "stopped")
    assert began["because"] == "SIGTERM" and began["within_s"] == 4
    assert ended["handed_back"] == 1 and 0 < ended["took_s"] < 4, ended


def test_the_tree_is_quiet_while_nothing_happens(engine):
    e = engine()

    async def watch():
        async with websockets.connect(f"ws://127.0.0.1:{e.port}/api/v1/tree/stream", max_size=None) as s:
            assert json.loads(await s.recv())["type"] == "snapshot"
            for _ in range(20):  # what its start still brings
                try:
                    await asyncio.wait_for(s.recv(), 3)
                except asyncio.TimeoutError:
                    break
            else:
                raise AssertionError("it never gets quiet")
            await asyncio.get_running_loop().run_in_executor(None, lambda: e.post("/api/v1/tree/restart", {"path": "node-1/embed"}))
            assert json.loads(await asyncio.wait_for(s.recv(), 10))["type"] == "changes"

    asyncio.run(watch())


def test_up_times_are_those_of_the_node(engine):
    e = engine()
    before = e.get("/health/ready").json["uptime"]
    e.post("/api/v1/tree/restart", {"path": "node-1/gateway"})

    def restarted():
        try:
            return next(a for a in e.get("/api/v1/tree").json["actors"] if a["path"] == "node-1/gateway")["restarts"] == 1
        except OSError:
            return False

    until(restarted, 20, "the gateway after its restart")
    assert e.get("/health/ready").json["uptime"] > before


def test_the_gateway_restarts_without_waiting_for_who_asked(engine):
    e = engine()
    gateway = lambda: next(a for a in e.get("/api/v1/tree").json["actors"] if a["path"] == "node-1/gateway")
    answer = e.post("/api/v1/tree/restart", {"path": "node-1/gateway"})
    assert answer.status == 202 and answer.json["path"] == "node-1/gateway" and answer.json["restarts"] == 0

    def restarted():
        try:
            return gateway()["restarts"] == 1
        except OSError:  # it does not listen just now
            return False

    until(restarted, 20, "the gateway after its restart")
    assert e.post("/api/v1/tree/restart", {"path": "node-2/gateway"}).status == 404
    assert e.stop() == 0


def test_a_research_may_wait_for_its_time(engine, notes):
    e = engine("--allow-path", str(notes))
    id = e.ask(KEEPER, paths=[str(notes)], not_before="2099-01-01T00:00:00Z")
    other, row, _ = e.run(KEEPER, paths=[str(notes)])  # that one goes first, though asked later
    assert row["status"] == "done" and "not_before" not in row
    row = e.row(id)
    assert row["status"] == "queued" and row["not_before"].startswith("2099-01-01T00:00:00")
    assert e.post("/api/v1/research", {"question": KEEPER, "not_before": "soon"}).status == 400


def tree_messages(e, act=lambda: None, until_true=lambda messages: len(messages) >= 2, timeout=30):
    """Messages of the tree's stream until a condition holds of them; `act` is done after the first."""
    async def read():
        out = []
        async with websockets.connect(f"ws://127.0.0.1:{e.port}/api/v1/tree/stream", max_size=None) as s:
            while not out or not until_true(out):
                out.append(json.loads(await asyncio.wait_for(s.recv(), timeout)))
                if len(out) == 1:
                    await asyncio.get_running_loop().run_in_executor(None, act)
        return out
    return asyncio.run(read())


def test_the_tree_is_told_as_it_changes(engine):
    e = engine()
    path = next(a["path"] for a in e.get("/api/v1/tree").json["actors"] if a["path"].endswith("extractor/0"))
    restarted = lambda messages: any(a["path"] == path and a["restarts"] == 1 for m in messages[1:] for a in m["actors"])
    messages = tree_messages(e, lambda: e.post("/api/v1/tree/restart", {"path": path}), restarted)
    assert messages[0]["type"] == "snapshot" and {m["type"] for m in messages[1:]} == {"changes"}
    whole = e.get("/api/v1/tree").json["actors"]
    assert {a["path"] for a in messages[0]["actors"]} == {a["path"] for a in whole}
    assert set(messages[0]["actors"][0]) == set(whole[0]) - {"uptime_s"}
    assert e.get("/api/v1/tree/stream").status == 426


def test_a_session_comes_and_goes_in_the_tree(engine, bad_site):
    e = engine("--allow-private-network")
    asked = []
    is_session = lambda path: bool(asked) and path.endswith("session/" + asked[0])
    came = lambda messages: any(is_session(a["path"]) for m in messages for a in m["actors"])
    gone = lambda messages: any(is_session(p) for m in messages[1:] for p in m["removed"])

    def act():
        asked.append(e.ask("What about the Marlow lighthouse?", urls=[bad_site.url("/endless.html")], timeout_s=60))
        threading.Thread(target=lambda: (until(lambda: e.row(asked[0])["status"] == "running", 20), time.sleep(1.5),
                                         e.request("DELETE", f"/api/v1/research/{asked[0]}")), daemon=True).start()

    messages = tree_messages(e, act, lambda m: came(m) and gone(m))
    assert not any(is_session(a["path"]) for a in messages[-1]["actors"])


def drain(e, how):
    if how == "request":
        answer = e.post("/api/v1/nodes/node-1/drain", {})
        assert answer.status == 202 and answer.json["state"] == "draining" and answer.json["drain_deadline_s"] == 4
    else:
        e.process.terminate()


@pytest.mark.parametrize("how", ["request", "signal"])
def test_a_drain_under_load_ends_in_time_and_loses_nothing(engine, notes, bad_site, deadline_4s, how):
    e = engine("--allow-private-network", "--allow-path", str(notes), *deadline_4s)
    assert [n["state"] for n in e.get("/api/v1/nodes").json["items"]] == ["running"]
    known = e.post("/api/v1/research", {"question": KEEPER, "paths": [str(notes)]}, headers={"Idempotency-Key": "k1"})
    stuck = [e.ask("How often does the lantern flash?", urls=[bad_site.url("/fact.html"), bad_site.url("/endless.html")], timeout_s=15) for _ in range(2)]
    asked = stuck + [e.ask(KEEPER, paths=[str(notes)]) for _ in range(12)]
    until(lambda: all(len(e.events(id)) > 2 for id in stuck), 20, "the long ones running")
    codes = []

    def follow():
        codes.append(e.ws(stuck[0])[1])

    followers = [threading.Thread(target=follow) for _ in range(3)]
    for f in followers:
        f.start()
    until(lambda: "3 streams" in next(a["status"] for a in e.get("/api/v1/tree").json["actors"] if a["path"].endswith("/gateway")), 10, "three followers")
    before = {id: e.events(id) for id in stuck}
    drain(e, how)
    # While it drains it takes nothing new, says so, and still answers; the long researches keep it at that.
    ready = until(lambda: (a := e.get("/health/ready")).status == 503 and a, 3, "not being ready")
    assert ready.json["checks"]["draining"]["healthy"] is False and ready.json["status"] == "unhealthy"
    refused = e.post("/api/v1/research", {"question": KEEPER})
    assert refused.status == 503 and refused.json["code"] == "draining" and int(refused.headers["Retry-After"]) > 0
    # Except that it says to the last what it had accepted.
    again = e.post("/api/v1/research", {"question": KEEPER, "paths": [str(notes)]}, headers={"Idempotency-Key": "k1"})
    assert again.status == 202 and again.json["id"] == known.json["id"]
    new = e.post("/api/v1/research", {"question": KEEPER}, headers={"Idempotency-Key": "k2"})
    assert new.status == 503 and new.json["code"] == "draining"
    assert e.row(stuck[0])["id"] == stuck[0] and e.get("/health/live").status == 200
    assert [n["state"] for n in e.get("/api/v1/nodes").json["items"]] == ["draining"]
    assert e.process.wait(20) == 0, e.log_tail()  # beyond its deadline it would have ended itself with 70
    for f in followers:
        f.join(20)
    assert codes == [1001] * 3
    e.start()
    for id in asked:
        assert e.wait(id, 60)["status"] in ("done", "partial")
        events = e.events(id)
        assert_gapless(events)
        assert events[:len(before.get(id, []))] == before.get(id, [])


def test_streams_are_told_of_a_stop_that_grants_no_time(engine, bad_site):
    e = engine("--allow-private-network", "--drain-deadline", "0")
    id = e.ask("How often does the lantern flash?", urls=[bad_site.url("/endless.html")], timeout_s=60)
    codes = []
    followers = [threading.Thread(target=lambda: codes.append(e.ws(id)[1])) for _ in range(5)]
    for f in followers:
        f.start()
    until(lambda: "5 streams" in next(a["status"] for a in e.get("/api/v1/tree").json["actors"] if a["path"].endswith("/gateway")), 10, "five streams")
    e.process.terminate()
    for f in followers:
        f.join(20)
    assert codes == [1001] * 5, e.log_tail()
    assert e.process.wait(10) in (0, 70), e.log_tail()  # on a busy machine no time is too little to stop in: then 70 says so


def test_clients_that_read_nothing_do_not_hold_a_stop_up(engine, many_notes):
    import socket
    e = engine("--allow-path", str(many_notes))
    id, _, _ = e.run(KEEPER, paths=[str(many_notes)], max_pages=500)
    deaf = []
    for _ in range(5):
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.connect(("127.0.0.1", e.port))
        s.sendall(f"GET /api/v1/research/{id}/stream HTTP/1.1\r\nHost: 127.0.0.1:{e.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        deaf.append(s)
    until(lambda: "5 streams" in next(a["status"] for a in e.get("/api/v1/tree").json["actors"] if a["path"].endswith("/gateway")), 10, "five streams")
    assert e.stop(within=15) == 0
    for s in deaf:
        s.close()


def test_nodes_and_drain_at_the_command_line(engine, home, tmp_path):
    e = engine()
    run = lambda *args: subprocess.run([binary(), *args], env=home, capture_output=True, text=True, timeout=60)
    line = run("nodes", "--server", e.base).stdout
    assert line.startswith("node-1") and "running" in line and "0 sessions" in line and e.base in line
    assert json.loads(run("nodes", "--data", str(e.data), "--json").stdout)["items"][0]["id"] == "node-1"
    wrong = run("drain", "node-7", "--server", e.base)
    assert wrong.returncode == 1 and "troupe nodes lists them" in wrong.stderr
    assert e.alive and e.get("/health/ready").status == 200
    done = run("drain", "--data", str(e.data))
    assert done.returncode == 0 and done.stdout.splitlines()[-1] == "node-1 has stopped", done
    assert e.process.wait(5) == 0
    for command in ("nodes", "drain"):  # and nothing is started for it
        absent = run(command, "--data", str(tmp_path / "nobody"))
        assert absent.returncode == 1 and "no server runs on" in absent.stderr, absent.stderr
    assert not (tmp_path / "nobody").exists() or not list((tmp_path / "nobody").glob("*.db"))
