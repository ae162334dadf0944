"""The command line as people and scripts use it."""
import json
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from engine import Engine, binary, until

COMMANDS = "serve research ingest search watch jobs cancel tree nodes drain extract eval doctor check".split()
KEEPER = "Who was the first keeper of the Marlow lighthouse?"


@pytest.fixture
def run(home):
    def run(*args, input=None, timeout=120, **env):
        return subprocess.run([binary(), *map(str, args)], env={**home, **env}, capture_output=True, text=True,
                              input=input, timeout=timeout)
    return run


def at_terminal(args, env, keys=None, width=100, timeout=120, term="xterm"):
    """Runs at a pseudo-terminal; `keys(text so far)` may answer bytes to type. (exit status, all that was shown)."""
    import fcntl
    import struct
    import termios
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(binary(), [binary(), *map(str, args)], {**env, "TERM": term})
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    shown, deadline = b"", time.monotonic() + timeout
    while time.monotonic() < deadline:
        if select.select([fd], [], [], 0.1)[0]:
            try:
                part = os.read(fd, 65536)
            except OSError:
                part = b""
            if not part:
                break
            shown += part
        typed = keys(shown.decode(errors="replace")) if keys else None
        if typed:
            os.write(fd, typed)
    else:
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    os.close(fd)
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")


def test_help_is_worth_reading(run):
    whole = run("--help")
    assert whole.returncode == 0 and whole.stderr == ""
    for command in COMMANDS:
        assert command in whole.stdout
        page = run(command, "--help")
        assert page.returncode == 0 and page.stderr == "", command
        assert f"troupe {command}" in page.stdout, f"no example of {command}"
        if command not in ("check", "eval"):
            assert "Exit status:" in page.stdout, command
    for below in (("check", "egress"), ("check", "robots"), ("eval", "run")):
        page = run(*below, "--help")
        assert page.returncode == 0 and "Exit status:" in page.stdout
    assert "15 s to end" in run("serve", "--help").stdout and "second one ends it at once" in run("serve", "--help").stdout
    assert re.fullmatch(r"troupe \d+\.\d+\.\d+\n", run("--version").stdout)


@pytest.mark.parametrize("args, said", [
    ([], "no command"),
    (["reserch", "q"], '"research"'),
    (["research", "q", "--fromat", "md"], '"--format"'),
    (["research", "q", "--max-page", "3"], '"--max-pages"'),
    (["research", "q", "--url"], "--url"),
    (["research"], "QUESTION"),
    (["research", "q", "--depth", "deep"], "--depth"),
    (["research", "q", "--format", "pdf"], "--format"),
    (["research", "q", "--url", "ftp://h/"], "ftp://h/"),
    (["research", "q", "--path", "/", "--timeout", "0"], "--timeout"),
    (["search", "q", "-k", "0"], "-k"),
    (["research", "a" * 4097], "troupe: the question is longer than 4,096 bytes."),
    (["research", "q", "--collection", ""], "troupe: research: --collection: the name is empty."),
    (["research", "q", "--source", "s" * 257], "--source: the name is longer than 256 bytes"),
    (["research", "q", "--url", ""], 'and "" is none'),
    (["ingest", "/", "--collection", ""], "--collection: the name is empty"),
    (["ingest", "/", "--depth", "99"], "--depth"),
    (["search", "q", "--collection", ""], "--collection: the name is empty"),
    (["search", ""], "the query is empty"),
    (["watch", ""], "ID: the name is empty"),
    (["research", "q", "--path", ""], "the path of --path is empty"),
    (["research", "a\x07b"], "the question holds the control character U+0007"),
    (["ingest", ""], "a path is empty"),
    (["jobs", "extra"], "extra"),
    (["jobs", "--server", "foo"], "http://127.0.0.1:8000"),
    (["check", "eggress", "http://h/"], '"egress"'),
    (["check", "robots", "--file", "x"], "--agent"),
    (["serve", "--roles", "gatway"], 'Did you mean "gateway"?'),
    (["serve", "--roles", "gateway"], 'work of the role "research"'),
    (["serve", "--listen", "foo"], "foo"),
])
def test_what_cannot_be_understood_is_one_sentence_and_2(run, args, said):
    out = run(*args)
    assert out.returncode == 2, out
    assert out.stdout == "" and out.stderr.startswith("troupe: ") and said in out.stderr, out.stderr
    assert len(out.stderr.strip().splitlines()) == 1


