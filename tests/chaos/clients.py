"""Clients that live through whatever happens to the node: they ask again with the same key, and go on where they were."""
import asyncio
import http.client
import json
import queue
import socket
import threading
import time

import websockets

from engine import FINAL

GONE = (OSError, http.client.HTTPException, ValueError, TypeError)  # no answer, half an answer, no port yet


def count(ids):
    out = {}
    for id in ids:
        out[id] = out.get(id, 0) + 1
    return out


class Asker:
    """Submits; without an answer it asks again with the same Idempotency-Key until there is one.

    `ids` holds every id that any attempt under a key was told: more than one is a broken promise."""

    def __init__(self, engine, chance, patience=120):
        self.engine, self.chance, self.patience = engine, chance, patience
        self.ids, self.refused, self.retries = {}, [], 0

    def submit(self, key, body, again=False):
        """Answers the id. `again`: asks once more although there was an answer, as a client that lost it would."""
        deadline = time.monotonic() + self.patience
        id = None
        while time.monotonic() < deadline:
            try:
                answer = self.engine.post("/api/v1/research", body, {"Idempotency-Key": key}, timeout=10)
            except GONE:
                self.retries += 1
                time.sleep(0.02 + self.chance.random() * 0.1)
                continue
            if answer.status == 202:
                id = answer.json["id"]
                self.ids.setdefault(key, set()).add(id)
                if not again:
                    return id
                again = False
            elif answer.status in (429, 503):
                self.refused.append((answer.status, answer.headers.get("Retry-After")))
                time.sleep(min(2.0, float(answer.headers.get("Retry-After") or 0.2)))
            else:
                raise AssertionError(f"POST /research answered {answer}")
        raise AssertionError(f"no answer for key {key} within {self.patience} s")

    def accepted(self):
        return sorted(id for ids in self.ids.values() for id in ids)


class Watcher(threading.Thread):
    """Follows one research after another over SSE or WebSocket, from the number it saw last whenever it is cut off."""

    def __init__(self, engine, kind, todo, chance, closing):
        super().__init__(daemon=True)
        self.engine, self.kind, self.todo, self.chance, self.closing = engine, kind, todo, chance, closing
        self.logs, self.problems, self.cuts = {}, [], 0

    def run(self):
        try:
            while not self.closing.is_set():
                try:
                    id = self.todo.get(timeout=0.1)
                except queue.Empty:
                    continue
                self.follow(id)
        except Exception as problem:  # a thread's end must be seen
            self.problems.append(repr(problem))

    def follow(self, id):
        log = self.logs.setdefault(id, [])
        while not self.closing.is_set() and not (log and log[-1]["type"] in FINAL):
            after = log[-1]["seq"] if log else 0
            try:
                (self.over_websocket if self.kind == "ws" else self.over_sse)(id, after, log)
            except (*GONE, websockets.WebSocketException, asyncio.TimeoutError):
                self.cuts += 1
                time.sleep(0.02 + self.chance.random() * 0.1)

    def take(self, log, event):
        expected = log[-1]["seq"] + 1 if log else 1
        if event["seq"] != expected:
            self.problems.append(f"{self.kind} {event['research_id']}: {event['seq']} where {expected} was due")
        log.append(event)

    def over_sse(self, id, after, log):
        connection = http.client.HTTPConnection("127.0.0.1", self.engine.port, timeout=20)
        try:
            headers = {"Accept": "text/event-stream"}
            if after:
                headers["Last-Event-ID"] = str(after)
            connection.request("GET", f"/api/v1/research/{id}/events", headers=headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise ValueError(f"{answer.status} {answer.read()[:200]}")
            data = []
            while (line := answer.readline()) and not self.closing.is_set():
                line = line.decode().rstrip("\r\n")
                if line.startswith("data:"):
                    data.append(line[5:].removeprefix(" "))
                elif not line and data:
                    self.take(log, json.loads("\n".join(data)))
                    data = []
        finally:
            connection.close()

    def over_websocket(self, id, after, log):
        async def read():
            async with websockets.connect(self.engine.stream_url(id, after), max_size=None, open_timeout=10,
                                          close_timeout=0.2) as stream:
                while not self.closing.is_set():
                    try:
                        self.take(log, json.loads(await asyncio.wait_for(stream.recv(), 20)))
                    except websockets.ConnectionClosed:
                        return
        asyncio.run(read())


class Watchers:
    """`number` clients, SSE and WebSocket in turn, over one list of researches."""

    def __init__(self, engine, number, chance):
        self.todo, self.closing = queue.Queue(), threading.Event()
        self.threads = [Watcher(engine, "ws" if i % 2 else "sse", self.todo, chance, self.closing) for i in range(number)]
        for t in self.threads:
            t.start()

    def watch(self, id):
        self.todo.put(id)

    def idle(self):
        """Whether everything that was given has been followed to its end."""
        return self.todo.empty() and all(not t.is_alive() or all(l and l[-1]["type"] in FINAL for l in list(t.logs.values()))
                                         for t in self.threads)

    def end(self):
        self.closing.set()
        for t in self.threads:
            t.join(25)

    @property
    def problems(self):
        return [p for t in self.threads for p in t.problems]

    @property
    def cuts(self):
        return sum(t.cuts for t in self.threads)

    def logs(self):
        return [(id, t.kind, log) for t in self.threads for id, log in t.logs.items()]


class Pace:
    """Asks the API the same few questions until it is closed, and keeps how long each answer took."""

    def __init__(self, engine, paths, pause=0.05):
        self.engine, self.paths, self.pause = engine, paths, pause
        self.seconds, self.failures, self.closing = [], [], threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        i = 0
        while not self.closing.is_set():
            path = self.paths[i % len(self.paths)]
            i += 1
            began = time.monotonic()
            try:
                answer = self.engine.get(path, timeout=30)
                if answer.status != 200:
                    self.failures.append((path, answer.status))
            except (*GONE, socket.timeout) as problem:
                self.failures.append((path, repr(problem)))
            self.seconds.append(time.monotonic() - began)
            self.closing.wait(self.pause)

    def end(self):
        self.closing.set()
        self.thread.join(35)

    def p95(self):
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)] if self.seconds else float("inf")
