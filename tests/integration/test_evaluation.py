"""The evaluation's table and document, from small outputs as its programs print them."""
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "eval"))
import figures  # noqa: E402

SEGMENTS = "segments: precision 0.9080 recall 0.9610 F1 0.9337\nbyline: 346 of 538 pages whose author is noted\n990 pages, 61.2 MB, 1400 pages/s on one thread\n"
ARTICLES = "articles: mean shingle F1 0.9541\nbyline: 67 of 76 (58 to the letter)\ntitle: 124 of 130 (124 to the letter)\n130 pages, 12.1 MB, 900 pages/s on one thread\n"
RETRIEVAL = """npl: 11429 documents, 93 queries, fitted in 0.69 s
  BM25             nDCG@10 0.4385  R@100 0.6186
  hybrid           nDCG@10 0.4530  R@100 0.6334
limit-small: 46 documents, 1000 queries, fitted in 0.00 s
  BM25             nDCG@10 0.9923  R@100 1.0000
  hybrid           nDCG@10 0.9879  R@100 1.0000
"""
ANSWERS = """wrong   What is a sheet bend?
notes: 71 questions: 66 right, 2 refused, 2 nearest, 1 wrong (3 of the right ones called nearest)
git-manual: left out, there is no /nowhere/git-doc
"""


def measured():
    results = figures.Results()
    figures.read_segments(results, SEGMENTS, (SEGMENTS.replace("0.9337", "0.9420"), SEGMENTS.replace("0.9337", "0.9250")))
    figures.read_articles(results, ARTICLES, (ARTICLES, ARTICLES))
    figures.read_retrieval(results, RETRIEVAL)
    figures.read_answers(results, ANSWERS)
    return results


def test_every_figure_stands_in_the_table_with_its_bar():
    results = measured()
    lines = figures.table(results).splitlines()
    assert "| extraction | segment F1, 990 pages | .934 | > .924 | met | precision .908, recall .961 |" in lines
    assert "| extraction | by-line of the articles | .882 | >= .850 | met | 67 of 76, 58 to the letter |" in lines
    assert "| retrieval | nDCG@10, npl | .4530 | >= .4500 | met | 11,429 documents, 93 queries |" in lines
    assert "| retrieval | nDCG@10 beside BM25's, limit-small | .9879 | >= .9923 | MISSED |  |" in lines
    assert "| answers | right, notes | .930 |  |  | 66 of 71; 1 wrong |" in lines
    assert [x.what for x in results.missed()] == ["nDCG@10 beside BM25's, limit-small"]
    assert results.missing == ["answers over git-manual: there is no /nowhere/git-doc"]


def test_a_bar_that_must_be_passed_is_not_met_by_reaching_it():
    assert figures.Figure("", "", .924, .924, more_than=True).met() is False
    assert figures.Figure("", "", .925, .924, more_than=True).met() is True
    assert figures.Figure("", "", .85, .85).met() is True
    assert figures.Figure("", "", .8494, .85).met() is False


def test_the_document_says_what_was_left_out_and_how_to_repeat_it():
    text = figures.document(measured(), "tests/eval/run --write")
    assert "Not measured in this run: answers over git-manual" in text
    assert "| segment F1 | .942 | .925 |" in text
    assert "| hybrid | .453 / .633 | .988 / 1.000 |" in text
    assert "| notes | 71 | 66 | 2 | 2 | 1 |" in text
    assert text.count("`tests/eval/run --write`") >= 1 and "MISSED" in text
    assert "/home/" not in text and "/work/" not in text


@pytest.mark.parametrize("read", [lambda r: figures.read_segments(r, "segments: none", ()), lambda r: figures.read_articles(r, SEGMENTS, ()),
                                  lambda r: figures.read_retrieval(r, "usage"), lambda r: figures.read_answers(r, "")])
def test_an_output_that_is_not_understood_is_no_figure(read):
    results = figures.Results()
    with pytest.raises(ValueError):
        read(results)
