"""A web that misbehaves: each page that can't be read is an event with its reason, and the report goes on."""
import re
import urllib.parse

import pytest

from engine import assert_gapless
from web import FACT, KEEPER, free_port

LANTERN = "How often does the Marlow lighthouse flash?"


def outcome(events, url):
    """What became of a page: (type, reason or where it came from)."""
    out = [(e["type"], e["data"].get("reason") or e["data"].get("from"), e["data"])
           for e in events if e["type"].startswith("page.") and e["data"]["url"] == url]
    assert len(out) == 1, (url, out)
    return out[0]


def answered(engine, site, question, *paths, timeout_s=40, depth=0, **fields):
    """A research over the good page and these others; it must end with its answer whatever they do."""
    urls = [site.url("/fact.html"), *(p if "://" in p else site.url(p) for p in paths)]
    id, row, events = engine.run(question, urls=urls, depth=depth, timeout_s=timeout_s, within=timeout_s + 30, **fields)
    assert_gapless(events)
    assert row["status"] in ("done", "partial"), row
    return id, row, events, engine.report(id)


@pytest.mark.parametrize("path, type_, reasons", [
    ("/missing.html", "page.failed", {"http_status"}),
    ("/gone.html", "page.failed", {"http_status"}),
    ("/card.html", "page.skipped", {"content_empty"}),
    ("/broken.html", "page.failed", {"http_status"}),
    ("/private/secret.html", "page.skipped", {"robots_disallowed"}),
    ("/huge.html", "page.failed", {"too_large"}),
    ("/bomb.html", "page.failed", {"too_large"}),
    ("/to-metadata", "page.failed", {"address_refused"}),
    ("/to-file", "page.failed", {"url_invalid", "address_refused"}),
    ("/loop1", "page.failed", {"too_many_redirects"}),
    ("/binary.html", "page.skipped", {"unsupported_media"}),
    ("/film.mp4.html", "page.skipped", {"unsupported_media"}),
    ("http://169.254.169.254/latest/meta-data/", "page.failed", {"address_refused"}),
    ("http://[::ffff:169.254.169.254]/", "page.failed", {"address_refused"}),
    ("http://nobody.invalid/", "page.failed", {"dns_failed", "connect_failed"}),
    ("http://bad host/", "page.failed", {"url_invalid"}),
    ("https://[::1", "page.failed", {"url_invalid"}),
])
def test_a_page_that_cannot_be_read_says_why(engine, bad_site, path, type_, reasons):
    e = engine("--allow-private-network")
    id, row, events, report = answered(e, bad_site, LANTERN, path)
    pages = [x for x in events if x["type"] in ("page.failed", "page.skipped")]
    assert len(pages) == 1, pages
    assert pages[0]["type"] == type_ and pages[0]["data"]["reason"] in reasons, pages
    assert pages[0]["data"]["detail"] or type_ == "page.skipped"
    assert "seventeen seconds" in report["markdown"] and row["status"] == "done"


def test_nobody_listens(engine, bad_site):
    e = engine("--allow-private-network")
    url = f"http://127.0.0.1:{free_port()}/"
    id, row, events, report = answered(e, bad_site, LANTERN, url)
    assert outcome(events, url)[:2] == ("page.failed", "connect_failed")
    assert "seventeen seconds" in report["markdown"]
    metrics = e.get("/metrics").body.decode()
    for what in ("ok", "connect_failed"):
        assert re.search(rf'^egress_requests_total{{outcome="{what}"}} [1-9]', metrics, re.M), metrics


def test_a_huge_page_is_not_read_to_its_end(engine, bad_site):
    e = engine("--allow-private-network")
    before = e.memory_bytes()
    answered(e, bad_site, LANTERN, "/huge.html")
    assert bad_site.sent["/huge.html"] < 100 << 20
    assert e.memory_bytes() - before < 100 << 20


def test_a_page_that_never_ends_ends_at_the_deadline_at_the_latest(engine, bad_site):
    e = engine("--allow-private-network")
    id, row, events, report = answered(e, bad_site, LANTERN, "/endless.html", timeout_s=10)
    assert outcome(events, bad_site.url("/endless.html"))[0] == "page.failed"
    assert "seventeen seconds" in report["markdown"]


