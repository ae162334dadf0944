"""Checks anyone could make of a report: that each quote stands where it says, and in the page it was read from."""
import html.parser
import re
import sqlite3
import urllib.parse
import urllib.request
from pathlib import Path


class _Text(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "style"):
            self.hidden += 1

    def handle_endtag(self, tag):
        if tag in ("script", "style") and self.hidden:
            self.hidden -= 1

    def handle_data(self, data):
        if not self.hidden:
            self.parts.append(data)


def page_text(url):
    """The words of a page or file as its publisher gives them, tags gone."""
    if url.startswith("file://"):
        path = Path(urllib.parse.unquote(urllib.parse.urlsplit(url).path))
        raw, is_html = path.read_bytes(), path.suffix in (".html", ".htm")
    else:
        with urllib.request.urlopen(url, timeout=10) as answer:
            raw, is_html = answer.read(), "html" in answer.headers.get("Content-Type", "")
    text = raw.decode("utf-8", errors="replace")
    if is_html:
        reader = _Text()
        reader.feed(text)
        text = "".join(reader.parts)
    return text


def squeezed(text):
    """Without white space: where a tag ends, publishers may or may not have put any."""
    return re.sub(r"\s+", "", text)


def check_citations(engine, id, report):
    """Every citation against its snapshot and its page; answers how many there were."""
    snapshots, pages = {}, {}
    sources = {s["n"]: s for s in report["sources"]}
    for c in report["citations"]:
        assert c["verified"] is True, c
        source = sources[c["source"]]
        if c["source"] not in snapshots:
            snapshots[c["source"]] = engine.source_text(id, c["source"])
            pages[c["source"]] = squeezed(page_text(source["url"]))
        quoted = snapshots[c["source"]][c["start"]:c["end"]].decode("utf-8")
        assert quoted == c["quote"], (c, quoted)
        assert squeezed(quoted) in pages[c["source"]], (c, source["url"])
    numbers = [c["n"] for c in report["citations"]]
    assert numbers == list(range(1, len(numbers) + 1))
    for claim in report["claims"]:
        assert claim["citations"], f"a claim without citation: {claim}"
        assert set(claim["citations"]) <= set(numbers)
    return len(numbers)


LETTER = "d_01ARZ3NDEKTSV4RRFFQ69G5FA"  # and one more character


def bury(e, research, *letters):
    """Writes dead letters as the store would, while nothing runs."""
    with sqlite3.connect(next(e.data.glob("*.db"))) as db:
        row = db.execute("select rowid from ledger where id = ?", (research,)).fetchone()[0]
        for id, queue, subject in letters:
            db.execute("insert into dead_letters (id, queue, research, subject, attempts, error_code, error_message, error_advice, at)"
                       " values (?, ?, ?, ?, 3, 'poisoned', 'it ended three workers', 'Look at it.', 1700000000000)",
                       (id, queue, row, subject))
