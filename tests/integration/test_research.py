"""A question in, a cited report out: over a folder, over a web site, from what is known, and from nothing."""
import hashlib
import random
import re

import pytest

from engine import assert_gapless, until
from evidence import check_citations

AUTOVACUUM = "How does autovacuum decide when to vacuum a table?"


def says_the_threshold(markdown):
    """The formula and its two settings, however they are set in Markdown."""
    plain = re.sub(r"[\\*`_]", "", markdown).lower()
    assert "vacuum base threshold + vacuum scale factor * number of tuples" in plain or re.search(
        r"base threshold.{0,80}scale factor.{0,80}number of tuples", plain, re.S), markdown
    for setting in ("autovacuumvacuumthreshold", "autovacuumvacuumscalefactor"):
        assert setting in plain, f"{setting} is not in the answer:\n{markdown}"


def test_the_manual_as_a_folder_gives_the_threshold_cited(manual_engine):
    engine, id = manual_engine
    row, report = engine.row(id), engine.report(id)
    assert row["status"] == "done", row
    says_the_threshold(report["markdown"])
    assert check_citations(engine, id, report) >= 3
    assert any("routine-vacuuming" in s["url"] for s in report["sources"])
    events = engine.events(id)
    assert_gapless(events)
    found = [e["data"] for e in events if e["type"] == "source.found"]
    assert sum(f["pages"] for f in found) > 1000


def test_a_source_is_named_by_the_hash_of_its_text(manual_engine):
    engine, id = manual_engine
    for source in engine.report(id)["sources"]:
        assert hashlib.sha256(engine.source_text(id, source["n"])).hexdigest() == source["sha256"]


def test_a_second_question_reads_nothing_twice(manual_engine, manual):
    engine, _ = manual_engine
    id, row, events = engine.run("What is the visibility map for?", paths=[str(manual)])
    assert row["status"] == "done"
    found = [e["data"] for e in events if e["type"] == "source.found"]
    assert sum(f["known"] for f in found) == sum(f["pages"] for f in found) > 1000
    pages = [e["data"] for e in events if e["type"] == "page.fetched"]
    assert pages and all(p["from"] == "known" and p["title"] and p["passages"] for p in pages), pages[:3]
    assert check_citations(engine, id, engine.report(id)) >= 1


@pytest.mark.parametrize("question, first", [
    ("Which port does the server listen on by default?", r"\b5432\b"),
    ("What is the default value of work_mem?", "four megabytes"),
    ("How many columns can a table have?", r"\b1,?600\b"),
    ("Which settings control checkpoints?", "checkpoint"),
])
def test_the_answer_stands_in_the_first_paragraph(manual_engine, manual, question, first):
    engine, _ = manual_engine
    id, row, events = engine.run(question, paths=[str(manual)])
    assert row["status"] == "done"
    report = engine.report(id)
    body = re.sub(r"\\", "", report["markdown"]).split("\n\n")[1]
    assert re.search(first, body), report["markdown"]
    assert check_citations(engine, id, report) >= 1


def test_the_manual_over_http_fetches_only_what_it_needs(engine, nginx):
    e = engine("--allow-private-network")
    before = len(nginx.requests())
    id, row, events = e.run(AUTOVACUUM, urls=[nginx.url("/manual/index.html")], depth=3, max_pages=60, timeout_s=60)
    report = e.report(id)
    assert row["status"] == "done", (row, report["markdown"])
    says_the_threshold(report["markdown"])
    assert check_citations(e, id, report) >= 3
    fetched = [e for e in events if e["type"] == "page.fetched"]
    asked = [line for line in nginx.requests()[before:] if line.split()[1].endswith(".html")]
    assert len(fetched) <= 60 and len(asked) <= 60, "of 1,169 pages"
    assert_gapless(events)


def test_no_evidence_is_said_and_nothing_is_cited(engine, notes):
    e = engine("--allow-path", str(notes))
    id, row, events = e.run("Which enzymes does the liver use to break down paracetamol?", paths=[str(notes)])
    report = e.report(id)
    assert row["status"] == "partial"
    assert report["citations"] == [] and report["claims"] == [] and report["sources"] == []
    assert events[-1]["type"] == "research.partial" and events[-1]["data"]["reason"] == "no_evidence"
    assert report["markdown"].strip()