def test_a_busy_site_is_asked_again_after_what_it_says(engine, bad_site):
    e = engine("--allow-private-network")
    id, row, events, report = answered(e, bad_site, "On which day is the Marlow lighthouse shop busy?", "/busy.html")
    assert outcome(events, bad_site.url("/busy.html"))[0] == "page.fetched"
    assert bad_site.hits["/busy.html"] == 2
    assert "Sundays" in report["markdown"]


def test_packed_and_mislabelled_pages_are_read(engine, bad_site):
    e = engine("--allow-private-network")
    id, row, events, report = answered(e, bad_site, "Who was the first keeper of the Marlow lighthouse?", "/gzip.html")
    assert "Ada Thorne" in report["markdown"]
    id, row, events, report = answered(e, bad_site, "What did the Marlow lighthouse keeper serve to visitors?", "/charset.html")
    assert "crème brûlée" in report["markdown"]


def test_robots_is_obeyed_and_asked_for_once(engine, bad_site):
    e = engine("--allow-private-network")
    answered(e, bad_site, LANTERN, "/private/secret.html", "/private/other.html")
    assert bad_site.hits["/robots.txt"] == 1
    assert not [p for p in bad_site.hits if p.startswith("/private")]


def test_a_site_that_may_not_be_read_at_all_is_a_failure(engine, bad_site):
    e = engine("--allow-private-network")
    host = urllib.parse.urlsplit(bad_site.url("/")).netloc
    for fields in ({"urls": [bad_site.url("/private/secret.html")]}, {"urls": [bad_site.url("/private/a"), bad_site.url("/private/b")]}):
        id, row, events = e.run(LANTERN, **fields)
        assert row["status"] == "failed" and events[-1]["data"]["code"] == "robots_disallowed", events[-1]
        assert events[-1]["data"]["message"].startswith(f"no source could be read: robots.txt of {host} forbids "), events[-1]
        assert events[-1]["data"]["advice"], events[-1]
        assert e.get(f"/api/v1/research/{id}/report").status == 409
    read = e.post("/api/v1/documents", {"urls": [bad_site.url("/private/secret.html")], "collection": "c"})
    assert e.wait(read.json["id"])["status"] == "failed"


def test_a_site_whose_robots_file_is_broken_is_a_failure(engine, bad_site):
    bad_site.robots_status = 503
    e = engine("--allow-private-network")
    id, row, events = e.run(LANTERN, urls=[bad_site.url("/fact.html")], timeout_s=60)
    assert row["status"] == "failed" and "answered 503" in row["error"]["message"], row
    assert bad_site.hits.keys() == {"/robots.txt"}


def test_an_endless_calendar_is_bounded(engine, bad_site):
    e = engine("--allow-private-network")
    id, row, events, report = answered(e, bad_site, LANTERN, "/calendar?day=0", depth=20, max_pages=1000, timeout_s=60)
    days = [p for p in bad_site.hits if p.startswith("/calendar")]
    assert 1 <= len(days) < 300, len(days)
    assert "seventeen seconds" in report["markdown"]


def test_a_crawl_follows_links_and_reports_the_broken_one(engine, bad_site):
    e = engine("--allow-private-network")
    id, row, events = e.run("Who was the first keeper of the Marlow lighthouse?", urls=[bad_site.url("/")], depth=1)
    assert row["status"] == "done" and "Ada Thorne" in e.report(id)["markdown"]
    assert outcome(events, bad_site.url("/keeper.html"))[0] == "page.fetched"
    # It may well have its answer before it comes to the broken one.
    assert all(urllib.parse.urlsplit(p["data"]["url"]).path == "/missing.html" for p in events if p["type"] == "page.failed")


def test_max_pages_is_kept(engine, bad_site):
    e = engine("--allow-private-network")
    id, row, events = e.run(LANTERN, urls=[bad_site.url("/")], depth=3, max_pages=2)
    assert len([x for x in events if x["type"] == "page.fetched"]) <= 2
    assert sum(n for p, n in bad_site.hits.items() if p != "/robots.txt") <= 2


def test_private_addresses_are_closed_by_default(engine, bad_site):
    e = engine()
    id, row, events = e.run(LANTERN, urls=[bad_site.url("/fact.html")])
    assert outcome(events, bad_site.url("/fact.html"))[:2] == ("page.failed", "address_refused")
    assert bad_site.hits == {}
    assert row["status"] in ("partial", "failed")


def test_the_facts_of_the_fixture_differ():
    assert FACT != KEEPER
