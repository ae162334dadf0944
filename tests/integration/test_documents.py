"""Files of every kind: a folder with one of each is read, and each answers a question with a quote that stands in it."""
import io
import json
import re
import zipfile

import pytest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FACTS = {
    "lamp.docx": ("Which lamp burned in the Veldor lighthouse?", "The Veldor lighthouse burned a paraffin lamp until 1911.", "paraffin"),
    "keeper.epub": ("Who was the keeper of the Ostrim lighthouse?", "The keeper of the Ostrim lighthouse was Mara Quill.", "Mara Quill"),
    "towers.csv": ("What is the height of the Karnby tower?", None, "41"),
    "horn.json": ("What does the Tressel fog horn give?", "The Tressel fog horn gives two long blasts.", "two long blasts"),
    "news.rss": ("When was the Halvern lighthouse automated?", "The Halvern lighthouse was automated in 1983.", "1983"),
    "survey.pdf": ("What did the survey of the Brinmor rock find?", "The survey of the Brinmor rock found granite.", "granite"),
}


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def docx(*paragraphs):
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": f'<w:document xmlns:w="w"><w:body>{body}</w:body></w:document>'})


def epub(*chapters):
    names = [f"c{i}.xhtml" for i in range(len(chapters))]
    parts = {"mimetype": "application/epub+zip",
             "META-INF/container.xml": '<container><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
             "b.opf": "<package><metadata/><manifest>"
                      + "".join(f'<item id="{n}" href="{n}" media-type="application/xhtml+xml"/>' for n in names)
                      + "</manifest><spine>" + "".join(f'<itemref idref="{n}"/>' for n in names) + "</spine></package>"}
    parts.update({n: f"<html><body><p>{c}</p></body></html>" for n, c in zip(names, chapters)})
    return zipped(parts)


def pdf(*pages):
    """A line a page, each below a running title."""
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
               "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for i, line in enumerate(pages):
        text = f"BT /F1 9 Tf 72 770 Td (Lighthouse survey) Tj ET\nBT /F1 11 Tf 72 600 Td ({line}) Tj ET"
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * i} 0 R"
                       " /Resources << /Font << /F1 3 0 R >> >> >>")
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream")
    out, places = "%PDF-1.4\n", []
    for i, x in enumerate(objects):
        places.append(len(out))
        out += f"{i + 1} 0 obj\n{x}\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n" + "".join(f"{p:010} 00000 n \n" for p in places)
    return (out + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").encode()


def contents():
    said = {name: fact for name, (_, fact, _) in FACTS.items()}
    feed = f"<item><title>Automation</title><description>&lt;p&gt;{said['news.rss']}&lt;/p&gt;</description></item>"
    return {
        "lamp.docx": docx("Lamps of the coast.", said["lamp.docx"]),
        "keeper.epub": epub("Keepers came and went.", said["keeper.epub"]),
        "towers.csv": b"tower,height in metres\nKarnby tower,41\nMellin tower,28\n",
        "horn.json": json.dumps({"horns": [{"name": "Tressel", "about": said["horn.json"]}]}).encode(),
        "news.rss": f"<rss version='2.0'><channel><title>News</title>{feed}</channel></rss>".encode(),
        "survey.pdf": pdf("This page names those who took part.", said["survey.pdf"], "Nothing more was measured that year."),
    }


@pytest.fixture
def folder(tmp_path):
    where = tmp_path / "documents"
    where.mkdir()
    for name, content in contents().items():
        (where / name).write_bytes(content)
    return where


def cited(engine, id, report, name):
    """The citations in a file, each checked against its snapshot."""
    numbers = {s["n"] for s in report["sources"] if s["url"].endswith("/" + name)}
    found = [c for c in report["citations"] if c["source"] in numbers]
    for c in found:
        assert engine.source_text(id, c["source"])[c["start"]:c["end"]].decode() == c["quote"] and c["verified"]
    return found


def test_a_folder_with_one_of_each_kind(engine, folder):
    e = engine("--allow-path", str(folder))
    for name, (question, fact, words) in FACTS.items():
        id, row, events = e.run(question, paths=[str(folder)])
        report = e.report(id)
        assert row["status"] == "done", (name, report["markdown"])
        assert not [x for x in events if x["type"] in ("page.failed", "page.skipped")], events
        quotes = cited(e, id, report, name)
        assert quotes and any(words in q["quote"] for q in quotes), (name, report)
        if fact:
            assert any(re.sub(r"\s+", " ", q["quote"]) in fact or fact in q["quote"] for q in quotes), (name, quotes)
        if name == "survey.pdf":
            on = next(q for q in quotes if words in q["quote"])
            assert on["page"] == 2 and f"[{on['n']}]" in report["markdown"] and ", p. 2" in report["markdown"]
            assert "Lighthouse survey" not in e.source_text(id, on["source"]).decode()
        else:
            assert all("page" not in q for q in quotes)


@pytest.mark.parametrize("name, media", [("lamp.docx", WORD), ("keeper.epub", "application/epub+zip"), ("towers.csv", "text/csv"),
                                         ("horn.json", "text/json"), ("news.rss", "application/rss+xml"), ("survey.pdf", "application/pdf")])
def test_each_kind_as_an_upload(engine, name, media):
    e = engine()
    sent = e.request("POST", f"/api/v1/documents?collection=c&name={name}", contents()[name], {"Content-Type": media})
    assert sent.status == 202, sent.body
    assert e.wait(sent.json["id"])["status"] == "done"
    id, row, _ = e.run(FACTS[name][0], collections=["c"])
    assert row["status"] == "done" and FACTS[name][2] in e.report(id)["markdown"]
