"""`tests/run` itself, in a tree of its own with parts that pass, fail or never end as they are told."""
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from engine import ROOT, until

HALVES = ("test_a.py", "test_z.py")  # as tests/run splits them
PASSES = "def test_it():\n    pass\n"
FAILS = "def test_it():\n    assert False\n"
# Has a server that has to be stopped, as the real ones do.
NEVER_ENDS = """
import os, subprocess, time
from pathlib import Path
import pytest

@pytest.fixture
def server():
    process = subprocess.Popen(["sleep", "1000"], start_new_session=True)
    yield process
    process.kill()
    process.wait()
    Path(__file__).with_suffix(".tidied").touch()

def test_it(server):
    note = Path(__file__).with_suffix(".new")
    note.write_text(f"{os.getpid()} {server.pid}")
    note.rename(note.with_suffix(".pids"))
    time.sleep(1000)
"""


class Tree:
    def __init__(self, root):
        self.root = root
        self.tests = root / "tests/integration"
        self.tests.mkdir(parents=True)
        (root / "build").mkdir()
        (root / "bin").mkdir()
        shutil.copy(ROOT / "tests/run", root / "tests/run")
        for name in ("cmake", "git", "clang-format", "ctest"):
            self.program(name, "exit 0")
        for half in HALVES:
            (self.tests / half).write_text(PASSES)

    def program(self, name, text):
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def start(self):
        env = {**os.environ, "PATH": f"{self.root}/bin:{os.environ['PATH']}"}
        return subprocess.Popen([self.root / "tests/run", "--no-setup", "--quick"], env=env, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)

    def run(self):
        process = self.start()
        out, _ = process.communicate(timeout=120)
        return process.returncode, out


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path / "tree")


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_it_passes_when_all_parts_do(tree):
    status, out = tree.run()
    assert status == 0 and "tests/run: all passed" in out and "FAILED" not in out, out


def test_a_part_that_fails_fails_it_though_the_integration_tests_pass(tree):
    tree.program("ctest", "exit 8")
    status, out = tree.run()
    assert status not in (0, None) and "all passed" not in out, out
    assert "tests/run: FAILED in unit" in out and "The integration tests passed." in out


@pytest.mark.parametrize("half", HALVES)
def test_integration_tests_that_fail_fail_it_though_the_other_parts_pass(tree, half):
    (tree.tests / half).write_text(FAILS)
    status, out = tree.run()
    assert status not in (0, None) and "all passed" not in out, out
    assert "tests/run: FAILED in integration" in out and f"FAILED tests/integration/{half}" in out


def test_of_two_parts_that_fail_both_are_named(tree):
    tree.program("ctest", "exit 8")
    (tree.tests / HALVES[0]).write_text(FAILS)
    status, out = tree.run()
    assert status not in (0, None), out
    assert "tests/run: FAILED in unit" in out and "The integration tests FAILED too" in out


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_stopped_it_leaves_nothing_behind(tree, end):
    for half in HALVES:
        (tree.tests / half).write_text(NEVER_ENDS)
    notes = [tree.tests / half.replace(".py", ".pids") for half in HALVES] + [tree.root / "ctest.pids"]
    tree.program("ctest", f"sleep 1000 & echo $$ $! >{tree.root}/ctest.new; mv {tree.root}/ctest.new {notes[-1]}; wait")
    process = tree.start()
    try:
        until(lambda: all(n.exists() for n in notes), 60, "all parts running")
        pids = [int(pid) for n in notes for pid in n.read_text().split()]
        assert len(pids) == 6 and not any(gone(pid) for pid in pids)
        os.killpg(process.pid, end)  # as a terminal does
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 128 + end, out
        assert f"stopped by {end.name} in unit" in out and "all passed" not in out
        until(lambda: all(gone(pid) for pid in pids), 10, "everything that it started having ended")
        assert all((tree.tests / half).with_suffix(".tidied").exists() for half in HALVES)
    finally:
        for n in notes:
            for pid in n.read_text().split() if n.exists() else []:
                if not gone(pid):
                    os.kill(int(pid), signal.SIGKILL)
        if process.poll() is None:
            process.kill()
