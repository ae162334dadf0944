"""One running `troupe serve`, and what tests ask of it."""
import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

import websockets

ROOT = Path(__file__).resolve().parents[2]
FINAL = {"research.done", "research.partial", "research.failed", "research.cancelled"}
# What an operator may have in the environment must not reach a test.
OPERATOR_VARIABLES = (
    "DATABASE_URL DATABASE_REPLICA_URL DATABASE_POOL_SIZE REDIS_URL REDIS_HOST REDIS_PORT REDIS_TLS S3_ENDPOINT "
    "S3_REGION S3_BUCKET S3_ACCESS_KEY S3_SECRET_KEY AI_PROVIDER OPENAI_API_KEY ANTHROPIC_API_KEY GEMINI_API_KEY "
    "ENCRYPTION_KEY WORKER_CONCURRENCY WORKER_ID LOG_LEVEL ENVIRONMENT http_proxy https_proxy all_proxy HTTP_PROXY "
    "HTTPS_PROXY ALL_PROXY").split()


def binary():
    path = Path(os.environ.get("TROUPE_BIN", ROOT / "build/dev/troupe")).resolve()
    if not path.exists():
        raise RuntimeError(f"no binary at {path}: build it, or name it with TROUPE_BIN")
    return str(path)


def environment(home):
    env = {k: v for k, v in os.environ.items() if k not in OPERATOR_VARIABLES}
    env.update(HOME=str(home), XDG_DATA_HOME=str(Path(home) / "share"), TERM="dumb", LC_ALL="C.UTF-8")
    return env


def until(condition, within=20.0, what="the condition"):
    """Polls until `condition()` is true and answers its value; fails the test after `within` seconds."""
    deadline = time.monotonic() + within
    pause = 0.005
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {within} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Engine:
    """`data` outlives the process: stop or kill it and `start` again."""

    def __init__(self, data, log, args=(), env=None):
        self.data, self.log, self.args = Path(data), Path(log), list(args)
        self.env = env or environment(self.data.parent)
        self.process = None
        self.port = None

    # -- life
    def start(self, within=30.0):
        (self.data / "endpoint").unlink(missing_ok=True)
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                [binary(), "serve", "--data", str(self.data), "--listen", "127.0.0.1:0", *self.args],
                stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=self.env)
        until(self._answers, within, f"{self.data} being served (log: {self.log})")
        return self

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}: {self.log_tail()}")
        try:
            address = (self.data / "endpoint").read_text().strip()
            self.port = urllib.parse.urlsplit(address if "//" in address else f"//{address}").port
            return self.port and self.get("/health/ready").status == 200
        except (OSError, ValueError, http.client.HTTPException):
            return False

    def log_tail(self, size=3000):
        return self.log.read_bytes()[-size:].decode(errors="replace") if self.log.exists() else ""

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self, within=40):
        """SIGTERM, as an operator; answers the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def end(self):
        """After a test: whatever state it is in."""
        if self.process and self.process.poll() is None:
            try:
                self.stop(20)
            except subprocess.TimeoutExpired:
                self.kill()

    @property
    def alive(self):
        return self.process.poll() is None

    def memory_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as f:
            for line in f:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")

    # -- HTTP
    @property
    def base(self):
        return f"http://127.0.0.1:{self.port}"

    def request(self, method, path, body=None, headers=None, timeout=30):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path, accept=None, timeout=30):
        return self.request("GET", path, headers={"Accept": accept} if accept else {}, timeout=timeout)

    def post(self, path, value, headers=None, timeout=30):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return self.request("POST", path, body, {"Content-Type": "application/json", **(headers or {})}, timeout)

    def raw(self, data, timeout=10):
        """Bytes as they are over one connection; answers all that comes back."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as s:
            s.sendall(data)
            out = b""
            try:
                while part := s.recv(65536):
                    out += part
            except (ConnectionError, socket.timeout):
                pass
            return out

    # -- research
    def ask(self, question, headers=None, **fields):
        answer = self.post("/api/v1/research", {"question": question, **fields}, headers)
        assert answer.status == 202, answer
        return answer.json["id"]

    def row(self, id):
        answer = self.get(f"/api/v1/research/{id}")
        assert answer.status == 200, answer
        return answer.json

    def events(self, id, after=0):
        """The whole log after `after`, page by page."""
        out = []
        while True:
            answer = self.get(f"/api/v1/research/{id}/events?after={after}&limit=200")
            assert answer.status == 200, answer
            page = answer.json
            out += page["events"]
            if not page["events"]:
                return out
            after = page["last"]

    def ended(self, id):
        row = self.row(id)
        return row if row["status"] not in ("queued", "running") else None

    def wait(self, id, within=90):
        return until(lambda: self.ended(id), within, f"research {id} ending (log: {self.log})")

    def run(self, question, within=90, **fields):
        """Asks and waits; answers (id, row, events)."""
        id = self.ask(question, **fields)
        row = self.wait(id, within)
        return id, row, self.events(id)

    def report(self, id):
        answer = self.get(f"/api/v1/research/{id}/report", "application/json")
        assert answer.status == 200, answer
        return answer.json

    def source_text(self, id, n):
        answer = self.get(f"/api/v1/research/{id}/sources/{n}/text")
        assert answer.status == 200, answer
        assert answer.headers["Content-Type"].lower().replace(" ", "") == "text/plain;charset=utf-8"
        return answer.body

    # -- streams
    def sse(self, id, after=None, last_event_id=None, take=None, timeout=60):
        """Messages of the event stream as (id, event) pairs, to its end or `take` of them."""
        path = f"/api/v1/research/{id}/events" + (f"?after={after}" if after is not None else "")
        headers = {"Accept": "text/event-stream"}
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        out, number, data = [], None, []
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            if answer.status == 204:  # seen all of it: an EventSource stops here
                return []
            assert answer.status == 200, (answer.status, answer.read())
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            while line := answer.readline():
                line = line.decode().rstrip("\n").rstrip("\r")
                if line.startswith("id:"):
                    number = int(line[3:])
                elif line.startswith("data:"):
                    data.append(line[5:].removeprefix(" "))
                elif not line and data:
                    out.append((number, json.loads("\n".join(data))))
                    data = []
                    if take is not None and len(out) >= take:
                        return out
        finally:
            connection.close()
        return out

    def stream_url(self, id, after):
        return f"ws://127.0.0.1:{self.port}/api/v1/research/{id}/stream?after={after}"

    def ws(self, id, after=0, take=None, timeout=60):
        """Events over one WebSocket connection, to its close or `take` of them and then cut off: (events, close code)."""
        async def read():
            out = []
            async with websockets.connect(self.stream_url(id, after), max_size=None, max_queue=None, open_timeout=timeout,
                                          close_timeout=0.5) as socket_:
                while take is None or len(out) < take:
                    try:
                        out.append(json.loads(await asyncio.wait_for(socket_.recv(), timeout)))
                    except websockets.ConnectionClosed as closed:
                        return out, closed.rcvd.code if closed.rcvd else None
                socket_.transport.abort()  # as a pulled plug: no close frame
            return out, None
        return asyncio.run(read())


def assert_gapless(events, first=1):
    """Consecutive from `first`, one final event and it is the last."""
    assert [e["seq"] for e in events] == list(range(first, first + len(events)))
    finals = [e["type"] for e in events if e["type"] in FINAL]
    assert len(finals) == 1 and events[-1]["type"] in FINAL, finals