def test_a_small_folder_in_three_forms(engine, notes):
    e = engine("--allow-path", str(notes))
    id, row, _ = e.run("Who was the first keeper of the Marlow lighthouse?", paths=[str(notes)])
    assert row["status"] == "done"
    report = e.report(id)
    assert "Ada Thorne" in report["markdown"]
    assert check_citations(e, id, report) >= 1
    markdown = e.get(f"/api/v1/research/{id}/report", "text/markdown")
    assert markdown.headers["Content-Type"].startswith("text/markdown") and markdown.body.decode() == report["markdown"]
    page = e.get(f"/api/v1/research/{id}/report", "text/html")
    assert page.headers["Content-Type"].startswith("text/html") and b"Ada Thorne" in page.body
    assert b"<script" not in page.body.lower()
    assert e.get(f"/api/v1/research/{id}/report", "image/png").status == 406
    missing = e.get(f"/api/v1/research/{id}/sources/99/text")
    assert missing.status == 404 and missing.json["code"] == "not_found"


def test_markup_in_a_page_is_text_in_every_form(engine, notes):
    (notes / "evil.html").write_text(
        "<title>Evil &lt;script&gt;alert(1)&lt;/script&gt;</title><p>The Marlow lighthouse cat is called "
        "&lt;img src=x onerror=alert(1)&gt; Whiskers and sleeps in the lantern room.</p>")
    e = engine("--allow-path", str(notes))
    id, _, _ = e.run("What is the Marlow lighthouse cat called?", paths=[str(notes)])
    page = e.get(f"/api/v1/research/{id}/report", "text/html").body.decode()
    assert "Whiskers" in page
    assert "<img" not in page and "<script" not in page.lower()


def test_a_collection_is_read_again_by_name(engine, notes):
    e = engine("--allow-path", str(notes))
    answer = e.post("/api/v1/documents", {"paths": [str(notes)], "collection": "notes"})
    assert answer.status == 202, answer
    assert e.wait(answer.json["id"])["status"] == "done"
    assert {"name": "notes", "documents": 3} in e.get("/api/v1/collections").json["items"]
    found = e.post("/api/v1/search", {"query": "who was the first keeper", "collections": ["notes"], "k": 3}).json
    assert "Ada Thorne" in found["hits"][0]["text"] and found["coverage"] == 1
    id, row, _ = e.run("Who was the first keeper of the Marlow lighthouse?", collections=["notes"])
    assert row["status"] == "done" and "Ada Thorne" in e.report(id)["markdown"]
    check_citations(e, id, e.report(id))


def test_what_is_quoted_must_stand_so(engine, tmp_path):
    (tmp_path / "one.md").write_text("# Pumps\n\nThe pump of the old works was driven by a steam engine for many years.\n")
    (tmp_path / "two.md").write_text("# Boilers\n\nThe engine house had no steam, so the old pump stood still for many years.\n")
    e = engine("--allow-path", str(tmp_path))
    assert e.wait(e.post("/api/v1/documents", {"paths": [str(tmp_path)], "collection": "pumps"}).json["id"])["status"] == "done"

    def found(query, mode="hybrid"):
        hits = e.post("/api/v1/search", {"query": query, "mode": mode}).json["hits"]
        return sorted({h["url"].rsplit("/", 1)[1] for h in hits})

    assert found("steam engine pump") == ["one.md", "two.md"]
    for mode in ("hybrid", "lexical", "vector"):
        assert found('"steam engines" pump', mode) == ["one.md"]
        assert found('"old pumps" "engine house"', mode) == ["two.md"]
        assert found('"engine steam"', mode) == []
    assert found('steam "engine') == found('"" steam engine') == ["one.md", "two.md"]  # no phrase: a mark alone, and nothing between two
    refused = e.post("/api/v1/search", {"query": '"a" ' * 17})
    assert refused.status == 400 and "16 phrases" in refused.json["detail"], refused
    assert found('" "') == found('""') == []


