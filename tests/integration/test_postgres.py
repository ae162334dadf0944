"""A node whose store is PostgreSQL: nothing of it in the data folder, and what it does while the server is away."""
import os
import subprocess
import time

import pytest

from database import Database
from engine import Engine, assert_gapless, binary, environment, until
from evidence import check_citations

KEEPER = "Who was the first keeper of the Marlow lighthouse?"
AWAY = float(os.environ.get("TROUPE_TEST_AWAY_S", 3))  # thirty by hand: longer than a lease


@pytest.fixture
def database():
    x = Database()
    yield x
    x.end()


@pytest.fixture
def node(database, tmp_path):
    made = []

    def make(*args, data="data", **variables):
        env = environment(tmp_path)
        env.update(DATABASE_URL=database.url, DATABASE_POOL_SIZE="4", **variables)
        e = Engine(tmp_path / data, tmp_path / f"{data}.log", args, env)
        made.append(e)
        return e.start()

    yield make
    for e in made:
        e.end()


def database_check(e):
    answer = e.get("/health/ready")
    return answer.status, answer.json["checks"]["database"]


def test_research_is_in_the_database_and_outlives_the_node(node, database, notes):
    e = node("--allow-path", str(notes))
    naughty = KEEPER + " '); drop table ledger; -- \" \\ $1 %s"
    id = e.ask(naughty, paths=[str(notes)])
    assert e.wait(id)["status"] == "done"
    check_citations(e, id, e.report(id))
    assert "Ada Thorne" in e.report(id)["markdown"]
    log = e.events(id)
    assert_gapless(log)
    assert not (e.data / "troupe.db").exists()
    assert database.rows("select state from ledger") == ["done"]
    assert int(database.rows("select count(*) from events")[0]) == len(log)
    assert e.stop() == 0
    e.start()
    assert e.events(id) == log and e.row(id)["question"] == naughty
    again = e.ask(KEEPER, paths=[str(notes)])
    assert e.wait(again)["status"] == "done"


def test_each_store_has_an_index_snapshot_of_its_own(node, database, many_notes):
    e = node("--allow-path", str(many_notes))
    assert e.wait(e.ask(KEEPER, paths=[str(many_notes)]))["status"] == "done"
    identity = database.rows("select value from identity")[0]
    assert e.stop() == 0
    kept = [x.name for x in (e.data / "index").glob("*.snapshot")]
    assert kept in ([], [f"shard-0-{identity}.snapshot"]), kept
    del e.env["DATABASE_URL"]
    e.start()  # on the data folder now, which knows nothing
    assert e.get("/api/v1/research").json["items"] == []


def test_a_database_that_goes_away_pauses_the_work_and_loses_nothing(node, database, many_notes):
    e = node("--allow-path", str(many_notes))
    ids = [e.ask(f"{KEEPER} Asked for the {i}th time.", paths=[str(many_notes)]) for i in range(8)]
    until(lambda: any(e.row(x)["status"] == "running" for x in ids), what="a research at work")
    database.crash()
    down = time.monotonic()
    status, check = until(lambda: (lambda x: x if x[0] == 503 else None)(database_check(e)), what="ready saying so")
    assert not check["healthy"] and "PostgreSQL" in check["error"], check
    refused = e.post("/api/v1/research", {"question": KEEPER, "paths": [str(many_notes)]})
    assert refused.status == 503 and "PostgreSQL" in refused.json["detail"], refused
    while time.monotonic() - down < AWAY:
        assert e.alive and database_check(e)[0] == 503
        time.sleep(0.2)
    database.start()
    until(lambda: database_check(e)[0] == 200, 30, "ready again")
    for id in ids:
        row = e.wait(id, 120)
        assert row["status"] == "done", row
        log = e.events(id)
        assert_gapless(log)
        assert [x["type"] for x in log].count("research.done") == 1
        check_citations(e, id, e.report(id))


def test_a_wrong_address_fails_at_start_and_says_what_to_look_at(database, tmp_path):
    for url, said in ((database.url.replace("host=", "host=/nowhere"), "can't reach PostgreSQL"),
                      (database.url.replace("/postgres?", "/elsewhere?"), 'database "elsewhere" does not exist'),
                      (database.url + "&schema=absent", "the schema 'absent' of DATABASE_URL is not in that database"),
                      ("nonsense://", "can't reach PostgreSQL")):
        env = dict(environment(tmp_path), DATABASE_URL=url)
        for command in (["serve", "--listen", "127.0.0.1:0"], ["doctor"]):
            told = subprocess.run([binary(), *command, "--data", str(tmp_path / "x")], env=env, capture_output=True,
                                  text=True, timeout=30)
            if command == ["doctor"] and "schema=" in url:
                continue  # it connects and changes nothing
            assert told.returncode == 1 and said in told.stderr + told.stdout and "DATABASE_URL" in told.stderr + told.stdout, told
