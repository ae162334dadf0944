"""`troupe tree --watch`: a screen with keys at a terminal, lines elsewhere."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios

import pytest

from engine import binary, until


class Screen:
    """A command at a pseudo-terminal, and what stands on its screen: just the sequences `troupe tree --watch` sends."""

    def __init__(self, args, env, rows=40, columns=120):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(binary(), [binary(), *map(str, args)], {**env, "TERM": "xterm"})
        self.raw = ""
        self.status = None
        self.resize(rows, columns)

    def resize(self, rows, columns):
        self.rows = rows
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.fd, keys.encode())

    def read(self):
        while self.status is None and select.select([self.fd], [], [], 0.05)[0]:
            try:
                part = os.read(self.fd, 65536)
            except OSError:
                part = b""
            if not part:
                self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                return
            self.raw += part.decode(errors="replace")

    def lines(self):
        """The newest whole screen, without colours."""
        self.read()
        screens = [x for x in self.raw.split("\x1b[H") if x.endswith("\x1b[J") or "\x1b[J" in x]
        if not screens:
            return []
        text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screens[-1].split("\x1b[J")[0])
        return [line.rstrip("\r") for line in text.split("\n")]

    def shows(self, pattern, within=15):
        return until(lambda: next((x for x in self.lines() if re.search(pattern, x)), None), within,
                     f"{pattern!r} on the screen:\n" + "\n".join(self.lines()))

    def ended(self, within=15):
        until(lambda: (self.read(), self.status is not None)[1], within, "its end")
        return self.status

    def end(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


@pytest.fixture
def watch(engine, home):
    made = []

    def start(e, *args, **size):
        made.append(Screen(["tree", "--watch", "--server", e.base, *args], home, **size))
        return made[-1]
    yield start
    for screen in made:
        screen.end()


def restarts(e, path):
    return next(a["restarts"] for a in e.get("/api/v1/tree").json["actors"] if a["path"] == path)


def test_keys_select_filter_and_restart(engine, watch):
    e = engine()
    path = next(a["path"] for a in e.get("/api/v1/tree").json["actors"] if a["path"].endswith("extractor/0"))
    screen = watch(e)
    screen.shows(r"^ACTOR +STATE +UP +RST +QUEUE +BUSY % +MSG/S +STATUS")
    assert "├─ " in screen.shows(r"scrape +running") and "node-1 · " in screen.lines()[0]
    screen.type("/extractor/0\r")
    screen.shows(r"filter: extractor/0")
    assert not [x for x in screen.lines() if "writer" in x]
    screen.type("G")
    screen.type("r")
    screen.shows(f"Restart {path}\\? What it has in hand is lost")
    screen.type("n")
    screen.shows("^q quit")
    assert restarts(e, path) == 0
    screen.type("ry")
    screen.shows(f"{path} was restarted")
    until(lambda: restarts(e, path) == 1, 10, "the restart")
    screen.shows(r"extractor/0 +running +\d+ s +1 ")
    screen.type("\x1b")
    screen.shows("writer")
    screen.type("s")
    screen.shows("busiest first")
    screen.type("q")
    assert screen.ended() == 0
    assert screen.raw.count("\x1b[?1049h") == 1 and screen.raw.rstrip().endswith("\x1b[?1049l")  # the old screen is back


def test_a_small_and_changing_window(engine, watch):
    e = engine()
    screen = watch(e, rows=8, columns=60)
    screen.shows("^q quit")
    assert len(screen.lines()) == 8 and max(map(len, screen.lines())) <= 60
    screen.type("G")
    until(lambda: any("writer" in x for x in screen.lines()) or any("store" in x for x in screen.lines()), 10, "the end of the tree")
    screen.resize(30, 100)
    until(lambda: len(screen.lines()) == 30, 10, "the new size")
    os.kill(screen.pid, signal.SIGINT)
    assert screen.ended() == 0 and screen.raw.rstrip().endswith("\x1b[?1049l")


def test_it_goes_on_when_the_server_comes_back(engine, watch):
    e = engine()
    screen = watch(e)
    screen.shows("writer")
    e.kill()
    screen.shows("trying again")
    process = subprocess.Popen([binary(), "serve", "--data", str(e.data), "--listen", f"127.0.0.1:{e.port}"], env=e.env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        screen.shows("connected again", 30)
        screen.shows("writer")
    finally:
        process.terminate()
        process.wait(40)
    screen.type("q")
    assert screen.ended() == 0


def test_without_a_terminal_it_is_lines(engine, home):
    e = engine()
    path = next(a["path"] for a in e.get("/api/v1/tree").json["actors"] if a["path"].endswith("extractor/0"))
    watching = subprocess.Popen([binary(), "tree", "--watch", "--data", str(e.data)], env=home, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)
    messages = subprocess.Popen([binary(), "tree", "--watch", "--json", "--server", e.base], env=home, stdout=subprocess.PIPE,
                                text=True)
    assert json.loads(messages.stdout.readline())["type"] == "snapshot"
    first = watching.stdout.readline()
    assert first.startswith("node-1")
    e.post("/api/v1/tree/restart", {"path": path})
    line = until(lambda: next((x for x in iter(watching.stdout.readline, "") if path in x and "restart" in x), None), 20, "the restart's line")
    assert re.match(r"\d\d:\d\d:\d\d  " + re.escape(path) + r"  running  1 restart", line), line
    for process in (watching, messages):
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
