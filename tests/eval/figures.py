"""What the evaluation programs print, as figures; and figures as a table and as docs/evaluation.md."""
import re
from dataclasses import dataclass, field

LEAST_NDCG = {"cranfield": .375, "cisi": .395, "npl": .450, "nq-utd": .805, "limit-small": .985}
LEGS = ("BM25", "latent alone", "hashed alone", "hybrid", "without latent", "without hashed", "without BM25", "without phrases", "without headings", "by ranks", "for reading")


@dataclass
class Figure:
    """One line of the table. `bar` is the least that will do; None when nothing was promised."""
    part: str
    what: str
    value: float
    bar: float | None = None
    note: str = ""
    digits: int = 3
    more_than: bool = False  # the bar itself is not enough

    def met(self):
        if self.bar is None:
            return None
        shown = round(self.value, self.digits + 1)
        return shown > self.bar if self.more_than else shown >= self.bar

    def cells(self):
        bar = "" if self.bar is None else (">" if self.more_than else ">=") + f" {shown(self.bar, self.digits)}"
        return [self.part, self.what, shown(self.value, self.digits), bar, {None: "", True: "met", False: "MISSED"}[self.met()], self.note]


@dataclass
class Results:
    figures: list = field(default_factory=list)
    missing: list = field(default_factory=list)  # what could not be run, and why
    legs: dict = field(default_factory=dict)  # set: leg: (ndcg, recall)
    halves: list = field(default_factory=list)  # (what, half 0, half 1)
    answers: list = field(default_factory=list)  # (name, questions, right, refused, nearest, wrong)

    def missed(self):
        return [x for x in self.figures if x.met() is False]


def shown(value, digits):
    text = f"{value:.{digits}f}" if digits else f"{value:,.0f}"
    return text[1:] if text.startswith("0.") else text


def number(pattern, text, what):
    found = re.search(pattern, text)
    if not found:
        raise ValueError(f"no {what} in:\n{text[:400]}")
    return [float(x) for x in found.groups()]


def read_segments(results, whole, halves):
    precision, recall, f1 = number(r"segments: precision (\S+) recall (\S+) F1 (\S+)", whole, "segments")
    pages = number(r"(\d+) pages, ", whole, "pages")[0]
    results.figures.append(Figure("extraction", f"segment F1, {pages:.0f} pages", f1, .924, f"precision {shown(precision, 3)}, recall {shown(recall, 3)}", more_than=True))
    named, noted = number(r"byline: (\d+) of (\d+)", whole, "by-lines")
    results.figures.append(Figure("extraction", "by-line of the pages whose author is noted", named / noted, None, f"{named:.0f} of {noted:.0f}"))
    results.halves.append(("segment F1", *(number(r"segments: .* F1 (\S+)", half, "segments")[0] for half in halves)))


def read_articles(results, whole, halves):
    f1 = number(r"articles: mean shingle F1 (\S+)", whole, "articles")[0]
    pages = number(r"(\d+) pages, ", whole, "pages")[0]
    results.figures.append(Figure("extraction", f"shingle F1, {pages:.0f} articles", f1, .95, more_than=True))
    for what, bar in (("title", .95), ("byline", .85)):
        same, of, exact = number(what + r": (\d+) of (\d+) \((\d+) to the letter\)", whole, what)
        results.figures.append(Figure("extraction", what.replace("byline", "by-line") + " of the articles", same / of, bar, f"{same:.0f} of {of:.0f}, {exact:.0f} to the letter"))
    results.halves.append(("shingle F1", *(number(r"articles: mean shingle F1 (\S+)", half, "articles")[0] for half in halves)))


def read_retrieval(results, text):
    name, documents, queries = None, 0, 0
    for line in text.splitlines():
        if head := re.match(r"(\S+): (\d+) documents, (\d+) queries", line):
            name, documents, queries = head[1], int(head[2]), int(head[3])
            results.legs[name] = {}
        elif row := re.match(r"  (.+?)\s+nDCG@10 (\S+)\s+R@100 (\S+)", line):
            results.legs[name][row[1]] = (float(row[2]), float(row[3]))
            if row[1] == "hybrid":
                add_retrieval(results, name, f"{documents:,} documents, {queries:,} queries")
    if not results.legs:
        raise ValueError(f"no set in:\n{text[:400]}")


def add_retrieval(results, name, size):
    (words, found), (ndcg, recall) = results.legs[name]["BM25"], results.legs[name]["hybrid"]
    results.figures.append(Figure("retrieval", f"nDCG@10, {name}", ndcg, LEAST_NDCG.get(name), size, digits=4))
    results.figures.append(Figure("retrieval", f"nDCG@10 beside BM25's, {name}", ndcg, words, digits=4))
    results.figures.append(Figure("retrieval", f"recall@100 beside BM25's, {name}", recall, found, digits=4))


