"""Whatever comes in over the wire: a clear problem or a clean close, nothing lost, no crash, memory flat."""
import json
import os
import socket
import struct
import unicodedata

import pytest

from engine import until

RESEARCH = "/api/v1/research"


@pytest.fixture(scope="module")
def e(tmp_path_factory):
    from engine import Engine
    folder = tmp_path_factory.mktemp("bad-requests")
    engine = Engine(folder / "data", folder / "server.log").start()
    yield engine
    assert engine.alive, engine.log_tail()
    assert engine.stop() == 0
    engine.end()


def is_problem(answer, status, code):
    assert answer.status == status, answer
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    problem = answer.json
    assert problem["code"] == code and problem["status"] == status and problem["detail"] and problem["request_id"], problem
    return problem


@pytest.mark.parametrize("target, code, advice", [
    (RESEARCH + "?statuss=done", "unknown_field", "This address takes: status, after, limit."),
    (RESEARCH + "?limit=1&limit=2", "invalid_argument", "Give it once."),
    (RESEARCH + "?status=", "invalid_argument", "Use queued, running, done, partial, failed or cancelled."),
    ("/api/v1/dead-letters?status=x", "unknown_field", "This address takes: after, limit."),
    ("/api/v1/tree?deep", "unknown_field", "This address takes none."),
    (RESEARCH + "/r_01ARZ3NDEKTSV4RRFFQ69G5FAV/events?from=1", "unknown_field", "This address takes: after, limit."),
    (RESEARCH + "/r_01ARZ3NDEKTSV4RRFFQ69G5FAV/stream?limit=1", "unknown_field", "This address takes: after."),
])
def test_parameters_that_nobody_knows(e, target, code, advice):
    assert is_problem(e.get(target), 400, code)["advice"] == advice
    assert e.request("HEAD", target).status == 400


@pytest.mark.parametrize("body, code", [
    (b"", "malformed_json"),
    (b"{", "malformed_json"),
    (b"nonsense", "malformed_json"),
    (b'{"question":"a",}', "malformed_json"),
    (b'{"question":"a"} x', "malformed_json"),
    (b'{"question":"\xff\xfe"}', "invalid_utf8"),
    (b'{"question":"\xed\xa0\x80"}', "invalid_utf8"),
    (b"[]", None),
    (b'"question"', None),
    (b"null", None),
    (b"{}", "invalid_argument"),
    (b'{"question":""}', "invalid_argument"),
    (b'{"question":"   "}', "invalid_argument"),
    (b'{"question":5}', "invalid_argument"),
    (b'{"question":null}', "invalid_argument"),
    (b'{"question":["a"]}', "invalid_argument"),
    (b'{"question":"a","urls":"http://h/"}', "invalid_argument"),
    (b'{"question":"a","urls":[5]}', "invalid_argument"),
    (b'{"question":"a","urls":["ftp://h/"]}', "invalid_argument"),
    (b'{"question":"a","urls":["https://h/","javascript:alert(1)"]}', "invalid_argument"),
    (b'{"question":"a","urls":["file:///etc/passwd"]}', "invalid_argument"),
    (b'{"question":"a","depth":-1}', "invalid_argument"),
    (b'{"question":"a","depth":1.5}', "invalid_argument"),
    (b'{"question":"a","depth":"2"}', "invalid_argument"),
    (b'{"question":"a","max_pages":0}', "invalid_argument"),
    (b'{"question":"a","timeout_s":1e99}', None),
    (b'{"question":"a","max_pages":99999999999999999999}', "invalid_argument"),
    (b'{"question":"a","timeout_s":-1e999}', "invalid_argument"),
    (b'{"question":99999999999999999999}', "invalid_argument"),
    (b'{"question":"a","max_pages":099999999999999999999}', "malformed_json"),
    (b'{"question":"a\\u0000b"}', "invalid_argument"),
    (b'{"question":"a\\u001bb"}', "invalid_argument"),
    (b'{"question":"a\xc2\x9bb"}', "invalid_argument"),
    (b'{"question":"a","priority":"highest"}', "invalid_argument"),
    (b'{"question":"a","qestion":"b"}', "unknown_field"),
    (b'{"question":"a","__proto__":{}}', "unknown_field"),
    (b'{"question":"' + b"a" * 5000 + b'"}', "invalid_argument"),
    (b"[" * 100_000, None),
    (b'{"question":' * 5000, None),
], ids=lambda x: repr(x)[:40])
def test_a_body_that_is_no_question(e, body, code):
    answer = e.post(RESEARCH, body)
    problem = is_problem(answer, 400, code or answer.json["code"])
    if code == "unknown_field":
        assert "qestion" in problem["detail"] or "__proto__" in problem["detail"]