def test_research_by_itself(run, notes):
    out = run("research", KEEPER, "--path", notes)
    assert out.returncode == 0, out
    assert "Ada Thorne" in out.stdout and "[1]" in out.stdout and "\x1b" not in out.stdout
    lines = out.stderr.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["plan", "gather", "read", "write"], out.stderr
    assert "all verified" in out.stderr
    id = re.search(r"done in .* · (r_\w+) · troupe watch \1 shows how it was made", lines[-1]).group(1)
    watched = run("watch", id)
    assert watched.returncode == 0 and "Ada Thorne" in watched.stdout and "asked: " in watched.stdout
    assert KEEPER in run("jobs", "--wide").stdout and id in run("jobs").stdout


def test_jobs_are_a_line_each_and_no_longer_than_the_screen(run, home, notes):
    question = "Who was the first keeper of the Marlow lighthouse, " + "and who came after " * 60 + "that?"
    assert run("research", question, "--path", notes).returncode in (0, 3)
    plain = run("jobs").stdout.splitlines()
    assert len(plain) == 1 and len(plain[0]) == 80 and plain[0].endswith("…"), plain
    assert run("jobs", "--wide").stdout.splitlines()[0].endswith(question)
    for term in ("xterm", "dumb"):
        status, shown = at_terminal(["jobs"], home, term=term)
        assert status == 0 and len(shown.splitlines()) == 1 and len(shown.splitlines()[0]) <= 100, shown
    again = run("research", KEEPER, "--path", notes)
    assert "3 pages known · 0 to fetch" in again.stderr


def test_one_small_file_is_enough(run, tmp_path):
    """How rare a word is can't be told from a single passage."""
    note = tmp_path / "n.txt"
    note.write_text("The quorx widget is calibrated at 42 degrees. It must be cooled first.\n")
    out = run("research", "What temperature is the quorx widget calibrated at?", "--path", note)
    assert out.returncode == 0 and "calibrated at 42 degrees" in out.stdout and "[1]" in out.stdout, out
    note.write_text("All about the quorx widget.\n")
    nothing = run("research", "What temperature is the quorx widget calibrated at?", "--path", note)
    assert nothing.returncode == 3 and "Closest: All about the quorx widget.\n" in nothing.stdout, nothing


def test_files_without_any_text_are_told_from_text_that_does_not_answer(run, tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "empty.txt").write_text("")
    for place in (tmp_path / "d", tmp_path / "d" / "empty.txt"):
        out = run("research", KEEPER, "--path", place)
        assert out.returncode == 1 and out.stdout == "" and f"nothing readable is in {place}" in out.stderr, out


def test_a_folder_without_anything_readable_says_so(run, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "out").symlink_to("/etc")
    out = run("research", KEEPER, "--path", tmp_path / "empty")
    assert out.returncode == 1 and "holds no file that can be read" in out.stderr, out


