"""The rules that chaos scenarios hold data folders to can fail: each tampering with a good folder breaks one."""
import hashlib
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "chaos"))

from scenario import Scenario  # noqa: E402
from store_check import QUERIES, check_store  # noqa: E402

ROWS = f"{len(QUERIES)} rules"
TAMPERINGS = {
    "an event that is gone": ("delete from events where seq = 3", ROWS),
    "an event that comes after the end": ("insert into events select research, seq + 1, epoch, at, 'progress', data from events "
                                          "order by seq desc limit 1", ROWS),
    "two ends": ("update events set type = 'research.cancelled' where seq = 4", ROWS),
    "an end that the ledger denies": ("update ledger set state = 'failed'", ROWS),
    "a lease that is left": ("update ledger set lease_until = 9", ROWS),
    "a page told twice": ("update events set type = 'page.fetched', data = (select data from events where type = 'page.fetched') "
                          "where seq = 4", ROWS),
    "passages of nothing": ("update passages set document = 99 where document = 1", ROWS),
    "a wrong total": ("update totals set value = value + 1", ROWS),
    "a document without its snapshot": ("update documents set id = zeroblob(32) where row = 1", "each document's snapshot"),
    "a research that is lost": ("delete from ledger; delete from events", "every accepted research"),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from engine import Engine
    base = tmp_path_factory.mktemp("rules")
    (base / "notes").mkdir()
    for i in range(3):
        (base / "notes" / f"{i}.txt").write_text(f"The keeper of the Marlow lighthouse lit the lantern on day {i}.\n")
    e = Engine(base / "data", base / "log", ["--allow-path", str(base / "notes")]).start()
    try:
        id, _, _ = e.run("Who lit the lantern?", paths=[str(base / "notes")])
    finally:
        e.end()
    return base / "data", id


def rules(data, id):
    s = Scenario("rules", 0, None)
    check_store(s, data, [id])
    return s


def test_a_good_folder_breaks_no_rule(folder):
    s = rules(*folder)
    assert not s.broken and s.held == 5, s.lines


def test_a_snapshot_without_its_document_breaks_a_rule(folder, tmp_path):
    data = shutil.copytree(folder[0], tmp_path / "data")
    text = b"nobody names this"
    name = hashlib.sha256(text).hexdigest()
    (data / "blobs" / name[:2]).mkdir(exist_ok=True)
    (data / "blobs" / name[:2] / name[2:]).write_bytes(text)
    s = rules(data, folder[1])
    assert s.broken == ["no snapshot is there without its document"], s.lines


@pytest.mark.parametrize("what", TAMPERINGS)
def test_a_tampered_folder_breaks_a_rule(folder, tmp_path, what):
    sql, rule = TAMPERINGS[what]
    data = shutil.copytree(folder[0], tmp_path / "data")
    db = sqlite3.connect(data / "troupe.db")
    db.executescript(sql)
    db.close()
    s = rules(data, folder[1])
    assert any(x.startswith(rule) for x in s.broken), s.lines


def test_a_torn_snapshot_breaks_a_rule(folder, tmp_path):
    data = shutil.copytree(folder[0], tmp_path / "data")
    blob = next((data / "blobs").glob("??/*"))
    blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    assert any(x.startswith("each document's snapshot") for x in rules(data, folder[1]).broken)