def test_a_problem_names_the_field_and_what_is_wrong_with_it(e):
    for body, said in [(b'{"question":"a","max_pages":99999999999999999999}', '"max_pages" must be a whole number from 1 to 1000000'),
                       (b'{"question":"a","depth":-99999999999999999999}', '"depth" must be a whole number from 0 to 20'),
                       (b'{"question":"a","urls":[99999999999999999999]}', '"urls" must be'),
                       (b'{"question":"a\\u0000b"}', '"question" holds the control character U+0000')]:
        assert said in is_problem(e.post(RESEARCH, body), 400, "invalid_argument")["detail"]
    assert e.post(RESEARCH, b'{"question":"a\\tb\\r\\nc","timeout_s":1}').status == 202


def test_ten_megabytes_are_too_many(e):
    before = e.memory_bytes()
    for _ in range(5):
        try:
            answer = e.post(RESEARCH, b'{"question":"' + b"a" * (10 << 20) + b'"}')
            is_problem(answer, 413, "body_too_large")
        except (ConnectionError, BrokenPipeError):
            pass  # closed while we were still sending: as clean
    assert e.memory_bytes() - before < 30 << 20
    # Without a length told in advance.
    chunk = b"4000\r\n" + b"a" * 0x4000 + b"\r\n"
    head = b"POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    try:
        answer = e.raw(head + chunk * 700 + b"0\r\n\r\n")
        assert b" 413 " in answer.split(b"\r\n")[0]
    except ConnectionError:
        pass
    assert e.get("/health/live").status == 200


def test_every_unparsable_json_of_the_suite_is_400(e, test_data):
    folder = test_data / "json" / "test_parsing"
    files = sorted(folder.glob("n_*.json"))
    assert len(files) > 150
    for file in files:
        answer = e.post(RESEARCH, file.read_bytes())
        assert answer.status == 400, (file.name, answer)
    for file in sorted(folder.glob("[iy]_*.json")):
        assert e.post(RESEARCH, file.read_bytes()).status == 400, file.name  # JSON or not, it is no research


def test_the_wrong_media_type_is_415(e):
    is_problem(e.request("POST", RESEARCH, b'{"question":"a"}', {"Content-Type": "text/plain"}), 415, "unsupported_media")
    is_problem(e.request("POST", "/api/v1/documents?collection=c", b"GIF89a", {"Content-Type": "image/gif"}), 415,
               "unsupported_media")


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nothing", "/api/v1/research/r_nonsense", "/api/v1/research/%FF",
                                  "/api/v1/research/r_01ARZ3NDEKTSV4RRFFQ69G5FAV",
                                  "/api/v1/research/r_01ARZ3NDEKTSV4RRFFQ69G5FAV/report",
                                  "/api/v1/research/r_01ARZ3NDEKTSV4RRFFQ69G5FAV/sources/1/text",
                                  "/api/v1/documents/" + "0" * 64, "/..%2f..%2fetc/passwd", "//etc/passwd"])
def test_what_does_not_exist_is_404(e, path):
    is_problem(e.get(path), 404, "not_found")


