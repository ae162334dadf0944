"""The table of the benches, from small outputs as they print them."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "bench"))
import measured as m  # noqa: E402

CRAWL = """machine: 2 cores
troupe    1169 pages in   1.15 s = 1012.7 pages/s  (10332 passages stored durably and indexed, done)
scrapy    1170 pages in  14.25 s =   82.1 pages/s  (readability)
ratio    12.3x
"""
START = "machine: 2 cores\nready        42 ms median, 83 ms at most\nresident   31.1 MiB median when idle, 31.4 MiB at most\n"
LEDGER = """  a round 1: 34,437 against 22,772 /s, load 1.2; {'p50 ms': 0.88}

| what | Troupe | BullMQ | ratio | bar | |
|---|---|---|---|---|---|
| accepted durably over HTTP, 32 clients | 34,437 /s | 23,590 /s | 1.44x | >= 1.5x | MISSED |
| no-op sessions with their logs, 50 slots | 13,280 /s | 11,839 /s | 1.08x | >= 1.0x | met |
| raw items of the work pool | 434,029 /s | 12,010 /s | 35.12x | >= 20x | met |
| last research.resumed after kill -9, 20 running | 0.04 s |  |  | < 2 s | met |
| drain under load, short work | 0.02 s |  |  | < 5 s | met |
"""
MESSAGES = """messages, scheduled          plain   170.7 ns  measured   170.0 ns  throughput ratio: median 1.0035, of the fastest 0.9226
messages, detached           plain   197.2 ns  measured   206.3 ns  throughput ratio: median 0.9612, of the fastest 0.9952
"""
INDEX = """built   100000 passages of 13779 pages: chunk 0.45 s, embed 2.36 s, index 2.01 s; 20.1 us a passage
fitted  on 20000 passages in 1.70 s; places of all in 2.30 s
memory  1.95 KB a passage of 772 bytes, text and latent space included
search  lexical          p50 0.18 ms, p99 0.55 ms (1000 hits)
search  hybrid           p50 3.10 ms, p99 4.80 ms (1000 hits)
snapshot 169 MB: written in 0.21 s, the last step in 30 ms; read in 0.32 s
filter  100 %: recall@10 of the graph 0.978; 1.00 ms, exact scan 3.00 ms
filter    1 %: recall@10 of the graph 1.000; 1.00 ms, exact scan 3.00 ms
"""
EXTRACTION = "round 1: 1562 pages/s against 155, 10.1x\nextraction of 1169 pages on one core: 1562 pages/s, readability-lxml 155: 10.1x (bar 4x, aim 10x: met, and the aim)\n"
STAGES = """1169 pages of 1170, 16.1 MB, 10332 passages; median of 5 rounds, one thread, processor time

| stage | us a page | pages/s | MB/s | share | allocations a page | KiB a page |
|---|---|---|---|---|---|---|
| parse                            |       68 |    14762 |   203.6 |   3.4 % |        21 |     43.3 |
| all                              |     1980 |      505 |     7.0 | 100.0 % |      1094 |    301.8 |
"""
SUBSCRIBERS = """machine: 2 cores; a research of 5300 events, 1000 clients that read nothing
               research s   GET p95 ms
0 clients            1.10          4.5
1000 clients         1.18          5.5
0 clients            1.12          4.6
resident memory a client: 11.3 KiB
"""
READERS = [(m.read_crawl, CRAWL), (m.read_start, START), (m.read_ledger, LEDGER), (m.read_messages, MESSAGES), (m.read_index, INDEX),
           (m.read_extraction, EXTRACTION), (m.read_stages, STAGES), (m.read_subscribers, SUBSCRIBERS)]


def measured():
    to = m.Measured()
    for read, text in READERS:
        read(to, text)
    return to


def test_every_figure_stands_in_the_table_with_its_bar_and_command():
    to = measured()
    lines = m.table(to).splitlines()
    assert "| the same beside Scrapy and readability-lxml | >= 10x | 12.3x (82 pages/s) | met | `tests/bench/crawl` |" in lines
    assert "| ready after start, empty data folder | < 1 s | 42 ms median, 83 ms at most | met | `tests/bench/start` |" in lines
    assert ("| accepted durably over HTTP, 32 clients | >= 1.5x | 34,437 /s, 1.44x of BullMQ's 23,590 /s | MISSED | "
            "`tests/bench/ledger --rounds 5` |") in lines
    assert any("0.978 at 100 %, 1.000 at 1 %" in x and "| met |" in x for x in lines)
    assert any("p50 3.10 ms, p99 4.80 ms" in x for x in lines)
    assert any("11.3 KiB resident" in x for x in lines) and any("1.18 s instead of 1.10" in x for x in lines)
    assert [x.what.split(",")[0] for x in to.rows if x.met is False] == ["accepted durably over HTTP",
                                                                        "throughput of messages through the wrapper of every actor"]


def test_a_figure_beyond_its_bar_is_missed():
    for read, text, was, now in ((m.read_crawl, CRAWL, "12.3x", "9.9x"), (m.read_start, START, "83 ms", "1000 ms"), (m.read_start, START, "31.1", "77.0"),
                                 (m.read_index, INDEX, "1.95 KB", "2.50 KB"), (m.read_index, INDEX, "p99 4.80", "p99 20.0"),
                                 (m.read_index, INDEX, "0.978", "0.949"), (m.read_index, INDEX, "read in 0.32", "read in 2.00"),
                                 (m.read_extraction, EXTRACTION, "10.1x (", "3.9x ("), (m.read_subscribers, SUBSCRIBERS, "11.3", "19.9"),
                                 (m.read_subscribers, SUBSCRIBERS, "1.18 ", "3.50 ")):
        to = m.Measured()
        assert was in text
        read(to, text.replace(was, now))
        assert [x for x in to.rows if x.met is False], (was, now)


def test_the_block_is_written_between_its_marks_and_nowhere_else():
    to = measured()
    block = m.block(to, "2 cores.")
    assert "| parse | 68 | 14762 |" in block and "median of 5 rounds, one thread, processor time." in block
    text = m.rewritten(f"# Performance\n{m.BEGIN}\nyesterday\n{m.END}\n## More\n", block)
    assert text.startswith("# Performance\n") and text.endswith("## More\n") and "yesterday" not in text and block in text
    assert m.rewritten(text, block) == text
    to.missing.append("crawl: there is no manual")
    assert "Not measured in this run: crawl: there is no manual." in m.block(to, "")
    with pytest.raises(ValueError):
        m.rewritten("# Performance\n", block)


@pytest.mark.parametrize("read", [read for read, _ in READERS])
def test_an_output_that_is_not_understood_is_no_figure(read):
    with pytest.raises(ValueError):
        read(m.Measured(), "usage: bench\n")
