"""The house plan (DESIGN section 2) held to the sources: who may include whom, and what stands where."""
import re
import subprocess
from collections import defaultdict
from pathlib import Path

from engine import ROOT

TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md", "actors", "protocols", "gateway", "storage",
             "tests", "deploy", "docs"}
# Rooms a room may include, beside itself and protocols.
ROOMS = {
    "supervision": set(), "flow": set(), "store": {"storage"}, "research": {"flow", "store"}, "egress": set(),
    "scrape": {"flow"}, "embed": {"flow"}, "index": {"store"}, "llm": {"flow"}, "sync": {"flow", "store"},
    "cluster": {"store"}, "node": {"*"},
}
# docs/decisions/0002 and 0004.
EVERYBODY = {"actors/supervision/child.hpp", "actors/supervision/figures.hpp"}
SHARED = {
    "storage/store.hpp": {"gateway"},  # `troupe doctor` asks whether the database answers
    "actors/egress/url.hpp": {"scrape", "research"},
    "actors/egress/address_rules.hpp": {"scrape"},
    "actors/scrape/crawl_frontier.hpp": {"research"},
    "actors/scrape/extract/simhash.hpp": {"research"},
    "actors/embed/analyzer.hpp": {"research", "index"},
    "actors/embed/chunker.hpp": {"research", "index"},
    "actors/embed/embedding_model.hpp": {"index"},
    "actors/embed/hashed_model.hpp": {"index"},
    "actors/embed/hashing.hpp": {"index"},
    "actors/embed/lsa_model.hpp": {"index"},
    "actors/embed/term_dictionary.hpp": {"index"},
    "actors/research/render.hpp": {"gateway"},
}


def tracked():
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [Path(n) for n in names.split("\0") if n and (ROOT / n).exists()]


SOURCES = [p for p in tracked() if p.suffix in (".hpp", ".cpp")]


def includes(path):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', (ROOT / path).read_text(), re.M)


def test_the_top_level_is_as_planned():
    assert {p.parts[0] for p in tracked() if not p.parts[0].startswith(".")} == TOP_LEVEL


def test_every_folder_says_what_lives_in_it():
    folders = {parent for p in tracked() for parent in p.parents
               if len(parent.parts) in (1, 2) and not parent.parts[0].startswith(".")}
    assert len(folders) > 40
    assert [f for f in folders if not (ROOT / f / "README.md").exists()
            and any(q.suffix in (".hpp", ".cpp") and q.parent == f for q in SOURCES)] == []


def test_rooms_know_each_other_only_as_the_plan_allows():
    wrong = []
    for source in SOURCES:
        top, room = source.parts[0], source.parts[1]
        if top == "tests" or (top == "gateway" and (room == "cli" or room == "main.cpp")):
            continue
        for name in includes(source):
            there = Path(name).parts
            if there[0] not in ("actors", "gateway", "storage") or name in EVERYBODY:
                continue
            if top == "actors":
                may = ROOMS[room]
                ok = (there[0] == "actors" and there[1] == room) or "*" in may and there[0] != "gateway" or \
                    there[1 if there[0] == "actors" else 0] in may or room in SHARED.get(name, ())
            elif top == "gateway":
                ok = there[0] == "gateway" or "gateway" in SHARED.get(name, ())
            else:
                ok = there[0] == top and top == "storage"
            if not ok:
                wrong.append(f"{source}: {name}")
    assert wrong == []


def test_functional_cores_know_no_actor_system():
    """CAF stands in the shells; the value types of protocols/ take its `meta` annotations and no more."""
    wrong = []
    for source in SOURCES:
        if source.parts[0] in ("tests", "gateway") or str(source).startswith(("protocols/actors/",)):
            continue
        for name in includes(source):
            caf = name.startswith("caf/") and not name.startswith("caf/meta/")
            beast = name.startswith("boost/")
            if beast or (caf and source.parts[0] in ("protocols", "storage")):
                wrong.append(f"{source}: {name}")
    shells = defaultdict(set)
    for source in SOURCES:
        if source.parts[0] == "actors" and source.suffix == ".cpp" and not source.stem.endswith("_actor"):
            reached, todo = set(), [source]
            while todo:
                for name in includes(todo.pop()):
                    if (ROOT / name).exists() and name not in reached:
                        reached.add(name)
                        todo.append(Path(name))
                    elif name.startswith("caf/") and not name.startswith("caf/meta/"):
                        shells[str(source)].add(name)
    assert wrong == [] and dict(shells) == {}


def test_beast_stays_in_the_gateway_and_no_wait_is_for_ever():
    for source in SOURCES:
        text = (ROOT / source).read_text()
        if source.parts[0] != "tests":
            assert "caf::infinite" not in text, source
            assert source.parts[0] == "gateway" or "boost/beast" not in text, source
