"""Calibration by hand-computed examples, and how guesses are read from a run."""

from __future__ import annotations

import pytest

from bot.learning.calibration import (
    Guess,
    at_threshold,
    bins,
    brier_score,
    cheapest,
    expected_calibration_error,
    offer_table,
    threshold_table,
)
from bot.learning.evaluation import Case, Outcome, outcome
from bot.learning.readings import Model, Reading, guesses

SIX = [
    Guess(0.95, True),
    Guess(0.85, True),
    Guess(0.85, False),
    Guess(0.45, True),
    Guess(0.42, False),
    Guess(0.10, False),
]


def test_the_bins_are_of_equal_width_and_a_bound_belongs_to_the_lower() -> None:
    found = [(each.low, each.high, each.count, each.right) for each in bins(SIX)]
    assert found == [(0.0, 0.1, 1, 0), (0.4, 0.5, 2, 1), (0.8, 0.9, 2, 1), (0.9, 1.0, 1, 1)]
    assert [each.count for each in bins([Guess(0.0, False), Guess(0.3, True), Guess(1.0, True)])] == [1, 1, 1]


def test_the_expected_calibration_error_by_hand() -> None:
    # 1/6 |0 - .1| + 2/6 |.5 - .435| + 2/6 |.5 - .85| + 1/6 |1 - .95|
    assert expected_calibration_error(SIX) == pytest.approx((0.1 + 2 * 0.065 + 2 * 0.35 + 0.05) / 6)
    assert expected_calibration_error([Guess(1.0, True), Guess(0.0, False)]) == 0
    assert expected_calibration_error([]) == 0


def test_the_brier_score_by_hand() -> None:
    squares = 0.05**2 + 0.15**2 + 0.85**2 + 0.55**2 + 0.42**2 + 0.1**2
    assert brier_score(SIX) == pytest.approx(squares / 6)
    assert brier_score([]) == 0


def test_a_higher_threshold_answers_less_and_less_wrongly() -> None:
    low, middle, high = threshold_table(SIX, (0.0, 0.5, 0.9))
    assert (low.answered, low.right, low.wrong, low.refused) == (6, 3, 3, 0)
    assert (middle.answered, middle.right, middle.wrong, middle.refused) == (3, 2, 1, 3)
    assert (high.answered, high.right, high.wrong, high.refused) == (1, 1, 0, 5)
    assert middle.coverage == 0.5
    assert middle.risk == pytest.approx(1 / 3)
    # 3 x 5 = 15, 5 + 3 = 8 and 5 refusals.
    assert cheapest([low, middle, high]) == high
    assert cheapest([]) is None


def test_declining_is_right_where_nothing_should_be_answered() -> None:
    weather = Guess(0.3, right=False, right_to_decline=True)
    certain = Guess(0.9, right=True, declines=True, right_to_decline=True)
    lost = Guess(0.9, right=False, declines=True)
    row = at_threshold([weather, certain, lost], 0.5)
    assert (row.answered, row.right, row.wrong, row.refused) == (0, 2, 0, 1)
    assert at_threshold([weather], 0.2).wrong == 1


def test_asking_back_counts_only_the_unsure() -> None:
    unsure = [Guess(0.3, True, offer=0.5, offer_right=True), Guess(0.2, False, offer=0.35), Guess(0.1, False)]
    table = offer_table([*unsure, Guess(0.8, True, offer=0.9, offer_right=True)], 0.4, (0.3, 0.4))
    assert [(row.unsure, row.offered, row.helpful) for row in table] == [(3, 2, 1), (3, 1, 1)]


MODEL = Model(
    "a.tar.gz",
    "a",
    {"answer": 0.4, "clarify": 0.35, "candidate": 0.1},
    {"booking": ["ask_booking"], "out_of_scope": ["out_of_scope"], "handoff": ["request_person"]},
)


def asked(conversation: str, *accept: str) -> Outcome:
    return outcome(Case("?", accept[0], accept), [], 1.0, conversation)


def reading(*ranking: tuple[str, float], questions: int = 1) -> Reading:
    one = {"intent": ranking[0][0], "confidence": ranking[0][1]}
    return Reading("…", [one] * questions, [{"intent": name, "confidence": c} for name, c in ranking])


def test_every_single_question_is_a_guess_whether_answered_or_not() -> None:
    outcomes = [asked("answered", "cost"), asked("unsure", "cost"), asked("person", "handoff", "booking")]
    readings = {
        "answered": reading(("ask_cost", 0.9), ("ask_insurance", 0.05)),
        "unsure": reading(("ask_insurance", 0.3), ("ask_cost", 0.2), ("out_of_scope", 0.2)),
        "person": reading(("request_person", 0.8)),
    }
    answered, unsure, person = guesses(outcomes, readings, MODEL)
    assert (answered.confidence, answered.right, answered.offer) == (0.9, True, 0.9)
    assert (unsure.right, unsure.offer, unsure.offer_right) == (False, 0.5, True)
    assert (person.right, person.declines) == (True, True)


@pytest.mark.parametrize(
    ("ranking", "offer"),
    [
        ([("ask_cost", 0.4), ("ask_insurance", 0.05)], 0.4),
        ([("ask_booking", 0.4), ("out_of_scope", 0.3)], 0.4),
        ([("ask_cost", 0.3), ("ask_insurance", 0.2), ("ask_booking", 0.1), ("ask_location", 0.1)], 0.6),
        ([("out_of_scope", 0.4), ("ask_cost", 0.3)], None),
        ([("out_of_scope", 0.4), ("greet", 0.3)], None),
        ([("ask_cost", 0.08), ("ask_insurance", 0.05)], None),
    ],
)
def test_what_would_be_offered_is_what_the_judge_offers(
    ranking: list[tuple[str, float]], offer: float | None
) -> None:
    """One topic alone where it is the likeliest of all, or the two or three of those that are likely."""
    found = guesses([asked("one", "cost")], {"one": reading(*ranking)}, MODEL)
    assert [guess.offer for guess in found] == [pytest.approx(offer) if offer else None]


def test_several_questions_warnings_and_what_was_never_read_are_no_guesses() -> None:
    outcomes = [asked("two", "cost"), asked("warning", "emergency"), asked("unread", "cost")]
    readings = {"two": reading(("ask_cost", 0.9), questions=2), "warning": reading(("ask_cost", 0.9))}
    assert guesses(outcomes, readings, MODEL) == []
