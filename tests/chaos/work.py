"""Small amounts of work that several scenarios give a node, and what they ask about it."""
import time

from clients import GONE
from engine import assert_gapless
from late_site import LateSite, write_folder

ENDED = ("done", "partial", "failed", "cancelled")


def web_request(site, tag, timeout_s=60, pages=9):
    return {"question": f"What did the keeper of the Marlow lighthouse write about the lantern on {tag}?",
            "urls": [site.url(f"/{tag}/")], "depth": 1, "max_pages": pages, "timeout_s": timeout_s}


def file_request(s, tag, timeout_s=60, files=4):
    return {"question": f"What did the keeper of the Marlow lighthouse write about the lantern on {tag}?",
            "paths": [str(write_folder(s.folder / "texts" / tag, tag, files=files))], "timeout_s": timeout_s}


def texts(s):
    folder = s.folder / "texts"
    folder.mkdir(exist_ok=True)
    return folder


def late_site(s, **how):
    site = LateSite(**how)
    s.closing.callback(site.end)
    return site


def restarts(engine):
    """Restarts by path of those that had any."""
    return {a["path"]: (a["restarts"], a["last_error"]) for a in engine.get("/api/v1/tree").json["actors"] if a["restarts"]}


def readiness(engine):
    """(status code, "healthy", "degraded" or "unhealthy", what is wrong)."""
    answer = engine.get("/health/ready", timeout=10)
    body = answer.json
    wrong = {name: check.get("error") for name, check in body["checks"].items() if not check["healthy"]}
    return answer.status, body["status"], wrong


def until_or_false(condition, within):
    """As `until`, but a condition that never comes true is an answer."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        try:
            if value := condition():
                return value
        except GONE:
            pass
        time.sleep(0.05)
    return False


def all_ended(engine, ids, within):
    """Waits; answers those that did not end, with their rows."""
    until_or_false(lambda: all(engine.row(id)["status"] in ENDED for id in ids), within)
    return {id: row for id in ids if (row := engine.row(id))["status"] not in ENDED}


def check_logs(s, engine, ids):
    bad = {}
    for id in ids:
        try:
            assert_gapless(engine.events(id))
        except AssertionError as why:
            bad[id] = str(why)
    s.check(f"{len(ids)} logs are gapless and end once", not bad, bad)