def test_an_index_comes_back_from_its_snapshot(engine, tmp_path):
    rng = random.Random(4)
    words = [f"term{i}" for i in range(400)]
    for n in range(120):
        blocks = "\n\n".join(" ".join(rng.choices(words, k=120)) + "." for _ in range(40))
        (tmp_path / f"page{n}.md").write_text(f"# Page {n}\n\n{blocks}\n")
    e = engine("--allow-path", str(tmp_path))
    assert e.wait(e.post("/api/v1/documents", {"paths": [str(tmp_path)], "collection": "many"}).json["id"], within=60)["status"] == "done"
    ask = {"query": "term7 term8 term9 term10", "k": 20, "mode": "lexical"}
    file = e.data / "index" / "shard-0.snapshot"
    until(file.exists, 60, "a snapshot being written")
    (tmp_path / "late.md").write_text("# Late\n\nThe quagga was last seen in a zoo, far from where it had lived.\n")
    assert e.wait(e.post("/api/v1/documents", {"paths": [str(tmp_path / "late.md")], "collection": "late"}).json["id"])["status"] == "done"
    before = e.post("/api/v1/search", ask).json["hits"]
    assert len(before) == 20
    for damage in (False, True):
        e.stop()
        if damage:
            file.write_bytes(file.read_bytes()[:-1000])
        e.start()
        assert e.post("/api/v1/search", ask).json["hits"] == before
        late = e.post("/api/v1/search", {"query": "quagga", "mode": "lexical", "collections": ["late"]}).json
        assert [h["title"] for h in late["hits"]] == ["Late"] and late["coverage"] == 1  # it came after the snapshot
        assert e.post("/api/v1/search", {**ask, "collections": ["late"]}).json["hits"] == []


def test_a_search_is_narrowed_by_site_language_and_date(engine, tmp_path):
    (tmp_path / "old.md").write_text("---\ndate: 2019-05-01\n---\n# Pumps\n\nThe pump of the old works was driven by a steam engine for many years.\n")
    (tmp_path / "new.md").write_text("---\ndate: 2024-05-01\n---\n# Pumpen\n\nDie Pumpe der neuen Anlage wird seit vielen Jahren von einem Motor angetrieben (pump).\n")
    e = engine("--allow-path", str(tmp_path))
    answer = e.post("/api/v1/documents", {"paths": [str(tmp_path)], "collection": "pumps"})
    assert e.wait(answer.json["id"])["status"] == "done"

    def found(**only):
        hits = e.post("/api/v1/search", {"query": "pump", "mode": "lexical", **only}).json["hits"]
        return sorted({h["url"].rsplit("/", 1)[1] for h in hits})

    assert found() == ["new.md", "old.md"]
    assert found(before="2020-01-01") == found(languages=["en-GB"]) == ["old.md"]
    assert found(**{"from": "2024-05-01"}) == found(languages=["de"], collections=["pumps"]) == ["new.md"]
    assert found(sites=["example.org"]) == found(collections=["others"], languages=["de"]) == []
    for wrong in ({"from": "2024-02-30"}, {"from": "2024-02-02", "before": "2024-02-02"}, {"sites": ["https://example.org/"]},
                  {"sites": "example.org"}, {"languages": ["english!"]}, {"before": 3}):
        refused = e.post("/api/v1/search", {"query": "pump", **wrong})
        assert refused.status == 400 and refused.json["advice"], (wrong, refused)


def test_a_changed_file_replaces_what_its_collection_held(engine, tmp_path):
    folder = tmp_path / "machines"
    folder.mkdir()
    pump = folder / "pump.txt"
    (folder / "valve.txt").write_text("The relief valve opens at 40 bar.\n")
    e = engine("--allow-path", str(tmp_path))

    def ingest():
        answer = e.post("/api/v1/documents", {"paths": [str(folder)], "collection": "machines"})
        assert answer.status == 202, answer
        assert e.wait(answer.json["id"])["status"] == "done"

    def asked(**where):
        id, row, _ = e.run("What is the pump speed?", **where)
        assert row["status"] == "done", row
        return id, e.report(id)

    pump.write_text("The pump speed is 100 rpm.\n")
    ingest()
    id, old = asked(collections=["machines"])
    assert "100 rpm" in old["markdown"]
    pump.write_text("The pump speed is 300 rpm, since the motor was changed.\n")
    ingest()
    for _ in range(2):  # as it was indexed, and as a start fills the index again
        for where in ({"collections": ["machines"]}, {}):
            report = asked(**where)[1]
            assert "300 rpm" in report["markdown"] and "100 rpm" not in report["markdown"], report["markdown"]
            assert "disagree" not in report["markdown"]
        for where in ({"collections": ["machines"]}, {}):
            hits = e.post("/api/v1/search", {"query": "pump speed", "k": 10, **where}).json["hits"]
            assert [h["text"].strip() for h in hits if "pump" in h["text"]] == [pump.read_text().strip()], hits
        assert e.report(id) == old
        assert b"100 rpm" in e.source_text(id, old["citations"][0]["source"])
        assert e.get("/api/v1/collections").json["items"] == [{"name": "machines", "documents": 2}]
        assert e.stop() == 0
        e.start()