def test_the_wrong_method_is_405_and_says_which_are_right(e):
    answer = e.request("PUT", RESEARCH, b"{}")
    is_problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"] and "GET" in answer.headers["Allow"]
    assert e.request("DELETE", "/api/v1/research/r_01ARZ3NDEKTSV4RRFFQ69G5FAV").status == 404


def test_another_site_cannot_reach_it(e):
    host = f"127.0.0.1:{e.port}"
    for headers, status in [
        ({"Host": "evil.example"}, 403),
        ({"Host": f"evil.example:{e.port}"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": host, "Origin": "http://evil.example"}, 403),
        ({"Host": host, "Origin": "null"}, 403),
        ({"Host": host, "Origin": f"http://127.0.0.1:{e.port + 1}"}, 403),
        ({"Host": host, "Origin": f"https://127.0.0.1:{e.port}"}, 403),
        ({"Host": host, "Origin": f"http://{host}"}, 200),
        ({"Host": f"localhost:{e.port}", "Origin": f"http://localhost:{e.port}"}, 200),
        ({"Host": f"localhost:{e.port}"}, 200),
    ]:
        answer = e.request("GET", RESEARCH, headers=headers)
        assert answer.status == status, (headers, answer)
        if status == 403:
            assert answer.json["code"] == "host_not_allowed"
    # A WebSocket is not subject to the browser's own rules, so it is the one that matters most.
    answer = e.raw(f"GET {RESEARCH}/r_01ARZ3NDEKTSV4RRFFQ69G5FAV/stream HTTP/1.1\r\nHost: {host}\r\nOrigin: http://evil.example\r\n"
                   "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode(), timeout=3)
    assert b" 403 " in answer.split(b"\r\n")[0]


@pytest.mark.parametrize("data", [
    b"nonsense\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n",
    b"POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
    b"POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
], ids=lambda x: repr(x)[:40])
def test_what_is_no_http_is_refused_or_closed(e, data):
    answer = e.raw(data, timeout=3)
    assert answer == b"" or b" 4" in answer.split(b"\r\n")[0] or b" 5" in answer.split(b"\r\n")[0], answer[:200]
    assert e.get("/health/live").status == 200


def reset(s):
    """Closes with RST: the plug pulled."""
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def test_sockets_closed_in_the_middle_of_anything(e):
    host = f"Host: 127.0.0.1:{e.port}\r\n".encode()
    beginnings = [
        b"", b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\n" + host,
        b"POST /api/v1/research HTTP/1.1\r\n" + host + b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"ques",
        b"GET / HTTP/1.1\r\n" + host + b"\r\n",
        b"GET /api/v1/research/r_01ARZ3NDEKTSV4RRFFQ69G5FAV/events HTTP/1.1\r\n" + host + b"Accept: text/event-stream\r\n\r\n",
    ]
    for data in beginnings * 40:
        s = socket.create_connection(("127.0.0.1", e.port))
        s.sendall(data)
        reset(s)
    assert e.get("/health/ready").status == 200
    descriptors = f"/proc/{e.process.pid}/fd"
    import os
    until(lambda: len(os.listdir(descriptors)) < 120, 15, "descriptors of closed sockets being given back")


def test_an_idempotency_key_is_given_once(e):
    body = b'{"question":"a"}'
    answer = e.raw(b"POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nIdempotency-Key: a\r\n"
                   b"Idempotency-Key: b\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    assert answer.startswith(b"HTTP/1.1 400") and b"several Idempotency-Keys" in answer, answer
    answer = e.raw(b"POST /api/v1/research HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                   b"Content-Type: text/plain\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    assert answer.startswith(b"HTTP/1.1 400") and b"several Content-Type" in answer, answer
    answer = e.post(RESEARCH, {"question": None})
    assert answer.status == 400 and answer.json["detail"] == '"question" must be given a value, not null', answer


@pytest.mark.skipif(os.environ.get("TROUPE_SANITIZED") is not None, reason="sanitizers keep memory of their own")
def test_memory_stays_flat_under_nonsense(e):
    def storm():
        for i in range(300):
            e.post(RESEARCH, b'{"question":' + b"[" * (i * 10))
            e.get("/api/v1/research/r_01ARZ3NDEKTSV4RRFFQ69G5FAV")
            e.post("/api/v1/search", {"query": "x" * 4000, "k": 1000})
    storm()
    before = e.memory_bytes()
    storm()
    storm()
    assert e.memory_bytes() - before < 12 << 20


def test_naughty_strings_come_back_byte_for_byte(e, test_data):
    strings = json.loads((test_data / "strings" / "blns.json").read_text())
    assert len(strings) > 400
    taken = 0
    for text in strings:
        answer = e.post(RESEARCH, {"question": text, "timeout_s": 1, "priority": "background"})
        if answer.status != 202:
            assert not text.strip() or len(text.encode()) > 4096 or answer.json["code"] in ("invalid_argument", "overloaded"), (text, answer)
            controls = [c for c in text if unicodedata.category(c) == "Cc" and c not in "\t\n\r\x85"]
            assert controls or not text.strip(" \t\r\n\f\v"), (text, answer)
            continue
        taken += 1
        id = answer.json["id"]
        assert e.row(id)["question"] == text
        first = e.get(f"/api/v1/research/{id}/events?limit=1").json["events"][0]
        assert first["type"] == "research.queued" and first["data"]["question"] == text
        found = e.post("/api/v1/search", {"query": text, "k": 3})
        assert found.status == 200, (text, found)
    assert taken > 400


def test_health_metrics_and_description(e):
    assert e.get("/health/live").status == 200
    for path in ("/health", "/health/ready", "/ready"):
        health = e.get(path)
        assert health.status == 200 and health.json["status"] == "healthy", health
    assert all(check["healthy"] for check in e.get("/health").json["checks"].values())
    metrics = e.get("/metrics").body.decode()
    for name in ("http_requests_total", "research_requests_total", "http_request_duration_seconds"):
        assert name in metrics, name
    assert 'status="4' in metrics
    assert e.get("/openapi.json").json["openapi"].startswith("3.")
    tree = {a["path"]: a["state"] for a in e.get("/api/v1/tree").json["actors"]}
    assert all(state == "running" for state in tree.values()), tree
    assert len(tree) >= 8


def test_a_request_has_an_id(e):
    answer = e.request("GET", "/nowhere", headers={"X-Request-Id": "abc-123"})
    assert answer.headers["X-Request-Id"] and answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_keys_make_a_request_safe_to_repeat(e):
    body = {"question": "Is this safe to repeat?", "timeout_s": 1}
    first = e.post(RESEARCH, body, {"Idempotency-Key": "key-1"})
    again = e.post(RESEARCH, body, {"Idempotency-Key": "key-1"})
    assert first.status == again.status == 202 and first.json["id"] == again.json["id"]
    other = e.post(RESEARCH, {"question": "Is this another?"}, {"Idempotency-Key": "key-1"})
    is_problem(other, 422, "idempotency_mismatch")
    assert e.post(RESEARCH, body, {"Idempotency-Key": "key-2"}).json["id"] != first.json["id"]
    assert e.post(RESEARCH, body, {"Idempotency-Key": "a b"}).status == 400


def test_the_list_is_whole_and_in_pages(e):
    made = {e.ask(f"Page question {i}?", timeout_s=1) for i in range(7)}
    seen, after = [], ""
    while True:
        page = e.get(f"{RESEARCH}?limit=3" + (f"&after={after}" if after else "")).json
        assert len(page["items"]) <= 3
        seen += [row["id"] for row in page["items"]]
        after = page["next"]
        if not after:
            break
    assert len(seen) == len(set(seen)) and made <= set(seen)
    assert e.get(f"{RESEARCH}?status=dancing").status == 400
    assert e.get(f"{RESEARCH}?limit=0").status == 400
