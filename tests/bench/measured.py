"""What the benches print, as rows of one table; and the part of docs/performance.md that holds it."""
import re
from dataclasses import dataclass, field

BEGIN, END = "<!-- measured: written by tests/bench/run --write, not by hand -->", "<!-- /measured -->"
STAGES_HEAD = "| stage |"


@dataclass
class Row:
    what: str
    figure: str
    bar: str
    met: bool | None  # None when nothing was promised
    command: str

    def cells(self):
        return [self.what, self.bar, self.figure, {None: "", True: "met", False: "MISSED"}[self.met], f"`{self.command}`"]


@dataclass
class Measured:
    rows: list = field(default_factory=list)
    missing: list = field(default_factory=list)  # what could not be run, and why
    stages: str = ""  # a table of its own

    def add(self, what, figure, bar, met, command):
        self.rows.append(Row(what, figure, bar, met, command))


def numbers(pattern, text):
    """The groups of the first match, those that are numbers as such."""
    found = re.search(pattern, text, re.M)
    if not found:
        raise ValueError(f"nothing like /{pattern}/ in:\n{text[:600]}")
    return [float(x.replace(",", "")) for x in found.groups()]


def read_crawl(to, text):
    pages, took, pace, passages = numbers(r"^troupe\s+(\d+) pages in\s+(\S+) s =\s*(\S+) pages/s\s+\((\d+) passages", text)
    to.add("the PostgreSQL manual from nginx: fetch, extract, chunk, embed, store durably, index",
           f"{pace:,.0f} pages/s ({pages:,.0f} pages, {passages:,.0f} passages, {took:.2f} s)", ">= 150 pages/s", pace >= 150, "tests/bench/crawl")
    theirs, = numbers(r"^scrapy .* =\s*(\S+) pages/s", text)
    ratio, = numbers(r"^ratio\s+(\S+)x", text)
    to.add("the same beside Scrapy and readability-lxml", f"{ratio:.1f}x ({theirs:.0f} pages/s)", ">= 10x", ratio >= 10, "tests/bench/crawl")


def read_start(to, text):
    median, most = numbers(r"^ready\s+(\d+) ms median, (\d+) ms", text)
    to.add("ready after start, empty data folder", f"{median:.0f} ms median, {most:.0f} ms at most", "< 1 s", most < 1000, "tests/bench/start")
    resident, = numbers(r"^resident\s+(\S+) MiB median", text)
    to.add("idle memory of an embedded node", f"{resident:.1f} MiB resident", "< 80 MB", resident * 1.048576 < 80, "tests/bench/start")


def read_ledger(to, text):
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.*?) \| (.*?) \| (.+?) \| (met|MISSED) \|$", text, re.M)
    if len(rows) != 5:
        raise ValueError(f"{len(rows)} rows instead of 5 in:\n{text[:600]}")
    for what, ours, theirs, ratio, bar, verdict in rows:
        beside = f", {ratio.strip()} of BullMQ's {theirs.strip()}" if ratio.strip() else ""
        to.add(what, ours.strip() + beside, bar.strip(), verdict == "met", "tests/bench/ledger --rounds 5")


def read_messages(to, text):
    for name in ("scheduled", "detached"):
        ratio, = numbers(rf"^messages, {name}\s.*ratio: median (\S+?),", text)
        to.add(f"throughput of messages through the wrapper of every actor, {name}", f"{100 * ratio:.1f} %", ">= 97 %", ratio >= .97, "bench_messages 101")