def read_answers(results, text):
    for name, total, counts in re.findall(r"^(\S+): (\d+) questions: (.*?)(?: \(.*)?$", text, re.M):
        of = {kind: int(n) for n, kind in re.findall(r"(\d+) (\w+)", counts)}
        row = [int(total)] + [of.get(kind, 0) for kind in ("right", "refused", "nearest", "wrong")]
        results.answers.append((name, *row))
        results.figures.append(Figure("answers", f"right, {name}", row[1] / row[0], None, f"{row[1]} of {row[0]}; {row[4]} wrong"))
    for name, why in re.findall(r"^(\S+): left out, (.*)$", text, re.M):
        results.missing.append(f"answers over {name}: {why}")
    if not results.answers:
        raise ValueError(f"no questions in:\n{text[:400]}")


def markdown(head, rows):
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in [head, ["---"] * len(head), *rows]) + "\n"


def table(results):
    return markdown(["part", "what", "figure", "bar", "", ""], [x.cells() for x in results.figures])


def document(results, command):
    """All of docs/evaluation.md."""
    legs = [[leg] + [" / ".join(shown(x, 3) for x in by.get(leg, (0, 0))) for by in results.legs.values()] for leg in LEGS]
    parts = [
        "# Evaluation",
        f"Written by `{command}`, which measures all of it anew; not by hand. Speed and memory are in [performance](performance.md).",
        table(results)]
    if results.missing:
        parts += ["Not measured in this run: " + "; ".join(results.missing) + "."]
    parts += [
        "## Data",
        "Third-party sets that belong to no part of this repository; their folder is named by `TROUPE_TEST_DATA`.\n\n" + markdown(["set", "what", "licence"], [
            ["`extraction/trafilatura-eval`", "990 pages in many languages, with segments that must and must not be in the text", "Apache-2.0; texts belong to their publishers"],
            ["`extraction/readability-pages`", "130 pages with the expected article and its metadata", "Apache-2.0; texts belong to their publishers"],
            ["`retrieval/cranfield`, `cisi`, `npl`", "abstracts with judged queries; weights were chosen on these three", "beside the sets"],
            ["`retrieval/nq-utd`, `limit-small`", "held out: nothing was chosen on them", "beside the sets"],
            ["`tests/eval/answers`", "our own questions with what an answer must hold, over notes, everyday papers and three manuals of Debian's", "as this repository"]]),
        "## Method",
        "**Extraction.** A segment counts as found when it is in the text after collapsing white space; precision, recall and F1 over all segments of all pages. "
        "Articles: F1 of word shingles against the expected text, the mean of the pages; titles without regard to case and white space; by-lines as names (`tests/eval/text_measures.hpp`).\n\n"
        "**Retrieval.** Every document is one passage. nDCG@10 with linear gain, as trec_eval has it, and recall at 100. The latent space is fitted on the set itself, without its judgements. "
        "Nothing is downloaded.\n\n"
        "**Answers.** Right: the report's first 700 characters hold what the answer must hold, or say that there is none where there is none. Refused: they say that there is "
        "none, and there was. Nearest: something else, said to be only what comes nearest. Wrong: something else.",
        "## Ablations"]
    if legs and results.legs:
        parts += ["nDCG@10 / recall@100 of each leg, of all together, and without each. More, with what was tried and left, in decisions [10](decisions/0010-latent-space.md) and [13](decisions/0013-ranking.md).\n\n"
                  + markdown(["", *results.legs], legs)]
    if results.halves:
        parts += ["Extraction was developed on half of the pages (0) and confirmed on the other (1).\n\n"
                  + markdown(["", "half 0", "half 1"], [[what, shown(a, 3), shown(b, 3)] for what, a, b in results.halves])]
    if results.answers:
        parts += ["## Answers by collection",
                  "The writer was tuned on `notes` and `postgresql-manual`, less on `git-manual` and `python-library`; `people-a` and `people-b` were written by somebody "
                  "who saw neither it nor its tests, and their failures have been looked at since.\n\n"
                  + markdown(["", "questions", "right", "refused", "nearest", "wrong"], results.answers)]
    parts += ["## How to repeat",
              "```\ncmake --preset release && cmake --build --preset release --target troupe benches\n" + command + "\n```\n"
              "`--only extraction`, `retrieval` or `answers` measures one part and prints it. Anyone's BEIR folder: `troupe eval run --help`."]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"
