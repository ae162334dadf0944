"""The console in a real browser: ask, watch, read, open a citation at its quote."""
import os
import re
import shutil
from pathlib import Path

import pytest

from engine import until
from evidence import LETTER, bury

webdriver = pytest.importorskip("selenium.webdriver")
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

FLAGS = ("--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
         "--disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1280,900").split()
KEEPER = "Who was the first keeper of the Marlow lighthouse?"


@pytest.fixture
def browser(tmp_path):
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("chromium or chromedriver is not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            patch.delenv(name, raising=False)
        b = webdriver.Chrome(service=Service(driver, log_path=str(tmp_path / "chromedriver.log")), options=options)
        b.set_page_load_timeout(30)
        yield b
        b.quit()


def picture(browser, name):
    """Kept where TROUPE_PICTURES says, for people."""
    folder = os.environ.get("TROUPE_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        browser.save_screenshot(str(Path(folder) / name))


def shown(browser, css, within=30):
    return until(lambda: [e for e in browser.find_elements(By.CSS_SELECTOR, css) if e.is_displayed()], within, f"{css} being shown")


def complaints(browser):
    """What the browser's console says is wrong."""
    return [line for line in browser.get_log("browser") if line["level"] == "SEVERE"]


def test_ask_watch_read_and_open_a_citation(engine, notes, browser):
    e = engine("--allow-path", str(notes))
    browser.get(e.base + "/")
    shown(browser, "textarea[name=question]")[0].send_keys(KEEPER)
    shown(browser, "textarea[name=paths]")[0].send_keys(str(notes))
    picture(browser, "console-ask.png")
    shown(browser, "button[type=submit]")[0].click()

    # Events arrive in words, and the status ends.
    until(lambda: len(browser.find_elements(By.CSS_SELECTOR, ".timeline li")) >= 5, 30, "events in the timeline")
    until(lambda: "done" in shown(browser, "[role=status].state")[0].text, 60, "the research being done")
    id = browser.current_url.rsplit("/", 1)[-1]
    events = e.events(id)
    assert len([x for x in events if x["type"] == "page.fetched"]) == len(browser.find_elements(By.CSS_SELECTOR, ".pages li"))

    # The report stands there, with its plan ticked.
    answer = until(lambda: (t := shown(browser, ".answer")[0].text) and "Ada Thorne" in t and t, 20, "the answer")
    assert KEEPER in shown(browser, ".question-title")[0].text and "Ada Thorne" in answer
    assert browser.find_elements(By.CSS_SELECTOR, ".plan .ticked")
    picture(browser, "console-report.png")

    # Numbers stand before the quotation marks, and hashes where they don't disturb.
    report = e.report(id)
    quoted = browser.find_element(By.CSS_SELECTOR, ".sources .quoted")
    assert quoted.find_element(By.TAG_NAME, "q").text.split() == report["citations"][0]["quote"].split()
    assert quoted.text.startswith(str(report["citations"][0]["n"])) and "by the extractive writer from" in shown(browser, "main")[0].text
    sha = report["sources"][0]["sha256"]
    assert sha not in shown(browser, "main")[0].text and browser.find_element(By.CSS_SELECTOR, f".sources [title*='{sha}']")

    # A citation opens the snapshot at the quoted passage.
    shown(browser, ".answer .cite:not([disabled])")[0].click()
    mark = shown(browser, "dialog[open] mark")[0]
    assert mark.text.split() == report["citations"][0]["quote"].split()
    checks = until(lambda: (t := shown(browser, "dialog .checks")[0].text) and "✓" in t and t, 10, "the checks of quote and hash")
    assert "✗" not in checks
    source = report["sources"][report["citations"][0]["source"] - 1]
    dialog = shown(browser, "dialog[open]")[0].text
    assert source["sha256"] in dialog
    assert browser.execute_script("const m = document.querySelector('dialog mark').getBoundingClientRect();"
                                  "return m.top >= 0 && m.bottom <= innerHeight")
    picture(browser, "console-source.png")
    assert complaints(browser) == []


def test_the_tree_is_drawn_and_moves(engine, browser):
    e = engine()
    browser.get(e.base + "/#/tree")
    items = lambda: browser.find_elements(By.CSS_SELECTOR, "[role=tree] [role=treeitem]")
    actors = e.get("/api/v1/tree").json["actors"]
    until(lambda: len(items()) == len(actors), 20, "the tree")
    # Children stand below their parents, as their paths say.
    nested = browser.execute_script(
        "return [...document.querySelectorAll('[role=treeitem]')].map(x => [x.dataset.actor, x.parentElement.closest('[role=treeitem]')?.dataset.actor ?? ''])")
    known = {a["path"] for a in actors}
    for path, parent in nested:
        assert path.startswith(parent) and parent == max((p for p in known if path.startswith(p + "/")), key=len, default="")
    until(lambda: shown(browser, "tree-view [role=status].state")[0].text == "live", 10, "being live")

    # What changes shows by itself: no reload, and the element stays the same.
    path = next(p for p in known if p.endswith("extractor/0"))
    item = browser.find_element(By.CSS_SELECTOR, f"[data-actor='{path}']")
    assert "running" in item.text and "1×" not in item.text
    e.post("/api/v1/tree/restart", {"path": path})
    until(lambda: "1×" in item.text, 20, "the restart being seen")
    assert "1 restart" in item.get_attribute("aria-label")
    picture(browser, "console-tree.png")

    # Arrow keys go through it, one stop of the tab key in all.
    assert len(browser.find_elements(By.CSS_SELECTOR, "[role=treeitem][tabindex='0']")) == 1
    items()[0].send_keys(Keys.ARROW_DOWN)
    browser.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    assert browser.switch_to.active_element.get_attribute("data-actor") == nested[2][0]
    browser.switch_to.active_element.send_keys(Keys.END)
    assert browser.switch_to.active_element.get_attribute("data-actor") == nested[-1][0]
    assert complaints(browser) == []


def test_dead_letters_are_settled_below_the_tree(engine, notes, browser):
    e = engine("--allow-path", str(notes))
    id, _, _ = e.run(KEEPER, paths=[str(notes)])
    assert e.stop() == 0
    bury(e, id, (LETTER + "A", "research", ""), (LETTER + "B", "extract", "http://example.org/<b>page"))
    e.start()
    browser.get(e.base + "/#/tree")
    letters = lambda: browser.execute_script("return [...document.querySelectorAll('[data-letter]')].map((x) => x.dataset.letter)")
    until(lambda: letters() == [LETTER + "B", LETTER + "A"], 20, "two letters")
    text = browser.find_element(By.TAG_NAME, "dead-letters").text
    assert "it ended three workers" in text and "http://example.org/<b>page" in text and "3 attempts" in text
    picture(browser, "console-letters.png")

    def press(letter, words):
        browser.execute_script("[...document.querySelectorAll(arguments[0])].find((b) => b.textContent === arguments[1]).click()",
                               f"[data-letter='{LETTER + letter}'] button", words)

    press("B", "discard")
    press("B", "no")
    assert len(e.get("/api/v1/dead-letters").json["items"]) == 2
    press("B", "discard")
    press("B", "yes")
    until(lambda: letters() == [LETTER + "A"], 10, "one being thrown away")
    press("A", "requeue")
    until(lambda: letters() == [], 10, "the other being taken up again")
    browser.find_element(By.LINK_TEXT, "a new research").click()
    until(lambda: "Ada Thorne" in browser.find_element(By.TAG_NAME, "main").text, 30, "its answer")
    assert complaints(browser) == []


def test_the_node_is_drained_from_the_page(engine, browser):
    e = engine()
    browser.get(e.base + "/#/tree")
    until(lambda: "node-1 · running" in browser.find_element(By.TAG_NAME, "main").text, 20, "the node")
    press = lambda words: next(b for b in browser.find_elements(By.CSS_SELECTOR, "tree-view button") if b.text == words).click()
    press("Drain this node")
    assert e.get("/health/ready").status == 200
    press("yes")
    assert e.process.wait(40) == 0
    until(lambda: "the node has ended" in browser.find_element(By.TAG_NAME, "main").text, 20, "the page telling so")
    assert "Drain this node" not in browser.find_element(By.TAG_NAME, "main").text


def test_a_restart_is_asked_about_first(engine, browser):
    e = engine()
    browser.get(e.base + "/#/tree")
    restarts = lambda: {a["path"]: a["restarts"] for a in e.get("/api/v1/tree").json["actors"]}
    before = restarts()
    path = next(p for p in before if p.endswith("extractor/0"))

    def press(what, css=f"button[data-path='{path}']"):
        for button in shown(browser, css):
            if button.text == what:
                browser.execute_script("arguments[0].click()", button)
                return

    press("restart")
    assert [b.text for b in shown(browser, f"button[data-path='{path}']")] == ["yes", "no"]
    assert browser.switch_to.active_element.text == "no"
    press("no")
    assert [b.text for b in shown(browser, f"button[data-path='{path}']")] == ["restart"] and restarts() == before
    press("restart")
    press("yes")
    until(lambda: restarts()[path] == before[path] + 1, 20, "the restart")
    assert complaints(browser) == []


def test_an_unknown_address_is_no_page(engine, browser):
    e = engine()
    for address in ("/#/nonsense", "/#/r/r_short", "/nonsense"):
        browser.get(e.base + address)
        until(lambda: "No such page" in browser.find_element(By.TAG_NAME, "body").text, 10, f"{address} being refused")
        assert not browser.find_elements(By.CSS_SELECTOR, "textarea")
        browser.find_element(By.LINK_TEXT, "Ask a question, or see what was asked").click()
        shown(browser, "textarea[name=question]")


def test_a_question_without_an_answer_says_so(engine, notes, browser):
    e = engine("--allow-path", str(notes))
    id, row, _ = e.run("Which enzymes break down paracetamol?", paths=[str(notes)])
    assert row["status"] == "partial"
    browser.get(f"{e.base}/#/r/{id}")
    until(lambda: "Nothing in the" in shown(browser, ".answer")[0].text, 20, "the report")
    status = shown(browser, "[role=status].state")[0].text
    assert status == "finished: nothing read answers it", status
    assert "Ended early" not in browser.find_element(By.CSS_SELECTOR, ".timeline").text
    until(lambda: "passages of 3 pages" in browser.find_element(By.TAG_NAME, "main").text, 10, "what it was written from")
    assert not re.search(r"(?m)^0$", browser.find_element(By.TAG_NAME, "main").text)


def test_a_problem_is_told_in_words(engine, browser):
    e = engine()
    browser.get(e.base + "/")
    shown(browser, "textarea[name=question]")[0].send_keys("What is in there?")
    shown(browser, "textarea[name=paths]")[0].send_keys("/etc")
    shown(browser, "button[type=submit]")[0].click()
    alert = until(lambda: browser.find_element(By.CSS_SELECTOR, "[role=alert]").text, 10, "the problem")
    assert "/etc" in alert and re.search(r"[a-z]\. [A-Z]", alert), alert  # what is wrong, and then what to do
    browser.get(e.base + "/#/r/r_01ARZ3NDEKTSV4RRFFQ69G5FAV")
    note = shown(browser, ".note.bad")[0].text
    assert note.startswith("There is no research") and note.endswith(". The first page lists what was asked."), note


def test_text_of_pages_stays_text(engine, notes, browser):
    (notes / "evil.html").write_text(
        "<title>&lt;img src=x onerror='document.title=1'&gt;</title><p>The Marlow lighthouse cat is called "
        "&lt;script&gt;document.title='owned'&lt;/script&gt; Whiskers and sleeps in the lantern room.</p>")
    e = engine("--allow-path", str(notes))
    id, _, _ = e.run("What is the Marlow lighthouse cat called?", paths=[str(notes)])
    browser.get(f"{e.base}/#/r/{id}")
    until(lambda: "Whiskers" in browser.find_element(By.TAG_NAME, "main").text, 20, "the answer")
    assert "owned" not in browser.title and not browser.find_elements(By.CSS_SELECTOR, ".answer script, .answer img, .sources img")
    assert [c for c in complaints(browser) if "favicon" not in c["message"]] == []
