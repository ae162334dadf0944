import os
import tarfile
import tempfile
from pathlib import Path

import pytest

from engine import Engine, binary, environment
from web import MANUAL, BadSite, Nginx


@pytest.fixture(scope="session")
def troupe():
    return binary()


@pytest.fixture(scope="session")
def test_data():
    folder = os.environ.get("TROUPE_TEST_DATA")
    if not folder:
        pytest.skip("TROUPE_TEST_DATA is not set")
    return Path(folder)


@pytest.fixture(scope="session")
def manual():
    if not MANUAL.is_dir():
        pytest.skip(f"{MANUAL} is not installed")
    return MANUAL


@pytest.fixture
def engine(tmp_path):
    """Makes engines: engine(*flags) starts one on a data folder of its own."""
    made = []

    def make(*args, data=None, start=True):
        e = Engine(data or tmp_path / f"data{len(made)}", tmp_path / f"server{len(made)}.log", args)
        made.append(e)
        return e.start() if start else e

    yield make
    for e in made:
        e.end()


@pytest.fixture
def notes(tmp_path):
    """A small folder to research: fast, and known word for word."""
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "lantern.md").write_text(
        "# The lantern\n\nThe Marlow lighthouse flashes every seventeen seconds. The lantern burns rape seed oil, and "
        "its lens was ground in Birmingham.\n")
    (folder / "keeper.html").write_text(
        "<html><head><title>The keeper</title></head><body><h1>The keeper</h1><p>The first keeper of the Marlow "
        "lighthouse was Ada Thorne, appointed in the spring of 1871.</p></body></html>")
    (folder / "ship.txt").write_text("The schooner Petrel sank off Marlow in 1869, two years before the light was lit.\n")
    return folder


@pytest.fixture
def many_notes(notes):
    """Enough files that what a test does falls into the middle of the work."""
    for i in range(250):
        (notes / f"day{i:03}.txt").write_text(
            f"On day {i} the log of the Marlow lighthouse says that the wind came from the {i % 32}th point and that "
            f"{i * 7 % 90} ships passed. The keeper on watch that day wrote {i * 13} words and lit the lantern at dusk.\n")
    return notes


@pytest.fixture(scope="session")
def nginx(manual):
    """The PostgreSQL manual below /manual/, and real pages of well-known sites below /sites/ and /books/."""
    with tempfile.TemporaryDirectory(prefix="troupe-nginx-") as folder:
        roots = {"manual": manual}
        data = os.environ.get("TROUPE_TEST_DATA")
        for name, archive in (("books", "bookfiles.tar.gz"), ("sites", "sites.tar.gz")):
            if data and (Path(data) / "crawl-site" / archive).exists():
                roots[name] = Path(folder) / name
                with tarfile.open(Path(data) / "crawl-site" / archive) as tar:
                    tar.extractall(roots[name])
                links = "".join(f'<li><a href="{f.name}">{f.stem}</a>' for f in sorted(roots[name].glob("*.html")))
                (roots[name] / "index.html").write_text(f"<title>{name}</title><ul>{links}</ul>")
        server = Nginx(folder, roots)
        yield server
        server.end()


@pytest.fixture
def bad_site():
    site = BadSite()
    yield site
    site.end()


@pytest.fixture(scope="session")
def manual_engine(tmp_path_factory, manual):
    """A server that may read the PostgreSQL manual and has done so once; (engine, id of that research)."""
    folder = tmp_path_factory.mktemp("manual")
    e = Engine(folder / "data", folder / "server.log", ["--allow-path", str(manual), "--allow-private-network"])
    e.start()
    try:
        id = e.ask("How does autovacuum decide when to vacuum a table?", paths=[str(manual)])
        e.wait(id, 180)
        yield e, id
    finally:
        e.end()


@pytest.fixture
def home(tmp_path):
    """A clean environment for the command line."""
    return environment(tmp_path)