def test_output_that_is_lost_is_a_failure(run, notes, home):
    for args in (["research", KEEPER, "--path", str(notes)], ["jobs"]):
        with open("/dev/full", "w") as full:
            out = subprocess.run([binary(), *args], env={**home}, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
        assert out.returncode == 1 and "could not be written" in out.stderr, out


def test_forms_of_the_report(run, notes, tmp_path):
    as_json = run("research", KEEPER, "--path", notes, "--format", "json")
    report = json.loads(as_json.stdout)
    assert report["claims"] and report["citations"] and report["sources"]
    page = tmp_path / "answer.html"
    out = run("research", KEEPER, "--path", notes, "--out", page)
    assert out.returncode == 0 and out.stdout == "" and "<html" in page.read_text().lower()
    assert "/api/v1/" not in page.read_text(), "a link that leads nowhere from a file"
    other = run("research", KEEPER, "--path", notes, "--out", tmp_path / "answer.pdf")
    assert other.returncode == 2 and "not written as pdf" in other.stderr and not (tmp_path / "answer.pdf").exists(), other
    failed = run("research", KEEPER, "--url", "http://127.0.0.1:9/", "--out", tmp_path / "none.md")
    assert failed.returncode == 1 and not (tmp_path / "none.md").exists()  # an empty report would look like one
    markdown = run("research", KEEPER, "--path", notes, "--format", "md").stdout
    assert markdown.strip() == report["markdown"].strip()


def test_no_evidence_is_3(run, notes):
    out = run("research", "Which enzymes break down paracetamol?", "--path", notes)
    assert out.returncode == 3, out
    assert out.stdout.strip() and "[1]" not in out.stdout


def test_what_is_wrong_is_one_sentence_and_what_to_do(run, notes, tmp_path):
    missing = run("research", KEEPER, "--path", "/nowhere/at/all")
    assert missing.returncode == 1 and missing.stderr == (
        "troupe: can't read /nowhere/at/all: no such file or directory. Give a file or folder that is there with --path.\n")
    nobody = run("jobs", "--server", "http://127.0.0.1:9")
    assert nobody.returncode == 1 and nobody.stderr.startswith("troupe: can't reach http://127.0.0.1:9: ")
    unknown = run("watch", "r_01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert unknown.returncode == 1 and len(unknown.stderr.strip().splitlines()) == 1
    assert unknown.stderr.endswith("See which there are: troupe jobs.\n")
    out = run("research", KEEPER, "--path", notes, "--out", tmp_path / "no" / "such" / "folder.md")
    assert out.returncode == 1 and "folder.md" in out.stderr
    config = tmp_path / "troupe.toml"
    config.write_text("[scrape]\nconnections_per_hots = 3\n")
    wrong = run("jobs", "--config", config)
    assert wrong.returncode == 1
    assert 'troupe.toml line 2: unknown key "connections_per_hots" in [scrape]' in wrong.stderr
    assert 'Did you mean "connections_per_host"?' in wrong.stderr


def test_a_private_address_is_refused_with_what_opens_it(run, bad_site):
    out = run("research", KEEPER, "--url", bad_site.url("/"))
    assert out.returncode in (1, 3) and "--allow-private-network" in out.stderr, out
    opened = run("research", KEEPER, "--url", bad_site.url("/"), "--allow-private-network", "--depth", "1")
    assert opened.returncode == 0 and "Ada Thorne" in opened.stdout, opened
    assert "gather" in opened.stderr and "page" in opened.stderr


def test_a_failed_page_is_one_line_with_its_reason(run, bad_site):
    out = run("research", KEEPER, "--url", bad_site.url("/keeper.html"), "--url", bad_site.url("/missing.html"),
              "--url", bad_site.url("/private/x.html"), "--allow-private-network", "--depth", "0")
    assert out.returncode == 0
    assert re.search(r"failed +http://127\.0\.0\.1:\d+/missing\.html: .*404", out.stderr), out.stderr
    assert re.search(r"skipped +http://127\.0\.0\.1:\d+/private/x\.html: .*robots", out.stderr), out.stderr


def test_a_site_that_forbids_it_is_1_and_says_so(run, bad_site):
    out = run("research", KEEPER, "--url", bad_site.url("/private/secret.html"), "--allow-private-network")
    assert out.returncode == 1 and out.stdout == "", out
    assert "no source could be read: robots.txt of 127.0.0.1:" in out.stderr and "Nothing" not in out.stderr, out


def test_at_a_terminal_it_draws_in_place(home, notes, bad_site):
    # A page that never ends keeps it at work until its time is up.
    status, shown = at_terminal(["research", KEEPER, "--path", notes, "--url", bad_site.url("/endless.html"),
                                 "--timeout", "3", "--allow-private-network"], home)
    assert status in (0, 3), shown
    assert re.search(r"\x1b\[\d+A\r\x1b\[J", shown), "nothing was drawn over"
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", shown).replace("\r", "")
    assert "Ada Thorne" in plain and "Sources" in plain and "───" in plain
    assert "keeper.html" in plain
    assert re.search(r"(done in \d+\.\d s|partial after \d+\.\d s .*) · r_\w+ · troupe watch", plain)
    assert re.search(r"failed +http://127\.0\.0\.1:\d+/endless\.html: ", plain), plain
    assert all(len(line) <= 100 for line in plain.splitlines() if "troupe watch" not in line), plain


def test_ctrl_c_cancels_and_keeps_what_was_read(home, bad_site):
    pressed = []

    def keys(shown):
        if "gather" in shown and bad_site.hits.get("/endless.html") and not pressed:
            pressed.append(True)
            return b"\x03"
        return None

    began = time.monotonic()
    status, shown = at_terminal(["research", KEEPER, "--url", bad_site.url("/keeper.html"), "--url", bad_site.url("/endless.html"),
                                 "--allow-private-network", "--timeout", "100"], home, keys)
    assert pressed and time.monotonic() - began < 60, "it went on"
    assert status == 3 and "stopping  Ctrl-C again" in shown and "cancelled" in shown and "pages read are kept" in shown, shown
    id = re.search(r"troupe watch (r_\w+)", shown).group(1)
    assert subprocess.run([binary(), "watch", id], env=home, capture_output=True, timeout=60).returncode == 3


def test_a_terminate_cancels_without_a_word_on_keys(home, bad_site):
    out = subprocess.Popen([binary(), "research", KEEPER, "--url", bad_site.url("/endless.html"), "--allow-private-network",
                            "--timeout", "100"], env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until(lambda: bad_site.hits.get("/endless.html"), 20)
    out.terminate()
    said = out.communicate(timeout=60)[1]
    assert out.returncode == 3 and "stopping" in said and "Ctrl-C" not in said, said


def test_a_server_with_the_data_folder_is_used(run, engine, home, notes):
    e = Engine(Path(home["XDG_DATA_HOME"]) / "troupe", notes.parent / "log", ["--allow-path", str(notes)], home)
    e.start()
    try:
        out = run("research", KEEPER, "--path", notes)
        assert out.returncode == 0 and "Ada Thorne" in out.stdout, out
        id = re.search(r"r_\w+", out.stderr).group(0)
        assert e.row(id)["status"] == "done"
        tree = run("tree")
        assert tree.returncode == 0 and "store ●" in tree.stdout and tree.stdout.startswith("node-1  up "), tree.stdout
        assert "1 subscriber of 1 log\n" in tree.stdout and not re.search(r"\b1 (?!ms)\w+s\b", tree.stdout), tree.stdout
        assert json.loads(run("tree", "--json").stdout)["actors"]
        pressed = []

        def leave(text):
            if "writer" in text and not pressed:
                pressed.append(b"\x03")
                return pressed[0]

        status, shown = at_terminal(["tree", "--watch"], home, keys=leave)
        assert status == 0 and pressed and "node-1" in shown and "\x1b[?1049l" in shown, (status, shown)
    finally:
        e.end()


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_a_tree_watched_through_a_pipe_outlives_its_server(home, tmp_path, how):
    e = Engine(tmp_path / "data", tmp_path / "log", [], home)
    e.start()
    said = tmp_path / "said"
    with said.open("w") as err:
        watcher = subprocess.Popen([binary(), "tree", "--watch", *how, "--server", e.base], env=home,
                                   stdout=subprocess.PIPE, stderr=err, text=True)
    try:
        assert watcher.stdout.readline()
        e.kill()
        until(lambda: "tried again every second" in said.read_text(), 20)
        e.process = subprocess.Popen([binary(), "serve", "--data", e.data, "--listen", f"127.0.0.1:{e.port}"], env=e.env,
                                     stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: "connected again" in said.read_text(), 30)
        watcher.send_signal(signal.SIGINT)
        watcher.communicate(timeout=20)
        assert watcher.returncode == 0 and said.read_text().count("tried again") == 1, said.read_text()
    finally:
        watcher.kill()
        e.end()


def test_files_go_up_to_a_server_that_cannot_read_them(run, engine, notes):
    e = engine()
    out = run("research", KEEPER, "--path", notes, "--server", e.base)
    assert out.returncode == 0 and "Ada Thorne" in out.stdout, out
    assert "3 of 3 files" in out.stderr
    taken = run("ingest", notes, "--collection", "up", "--server", e.base)
    assert taken.returncode == 0, taken
    found = run("search", "first keeper", "--collection", "up", "--server", e.base)
    assert "Ada Thorne" in found.stdout


def test_the_end_of_the_server_is_not_the_end_of_the_research(home, bad_site, notes):
    """A watcher whose server is killed takes over and carries on to the end."""
    e = Engine(Path(home["XDG_DATA_HOME"]) / "troupe", notes.parent / "log", ["--allow-private-network"], home)
    e.start()
    try:
        id = e.ask("How often does the Marlow lighthouse flash?", timeout_s=15,
                   urls=[bad_site.url("/fact.html"), bad_site.url("/endless.html")])
        watcher = subprocess.Popen([binary(), "watch", id], env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        until(lambda: [x for x in e.events(id) if x["type"] == "page.fetched"], 20)
        e.kill()
        out, err = watcher.communicate(timeout=90)
        assert watcher.returncode in (0, 3), (out, err)
        assert "resumed" in out and re.search(r"(done|ended)", out.splitlines()[-1]), (out, err)
    finally:
        e.end()


def attempts(home):
    with sqlite3.connect(Path(home["XDG_DATA_HOME"]) / "troupe/troupe.db") as db:
        return [x for x, in db.execute("select attempt from ledger order by id")]


def killed_research(home, bad_site, *more):
    """A one-shot research that was killed while it read; answers its id."""
    out = subprocess.Popen([binary(), "research", "How often does the Marlow lighthouse flash?", "--url",
                            bad_site.url("/endless.html"), "--allow-private-network", "--timeout", "100", *map(str, more)],
                           env=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until(lambda: bad_site.hits.get("/endless.html"), 30)
    with sqlite3.connect(Path(home["XDG_DATA_HOME"]) / "troupe/troupe.db") as db:
        until(lambda: db.execute("select count(*) from events where type = 'plan.ready'").fetchone()[0], 30)
        out.kill()
        out.wait(30)
        return db.execute("select id from ledger").fetchone()[0]


def test_looking_around_finishes_nothing(run, home, bad_site, notes):
    id = killed_research(home, bad_site, "--path", notes)
    for args in (["jobs"], ["tree"], ["dead-letters"], ["search", "lantern"], ["doctor"]):
        assert id in (out := run(*args)).stdout or args != ["jobs"], out
        assert attempts(home) == [1], args
    gone = run("cancel", id)
    assert gone.returncode == 0 and "is cancelled" in gone.stdout, gone
    assert attempts(home) == [1]


def test_what_was_granted_holds_for_who_goes_on(run, home, bad_site, notes):
    id = killed_research(home, bad_site, "--path", notes)
    with sqlite3.connect(Path(home["XDG_DATA_HOME"]) / "troupe/troupe.db") as db:
        body, = db.execute("select body from ledger").fetchone()  # so that it ends while we look
        db.execute("update ledger set body = ?", (json.dumps({**json.loads(body), "timeout_s": 12}),))
        db.execute("update ledger set started_at = 0")
    before = bad_site.hits["/endless.html"]
    seen = run("watch", id)
    assert seen.returncode in (0, 3) and "resumed" in seen.stdout, seen
    assert "may be read" not in seen.stdout and "source_lost" not in seen.stdout, seen
    assert bad_site.hits["/endless.html"] > before, "the private network is closed"
    assert attempts(home) == [2]


def test_commands_at_once_on_one_folder_all_end_well(home, notes):
    """Whoever came first serves the others, and may be gone before they have their reports."""
    def start(*args):
        return subprocess.Popen([binary(), *map(str, args)], env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(4):
        at_once = [start("research", KEEPER, "--path", notes) for _ in range(3)] + [start("jobs") for _ in range(2)]
        for n, p in enumerate(at_once):
            out, err = p.communicate(timeout=60)
            assert p.returncode == 0, (n, out, err)
            assert n >= 3 or "Ada Thorne" in out, (n, out, err)


def test_a_source_that_was_lost_leaves_the_research_partial(run, home, notes, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "a.txt").write_text("The harbour of Marlow has two cranes.\n")
    e = Engine(tmp_path / "d", tmp_path / "log", ["--allow-path", str(tmp_path)], home)
    e.start()
    try:
        link = tmp_path / "link"
        link.symlink_to(other)
        config = {"paths": [str(notes), str(link)]}
        id, row, events = e.run(KEEPER, **config)
        assert row["status"] == "done", events
        (tmp_path / "link").unlink()
        id, row, events = e.run(KEEPER, **config)
        assert row["status"] == "partial" and events[-1]["data"]["reason"] == "source_lost", events[-1]
        assert str(link) in events[-1]["data"]["detail"] and "Ada Thorne" in e.report(id)["markdown"]
    finally:
        e.end()


def test_ingest_then_search_then_ask(run, notes):
    taken = run("ingest", notes, "--collection", "notes")
    assert taken.returncode == 0, taken
    found = run("search", "first keeper", "--collection", "notes")
    assert found.returncode == 0 and found.stdout.startswith("1. ") and "Ada Thorne" in found.stdout, found
    hits = json.loads(run("search", "first", "keeper", "--collection", "notes", "--mode", "lexical", "-k", "2", "--json").stdout)
    assert 1 <= len(hits["hits"]) <= 2
    assert run("search", "zyzzyva", "--mode", "lexical", "--collection", "notes").returncode == 3
    nowhere = run("search", "first keeper", "--collection", "nothing")
    assert nowhere.returncode == 1 and 'no collection is called "nothing"' in nowhere.stderr, nowhere
    asked = run("research", KEEPER, "--collection", "notes")
    assert asked.returncode == 0 and "Ada Thorne" in asked.stdout and "3 pages known · 0 to fetch" in asked.stderr, asked
    misspelt = run("research", KEEPER, "--collection", "ntoes")
    assert misspelt.returncode == 1 and 'no collection is called "ntoes"' in misspelt.stderr, misspelt


def test_what_ingest_counts_adds_up(run, tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    for i in range(5):
        (folder / f"{i}.txt").write_text(f"The quorx number {i} is calibrated at {i * 7} degrees.\n")
    (folder / "again.txt").write_bytes((folder / "1.txt").read_bytes())
    (folder / "empty.txt").write_text("")
    (folder / "picture.gif").write_bytes(b"GIF89a")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    first = run("ingest", folder, "--collection", "mixed")
    assert "5 of 8 pages read · 2 skipped · 1 failed · 1 other file left out" in first.stderr, first
    second = run("ingest", folder, "--collection", "mixed")
    assert "5 pages known · 3 to fetch · 2 skipped · 1 failed · 1 other file left out" in second.stderr, second


def test_a_new_process_searches_all_that_an_earlier_one_read(run, manual):
    """The index is filled from the store at the start: who asks at once waits for it."""
    taken = run("ingest", manual, "--collection", "manual")
    assert taken.returncode == 0, taken
    hits = json.loads(run("search", "autovacuum vacuum base threshold scale factor", "--json").stdout)
    assert hits["coverage"] == 1 and any("routine-vacuuming" in h["url"] for h in hits["hits"][:3]), hits
    asked = run("research", "How does autovacuum decide when to vacuum a table?", "--collection", "manual")
    assert asked.returncode == 0 and "vacuum base threshold + vacuum scale factor" in asked.stdout.replace("\\", ""), asked
    nothing = run("research", "Who won the chess championship of Marlow?", "--collection", "manual")
    assert nothing.returncode == 3 and re.search(r"Nothing in the 1,\d\d\d pages answers this", nothing.stdout), nothing


def test_pages_whose_snapshots_are_gone_are_read_again(run, home, notes, bad_site):
    asked = ("research", KEEPER, "--path", notes, "--url", bad_site.url("/fact.html"), "--depth", "0", "--allow-private-network")
    first = run(*asked)
    assert first.returncode == 0 and "Ada Thorne" in first.stdout, first

    def lose():
        for blob in (Path(home["XDG_DATA_HOME"]) / "troupe/blobs").glob("[0-9a-f][0-9a-f]/*"):
            blob.unlink()

    lose()
    hits = bad_site.hits["/fact.html"]
    again = run(*asked)
    assert again.returncode == 0 and again.stdout == first.stdout, (first, again)
    assert bad_site.hits["/fact.html"] == hits + 1
    third = run(*asked)  # known again
    assert third.returncode == 0 and third.stdout == first.stdout and bad_site.hits["/fact.html"] == hits + 1, third
    lose()
    bad_site.end()
    gone = run("research", KEEPER, "--url", bad_site.url("/fact.html"), "--depth", "0", "--allow-private-network")
    assert gone.returncode == 1 and "no source could be read" in gone.stderr, gone


def test_a_question_without_a_place_is_answered_from_all_that_is_stored(run, notes):
    nothing = run("research", KEEPER)
    assert nothing.returncode == 3 and "answering from all that is stored" in nothing.stderr, nothing
    run("ingest", notes, "--collection", "notes")
    asked = run("research", KEEPER)
    assert asked.returncode == 0 and "Ada Thorne" in asked.stdout and "answering from all that is stored" in asked.stderr, asked
    assert "all that is stored" not in run("research", KEEPER, "--collection", "notes").stderr


def test_cancel_names_what_it_did(run, engine, bad_site):
    e = engine("--allow-private-network")
    id = e.ask("What?", urls=[bad_site.url("/endless.html")], timeout_s=100)
    out = run("cancel", id, "--server", e.base)
    assert out.returncode == 0 and id in out.stdout
    assert until(lambda: e.ended(id), 20)["status"] == "cancelled"
    assert "cancelled" in run("cancel", id, "--server", e.base).stdout
    assert run("cancel", "nonsense", "--server", e.base).returncode == 1


def test_extract_reads_a_page(run, notes, tmp_path):
    out = run("extract", notes / "keeper.html")
    assert out.returncode == 0 and "Ada Thorne" in out.stdout
    page = json.loads(run("extract", "-", "--json", "--url", "http://h/x", input=(notes / "keeper.html").read_text()).stdout)
    assert set(page) == {"title", "byline", "published", "language", "text", "markdown"}
    assert page["title"] == "The keeper" and "Ada Thorne" in page["text"]
    assert run("extract", "/nowhere").returncode == 1
    assert run("extract", input="").returncode == 1
    (tmp_path / "empty.md").write_text("")
    empty = run("extract", tmp_path / "empty.md")
    assert empty.returncode == 1 and "no readable text" in empty.stderr and "scripts" not in empty.stderr, empty
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4\n")
    pdf = run("extract", tmp_path / "a.pdf")
    assert pdf.returncode == 1 and "this is a PDF file" in pdf.stderr and "troupe ingest" in pdf.stderr, pdf
    assert run("extract", notes / "keeper.html", "--url", "not an address").returncode == 2


def test_check_egress_answers_line_by_line(run):
    out = run("check", "egress", "-", input="http://93.184.216.34/\nhttp://example.org/\nhttp://127.0.0.1/\nhttp://169.254.169.254/\n\nnonsense\n")
    verdicts = [line.split()[0] for line in out.stdout.splitlines()]
    assert verdicts == ["allow", "resolve", "refuse", "refuse", "refuse", "refuse"], out.stdout
    assert run("check", "egress", "http://[::1]/").stdout.startswith("refuse ")


def test_check_egress_refuses_every_internal_address_of_the_suite(run, test_data):
    cases = [json.loads(line) for line in (test_data / "ssrf" / "vectors.jsonl").read_text().splitlines()]
    cases = [c for c in cases if "\n" not in c["url"] and "\r" not in c["url"]]
    assert len(cases) > 1000
    verdicts = run("check", "egress", "-", input="".join(c["url"] + "\n" for c in cases)).stdout.splitlines()
    assert len(verdicts) == len(cases)
    opened = [(c["url"], v) for c, v in zip(cases, verdicts) if c["internal"] and v.startswith("allow")]
    assert opened == []


def test_check_robots_names_the_rule(run, tmp_path):
    file = tmp_path / "robots.txt"
    file.write_text("User-agent: *\nDisallow: /private/\nAllow: /private/open\n")
    out = run("check", "robots", "--file", file, "--agent", "troupe", "https://h/private/x", "https://h/private/open/y", "https://h/z")
    lines = out.stdout.splitlines()
    assert lines[0].startswith("disallow") and "Disallow: /private/" in lines[0]
    assert lines[1].startswith("allow") and "Allow: /private/open" in lines[1]
    assert lines[2].startswith("allow")
    assert run("check", "robots", "--file", file, "--agent", "troupe", "/private/x").stdout.startswith("disallow")
    for word in ("nonsense", "private/x", "ftp://h/private/x", ""):
        out = run("check", "robots", "--file", file, "--agent", "troupe", "https://h/z", word)
        assert out.returncode == 2 and out.stdout == "" and f'"{word}" is neither an address nor a path' in out.stderr, out


def test_eval_writes_a_run(run, tmp_path):
    (tmp_path / "corpus.jsonl").write_text('{"_id":"a","title":"Lamps","text":"oil and wick"}\n{"_id":"b","title":"Bells","text":"bronze"}\n')
    (tmp_path / "queries.jsonl").write_text('{"_id":"q1","text":"bronze bells"}\n')
    out = run("eval", "run", "--corpus", tmp_path / "corpus.jsonl", "--queries", tmp_path / "queries.jsonl", "--out", tmp_path / "run", "--mode", "lexical")
    assert out.returncode == 0, out
    assert (tmp_path / "run").read_text().split()[:4] == ["q1", "Q0", "b", "1"]
    assert run("eval", "run", "--corpus", "/nowhere", "--queries", "/nowhere", "--out", tmp_path / "x").returncode == 1


def test_doctor_says_what_is_wrong_and_what_to_do(run, engine, tmp_path):
    well = run("doctor", "--data", tmp_path / "data")
    assert well.returncode == 0, well
    assert re.search(r"data folder", well.stdout) and re.search(r"pdftotext", well.stdout)
    e = engine()
    config = tmp_path / "troupe.toml"
    config.write_text(f'listen = "127.0.0.1:{e.port}"\n')
    taken = run("doctor", "--data", tmp_path / "data", "--config", config)
    assert taken.returncode == 1 and str(e.port) in taken.stdout
    blind = run("doctor", "--data", tmp_path / "data", PATH="/nowhere")
    assert blind.returncode == 1 and "poppler-utils" in blind.stdout
    nowhere = run("doctor", XDG_DATA_HOME="/proc/nope")
    assert nowhere.returncode == 1 and "/proc/nope/troupe can't be made" in nowhere.stdout, nowhere
    assert "Make room" not in nowhere.stdout
    hopeful = run("doctor", "--data", tmp_path / "data", S3_BUCKET="pages")
    assert hopeful.returncode == 0 and "S3_BUCKET is set, and this version makes no use of it" in hopeful.stdout


def test_a_damaged_database_says_what_helps_and_it_does(run, notes, tmp_path):
    data = tmp_path / "data"
    assert run("ingest", notes, "--data", data).returncode == 0
    (data / "troupe.db").write_bytes(os.urandom(65536))
    help = f"Move {data}/troupe.db and what begins with its name away and start again: everything asked and read so far is lost with it."
    for args in (["jobs"], ["research", KEEPER, "--path", notes], ["doctor"]):
        told = run(*args, "--data", data)
        assert told.returncode == 1 and help in told.stderr + told.stdout, told
    for file in data.glob("troupe.db*"):
        file.rename(tmp_path / file.name)
    assert run("doctor", "--data", data).returncode == 0
    again = run("research", KEEPER, "--path", notes, "--data", data)
    assert again.returncode == 0 and "Ada Thorne" in again.stdout, again


def test_a_closed_pipe_is_quiet(home, notes):
    for args in (["research", KEEPER, "--path", str(notes)], ["jobs"], ["dead-letters"], ["--help"]):
        reader, writer = os.pipe()
        os.close(reader)
        out = subprocess.run([binary(), *args], env=home, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
        os.close(writer)
        assert out.returncode in (141, -signal.SIGPIPE) and "written" not in out.stderr, out  # as cat and git end


def test_closed_standard_descriptors_never_become_those_of_a_file(home, notes, tmp_path):
    data, report = tmp_path / "data", tmp_path / "report.md"
    asked = f'{binary()} research "{KEEPER}" --path {notes} --data {data}'

    def shell(line):
        return subprocess.run(line, shell=True, executable="/bin/bash", env=home, capture_output=True, text=True, timeout=60)

    assert shell(asked + " <&- >&- 2>&-").returncode == 1  # nobody would have seen the report
    assert shell(asked + f" --out {report} <&- >&- 2>&-").returncode == 0 and "Ada Thorne" in report.read_text()
    silent = shell(asked + " 2>&-")
    assert silent.returncode == 0 and "Ada Thorne" in silent.stdout
    for args in ("jobs --data " + str(data), "--version", "extract " + str(notes / "keeper.html")):
        told = shell(f"{binary()} {args} >&-")
        assert told.returncode == 1 and "could not be written" in told.stderr, (args, told)
    for file in data.iterdir():
        if file.name in ("lock", "endpoint", "troupe.log"):
            assert b"Thorne" not in file.read_bytes() and b"gather" not in file.read_bytes(), file


def test_a_folder_to_allow_that_is_not_there_is_warned_of(home, tmp_path):
    log = tmp_path / "log"
    e = Engine(tmp_path / "data", log, ["--allow-path", "/no/such/folder"], home)
    e.start()
    try:
        assert "nothing is at /no/such/folder" in log.read_text()
    finally:
        e.end()
