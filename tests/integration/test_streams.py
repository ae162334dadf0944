"""One log, three ways to read it; cut off anywhere, nothing is missed and nothing comes twice."""
import asyncio
import json
import random

import pytest
import websockets

from engine import FINAL, assert_gapless, until

QUESTION = "Who was the first keeper of the Marlow lighthouse, and how often does the lantern flash?"


@pytest.fixture
def asked(engine, notes):
    e = engine("--allow-path", str(notes))
    id, row, events = e.run(QUESTION, paths=[str(notes)])
    assert row["status"] == "done"
    return e, id, events


def test_json_sse_and_websocket_are_the_same_log(asked):
    e, id, events = asked
    assert_gapless(events)
    sse = e.sse(id)
    assert [event for _, event in sse] == events
    assert [number for number, _ in sse] == [event["seq"] for event in events]
    ws, code = e.ws(id)
    assert ws == events and code == 1000
    for event in events:
        assert event["v"] == 1 and event["research_id"] == id and set(event) == {"v", "seq", "at", "research_id", "type", "data"}


def test_pages_of_the_json_log(asked):
    e, id, events = asked
    page = e.get(f"/api/v1/research/{id}/events?after=2&limit=3").json
    assert [x["seq"] for x in page["events"]] == [3, 4, 5] and page["last"] == 5
    assert page["final"] is False
    rest = e.get(f"/api/v1/research/{id}/events?after=5&limit=200").json
    assert rest["events"] == events[5:] and rest["final"] is True
    for after in (events[-1]["seq"], events[-1]["seq"] + 1, 9999):
        end = e.get(f"/api/v1/research/{id}/events?after={after}").json
        assert end == {"events": [], "last": events[-1]["seq"], "final": True}
    for bad in ("after=-1", "after=x", "limit=0", "limit=100000000", "after=99999999999999999999999"):
        assert e.get(f"/api/v1/research/{id}/events?{bad}").status == 400, bad


def test_a_websocket_cut_after_any_event_continues_without_gap_or_repeat(asked):
    e, id, events = asked
    for k in range(len(events) + 1):
        head, _ = e.ws(id, take=k) if k else ([], None)
        tail, code = e.ws(id, after=k)
        assert head + tail == events, f"cut after {k}"
        assert code == 1000


def test_sse_continues_after_any_event(asked):
    e, id, events = asked
    for k in range(len(events) + 1):
        assert [x for _, x in e.sse(id, after=k)] == events[k:]
        assert [x for _, x in e.sse(id, last_event_id=k)] == events[k:]


def test_an_event_id_that_is_none_is_refused(asked):
    e, id, _ = asked
    for wrong in ("abc", "-1", "5, 6", "1.0"):
        answer = e.request("GET", f"/api/v1/research/{id}/events", headers={"Accept": "text/event-stream", "Last-Event-ID": wrong})
        assert answer.status == 400 and "Last-Event-ID" in answer.json["detail"], wrong


def test_cut_again_and_again_while_it_runs(engine, manual):
    e = engine("--allow-path", str(manual))
    seed = random.randrange(1 << 30)
    print("seed", seed)
    chance = random.Random(seed)
    id = e.ask("How does autovacuum decide when to vacuum a table?", paths=[str(manual)])
    seen = []
    while not seen or seen[-1]["type"] not in FINAL:
        after = seen[-1]["seq"] if seen else 0
        if chance.random() < 0.5:
            part, _ = e.ws(id, after=after, take=chance.randint(1, 40))
        else:
            part = [x for _, x in e.sse(id, after=after, take=chance.randint(1, 40))]
        seen += part
    assert_gapless(seen)
    assert seen == e.events(id)


def test_many_watchers_see_the_same(engine, notes):
    e = engine("--allow-path", str(notes))

    async def watch(id):
        out = []
        async with websockets.connect(e.stream_url(id, 0), max_size=None) as s:
            async for message in s:
                out.append(json.loads(message))
        return out

    async def all_of_them():
        id = e.ask(QUESTION, paths=[str(notes)])
        return id, await asyncio.gather(*(watch(id) for _ in range(40)))

    id, logs = asyncio.run(all_of_them())
    events = e.events(id)
    assert all(log == events for log in logs)


def test_a_client_may_cancel_over_the_websocket(engine, bad_site):
    e = engine("--allow-private-network")
    id = e.ask("What about the Marlow lighthouse?", urls=[bad_site.url("/endless.html")], timeout_s=60)

    async def cancel():
        out = []
        async with websockets.connect(e.stream_url(id, 0)) as s:
            await s.send(json.dumps({"type": "cancel"}))
            async for message in s:
                out.append(json.loads(message))
            return out, s.close_code

    events, code = asyncio.run(asyncio.wait_for(cancel(), 30))
    assert events[-1]["type"] == "research.cancelled" and code == 1000
    assert_gapless(events)


@pytest.mark.parametrize("message, code", [("", 1008), ("nonsense", 1008), ("[]", 1008), ('{"type":"dance"}', 1008), ('{"type":5}', 1008),
                                           ("x" * 2_000_000, 1009), (b"\xff\xfe", 1003)],
                         ids=["empty", "text", "array", "unknown", "number", "huge", "binary"])
def test_nonsense_over_the_websocket_is_told_and_harms_nothing(engine, bad_site, message, code):
    e = engine("--allow-private-network")
    id = e.ask("What about the Marlow lighthouse?", urls=[bad_site.url("/endless.html")], timeout_s=60)

    async def talk():
        async with websockets.connect(e.stream_url(id, 0)) as s:
            try:
                await s.send(message)
                while True:
                    await asyncio.wait_for(s.recv(), 20)
            except websockets.ConnectionClosed as closed:
                # A client still sending 2 MB may be cut off before it reads why.
                assert closed.rcvd.code == code if closed.rcvd else code == 1009

    asyncio.run(talk())
    assert e.row(id)["status"] in ("queued", "running")
    e.request("DELETE", f"/api/v1/research/{id}")
    assert until(lambda: e.ended(id), 20)["status"] == "cancelled"


def test_an_unknown_stream_is_a_problem(engine):
    e = engine()
    for path in ("/api/v1/research/r_00000000000000000000000000/stream", "/api/v1/research/nonsense/stream"):
        with pytest.raises(websockets.InvalidStatusCode) as refused:
            async def connect():
                async with websockets.connect(f"ws://127.0.0.1:{e.port}{path}"):
                    pass
            asyncio.run(connect())
        assert refused.value.status_code == 404
    plain = e.get("/api/v1/research/r_00000000000000000000000000/events")
    assert plain.status == 404 and plain.json["code"] == "not_found"