def read_index(to, text):
    passages, pages, chunk, embed, index = numbers(r"^built\s+(\d+) passages of (\d+) pages: chunk (\S+) s, embed (\S+) s, index (\S+) s", text)
    command = "bench_index 100000 DATA/retrieval/*/corpus.jsonl"
    whole = chunk + embed + index
    to.add(f"index of {passages:,.0f} passages ({pages:,.0f} pages), one core",
           f"{whole:.1f} s: chunk {chunk:.2f}, embed {embed:.2f}, index {index:.2f}", "< 60 s", whole < 60, command)
    fitted, took, placing = numbers(r"^fitted\s+on (\d+) passages in (\S+) s; places of all in (\S+) s", text)
    to.add("its latent space", f"fitted on {fitted:,.0f} in {took:.2f} s, all placed in {placing:.2f} s", "", None, command)
    each, size = numbers(r"^memory\s+(\S+) KB a passage of (\d+) bytes", text)
    to.add(f"memory of it, text and latent space included, passages of {size:.0f} bytes", f"{each:.2f} KB a passage", "< 2.5 KB", each < 2.5, command)
    p50, p99 = numbers(r"^search\s+hybrid\s+p50 (\S+) ms, p99 (\S+) ms", text)
    to.add("hybrid search in it, query embedded too", f"p50 {p50:.2f} ms, p99 {p99:.2f} ms", "p50 < 5 ms, p99 < 20 ms", p50 < 5 and p99 < 20, command)
    recall = re.findall(r"^filter\s+(\d+) %: recall@10 of the graph (\S+?);", text, re.M)
    if not recall:
        raise ValueError(f"no recall in:\n{text[:600]}")
    to.add("recall@10 of the vector graph against an exact scan, by share that a filter lets through",
           ", ".join(f"{x} at {share} %" for share, x in recall), ">= .95", all(float(x) >= .95 for _, x in recall), command)
    size, writing, reading = numbers(r"^snapshot (\d+) MB: written in (\S+) s, .*; read in (\S+) s", text)
    to.add(f"a snapshot of it, {size:.0f} MB", f"written in {writing:.2f} s, read in {reading:.2f} s", "read in < 2 s", reading < 2, command)


def read_extraction(to, text):
    pages, ours, theirs, ratio = numbers(r"^extraction of (\d+) pages on one core: (\d+) pages/s, readability-lxml (\d+): (\S+)x", text)
    to.add(f"extraction of {pages:,.0f} pages on one core, parser and all, beside readability-lxml; processor time",
           f"{ratio:.1f}x ({ours:,.0f} pages/s against {theirs:,.0f})", ">= 4x, aim 10x", ratio >= 4, "tests/bench/extraction")


def read_stages(to, text):
    at = text.find(STAGES_HEAD)
    each, = numbers(r"^\| all\s+\|\s*(\S+) \|", text)
    if at < 0:
        raise ValueError(f"no table in:\n{text[:600]}")
    lines = [re.sub(r" +", " ", line) for line in text[at:].strip().splitlines()]
    to.stages = text[:at].strip() + ".\n\n" + "\n".join(lines)
    to.add("the same manual through every stage, one thread", f"{each / 1000:.2f} ms of processor time a page", "", None, "bench_stages")


def read_subscribers(to, text):
    each, = numbers(r"^resident memory a client: (\S+) KiB", text)
    alone, quiet = numbers(r"^0 clients\s+(\S+)\s+(\S+)$", text)
    count, crowded, busy = numbers(r"^([1-9]\d*) clients\s+(\S+)\s+(\S+)$", text)
    to.add(f"a WebSocket client that reads nothing, one of {count:,.0f}", f"{each:.1f} KiB resident", "< 20 KB", each * 1.024 < 20, "tests/bench/subscribers")
    to.add("what they follow and who asks beside them", f"research {crowded:.2f} s instead of {alone:.2f}; p95 of a GET {busy:.1f} ms instead of {quiet:.1f}",
           "slow nobody", crowded <= 1.25 * alone + 2 and busy <= 2 * quiet + 20, "tests/bench/subscribers --check")


def markdown(head, rows):
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]) + "\n"


def table(measured):
    return markdown(["what", "bar", "figure", "", "command"], [x.cells() for x in measured.rows])


def block(measured, machine):
    """What stands between the marks."""
    parts = [machine, table(measured).rstrip("\n")]
    if measured.missing:
        parts.append("Not measured in this run: " + "; ".join(measured.missing) + ".")
    if measured.stages:
        parts += ["### Where a page's time goes", measured.stages]
    return "\n\n".join(parts) + "\n"


def rewritten(document, inside):
    """The document with a new block between its marks."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{inside}{END}{after}"