def test_a_folder_that_is_read_now_outweighs_what_a_collection_remembers(engine, tmp_path):
    pump = tmp_path / "pump.txt"
    e = engine("--allow-path", str(tmp_path))
    pump.write_text("The pump speed is 100 rpm.\n")
    e.wait(e.post("/api/v1/documents", {"paths": [str(pump)], "collection": "machines"}).json["id"])
    pump.write_text("The pump speed is 300 rpm, since the motor was changed.\n")
    id, row, _ = e.run("What is the pump speed?", paths=[str(pump)], collections=["machines"])
    text = e.report(id)["markdown"]
    assert "300 rpm" in text and "100 rpm" not in text, text


def test_an_uploaded_file_is_read(engine):
    e = engine()
    text = "The Marlow lighthouse bell was cast in Loughborough in 1902 and weighs four hundred kilograms.".encode()
    answer = e.request("POST", "/api/v1/documents?collection=bells&name=bell.txt", text, {"Content-Type": "text/plain"})
    assert answer.status == 202, answer
    assert e.wait(answer.json["id"])["status"] == "done"
    id, row, _ = e.run("Where was the Marlow lighthouse bell cast?", collections=["bells"])
    report = e.report(id)
    assert row["status"] == "done" and "Loughborough" in report["markdown"]
    for c in report["citations"]:
        assert e.source_text(id, c["source"])[c["start"]:c["end"]].decode() == c["quote"]


@pytest.mark.parametrize("path", ["/etc", "/etc/passwd", "{notes}/../outside.txt", "{notes}/link.txt"])
def test_paths_outside_the_roots_are_refused(engine, notes, path):
    outside = notes.parent / "outside.txt"
    outside.write_text("secret")
    (notes / "link.txt").symlink_to(outside)
    e = engine("--allow-path", str(notes))
    answer = e.post("/api/v1/research", {"question": "What is secret?", "paths": [path.format(notes=notes)]})
    assert answer.status == 403 and answer.json["code"] == "path_not_allowed", answer


def test_a_link_inside_a_folder_leads_nowhere_outside(engine, notes):
    outside = notes.parent / "outside.txt"
    outside.write_text("The Marlow lighthouse password is swordfish and nobody may know it.")
    (notes / "link.txt").symlink_to(outside)
    e = engine("--allow-path", str(notes))
    id, _, _ = e.run("What is the Marlow lighthouse password?", paths=[str(notes)])
    assert "swordfish" not in e.report(id)["markdown"]


@pytest.mark.parametrize("question", ["What is a replication slot?", "How does autovacuum decide when to vacuum a table?"])
def test_a_second_research_of_a_site_sees_what_the_first_saw(engine, nginx, question):
    """Known pages come in another order than fetched ones, and the order decides what is worth a fetch."""
    e = engine("--allow-private-network")
    seen = []
    for _ in range(2):
        id, row, events = e.run(question, urls=[nginx.url("/manual/index.html")])
        seen.append({x["data"]["url"] for x in events if x["type"] == "page.fetched"})
    assert seen[0] and seen[0] <= seen[1], seen[0] - seen[1]


def test_what_a_folder_leaves_out_is_told(engine, notes):
    (notes / "picture.png").write_bytes(b"\x89PNG")
    (notes / "out.txt").symlink_to("/etc/passwd")
    e = engine("--allow-path", str(notes))
    id, row, events = e.run("Who was the first keeper of the Marlow lighthouse?", paths=[str(notes)])
    told = {(x["data"]["url"].rsplit("/", 1)[-1], x["data"]["reason"]) for x in events if x["type"] == "page.skipped"}
    assert told == {("picture.png", "unsupported_media"), ("out.txt", "out_of_scope")}
    assert row["status"] == "done"


def test_progress_of_a_collection_counts_what_was_found_there(engine, notes):
    e = engine("--allow-path", str(notes))
    job = e.post("/api/v1/documents", {"paths": [str(notes)], "collection": "notes"})
    e.wait(job.json["id"])
    id, row, events = e.run("Who was the first keeper of the Marlow lighthouse?", collections=["notes"])
    assert row["progress"]["passages"] >= 1 and row["progress"]["sources"] >= 1, row
