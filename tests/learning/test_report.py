"""The report: complete, escaped, and in need of nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from bot.learning.evaluation import Case, Outcome, outcome
from bot.learning.misspelling import Pair
from bot.learning.readings import Model, Reading
from bot.learning.report import Evaluation, confused, render, topic_rows

NASTY = "<script>alert(1)</script> \"quoted\" & 'so on' <img src=x onerror=alert(1)>"
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """Reads a page: its tags, its attributes, its text; fails where a tag is closed that was not open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == [], "left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def one(text: str, expected: str, disposition: str, topic: str | None = None, reply: str = "…") -> Outcome:
    replies = [{"disposition": disposition, "topic": topic, "confidence": 0.7, "text": reply}]
    return outcome(Case(text, expected, (expected,)), replies, 12.0, conversation=text)


def reading(intent: str, confidence: float, *candidates: str) -> Reading:
    question = {"intent": intent, "confidence": confidence, "candidates": list(candidates)}
    return Reading("confident", [question], [{"intent": intent, "confidence": confidence}])


@pytest.fixture
def evaluation() -> Evaluation:
    outcomes = [
        one("how much is it?", "cost", "answer", "cost"),
        one(NASTY, "cost", "answer", "insurance", reply=f"Insurers {NASTY}"),
        one("is it pricey", "cost", "clarify"),
        one("my chest hurts and my arm too", "emergency", "answer", "upper_back_pain"),
    ]
    readings = {
        "how much is it?": reading("ask_cost", 0.9),
        NASTY: reading("ask_insurance", 0.7),
        "is it pricey": reading("ask_insurance", 0.3, "insurance", "cost"),
    }
    model = Model("<b>.tar.gz", "id", {"answer": 0.4, "clarify": 0.35, "candidate": 0.1}, {})
    slip = Pair(outcomes[0], one("how mcuh is it?", "cost", "out_of_scope"))
    at = datetime(2026, 11, 21, 9, 5, tzinfo=UTC)
    return Evaluation("<i>.jsonl", at, model, outcomes, readings, [slip])


def test_the_report_is_whole_and_every_word_from_outside_is_escaped(evaluation: Evaluation) -> None:
    page = Page(render(evaluation))
    assert not {"script", "img", "i"} & set(page.tags)
    assert NASTY in page.text
    assert f"Insurers {NASTY}" in page.text
    assert "<i>.jsonl" in page.text
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_the_report_asks_nothing_of_any_server(evaluation: Evaluation) -> None:
    page = Page(render(evaluation))
    links = [value for name, value in page.attributes if name in ("src", "href", "xlink:href", "action")]
    assert links
    assert all(link.startswith("#") for link in links)
    assert "@import" not in page.text
    assert not [v for _, v in page.attributes if "url(" in v and "url(#" not in v]
    assert "http" not in "".join(value for name, value in page.attributes if name != "http-equiv")


def test_every_anchor_leads_to_one_place(evaluation: Evaluation) -> None:
    page = Page(render(evaluation))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in page.attributes if name == "href"} <= set(ids)


def test_wrong_answers_refusals_and_missed_warnings_are_there_in_full(evaluation: Evaluation) -> None:
    text = " ".join(Page(render(evaluation)).text.split())
    assert "Every wrong answer (2)" in text
    assert "Every refusal (1)" in text
    assert "asked back, offering: Insurance, Cost" in text
    assert "Emergency: 1 missed" in text
    assert "21 November 2026 at 09:05 UTC" in text
    assert "1 of 1 (100.0\N{NO-BREAK SPACE}%" in Page(render(evaluation)).text.replace("\n    ", " ")


def test_the_summary_has_calibration_thresholds_and_misspellings(evaluation: Evaluation) -> None:
    values = evaluation.values()
    assert values["right"]["count"] == 1
    # The emergency is not the model's to find: 1/3 of 0.1, 0.7 and 0.3.
    assert values["calibration"]["messages"] == 3
    assert values["calibration"]["expected_calibration_error"] == pytest.approx(1.1 / 3, abs=1e-4)
    assert values["thresholds"]["now"]["answered"] == 2
    assert values["misspelt"]["changed"] == 1


def test_a_run_in_which_all_is_right_is_a_report_too() -> None:
    fine = Evaluation("a", datetime.now(UTC), Model("m", "m"), [one("?", "cost", "answer", "cost")])
    text = Page(render(fine)).text
    assert "No question was taken for another." in text
    assert "every question was answered rightly" in text


def test_no_questions_at_all_are_a_report_too() -> None:
    assert Page(render(Evaluation("a", datetime.now(UTC), Model("m", "m"), []))).text


def test_topics_in_most_trouble_come_first() -> None:
    refused = [one(str(number), "location", "clarify") for number in range(4)]
    rows = topic_rows(
        [one("a", "aftercare", "answer", "aftercare"), *refused, one("b", "cost", "answer", "needles")]
    )
    assert [(row.name, row.wrong, row.refused) for row in rows] == [
        ("cost", 1, 0), ("location", 0, 4), ("aftercare", 0, 0),
    ]  # fmt: skip


def test_the_confusion_matrix_shows_only_what_was_mixed_up() -> None:
    rows, columns, counts = confused(
        [
            one("a", "cost", "answer", "insurance"),
            one("b", "cost", "answer", "cost"),
            one("c", "cost", "clarify"),
            one("d", "cost", "smalltalk"),
            one("e", "location", "clarify"),
        ]
    )
    assert rows == ["cost"]
    assert columns == ["cost", "insurance", "(asked back)", "(something else)"]
    assert counts == {("cost", column): 1 for column in columns}
