"""The warning screen over statements it was not written from: misses, over-calls and false alarms by id."""

from __future__ import annotations

import pytest

from bot.encoder.encoder import SentenceEncoder
from bot.learning.evaluation import interval
from bot.safety.screen import Screen
from bot.settings import ROOT
from tests.safety.statements import CALM, FRESH, PATH, UNSEEN, Statement, read_statements

FOUND_AT_LEAST = {
    PATH.stem: {"emergency": 1.0, "crisis": 1.0, "concern": 1.0, "urgent": 0.97},
    # A little under what is reached; still to come up to the ones above.
    UNSEEN.stem: {"emergency": 0.95, "crisis": 0.96, "concern": 0.9, "urgent": 0.95},
    # Scored once before anybody looked (docs/clinical-safety.md); half of its calm lines name a sign.
    FRESH.stem: {"emergency": 0.97, "crisis": 0.96, "concern": 0.85, "urgent": 0.95},
}
FALSE_ALARMS_AT_MOST = {PATH.stem: 0.01, UNSEEN.stem: 0.02, FRESH.stem: 0.035}
# Telling someone with a same-day sign to call an ambulance is safer than silence, but it is still wrong.
OVERCALLED_AT_MOST = 0.05
LEVELS = ("emergency", "crisis", "concern", "urgent")

Results = list[tuple[Statement, str]]


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen.load(SentenceEncoder.load(ROOT / "models/encoder"))


@pytest.fixture(scope="module", params=[PATH, UNSEEN, FRESH], ids=lambda path: path.stem)
def scored(screen: Screen, request: pytest.FixtureRequest) -> tuple[str, Results]:
    """The name of the file, and each statement with the level of the worst that the screen finds in it."""
    results = []
    for statement in read_statements(request.param):
        findings = screen.find(statement.text)
        results.append((statement, findings[0].level.name.lower() if findings else CALM))
    return request.param.stem, results


def _listed(what: str, wrong: Results, total: int) -> str:
    low, high = interval(len(wrong), total)
    share = f"{len(wrong)} of {total} (95 %: {low:.1%} to {high:.1%}) {what}"
    return "\n".join(
        [share, *(f"  {each.id} {each.level} as {level}: {each.text[:150]}" for each, level in wrong)]
    )


@pytest.mark.parametrize("level", LEVELS)
def test_warnings_are_found(scored: tuple[str, Results], level: str) -> None:
    name, results = scored
    due = [(each, found) for each, found in results if each.level == level]
    # An urgent sign called an emergency is not missed, the test below counts those; an overdose is both.
    enough = {"emergency"} if level in ("urgent", "crisis") else set()
    missed = [(each, found) for each, found in due if found not in each.accept | enough]
    assert len(due) - len(missed) >= FOUND_AT_LEAST[name][level] * len(due), _listed(
        "missed", missed, len(due)
    )


def test_urgent_signs_are_not_called_emergencies(scored: tuple[str, Results]) -> None:
    due = [(each, found) for each, found in scored[1] if each.level == "urgent"]
    over = [(each, found) for each, found in due if found == "emergency" and found not in each.accept]
    assert len(over) <= OVERCALLED_AT_MOST * len(due), _listed("over-called", over, len(due))


def test_calm_statements_raise_no_alarm(scored: tuple[str, Results]) -> None:
    name, results = scored
    calm = [(each, found) for each, found in results if each.level == CALM]
    alarms = [(each, found) for each, found in calm if found not in each.accept]
    assert len(alarms) <= FALSE_ALARMS_AT_MOST[name] * len(calm), _listed("false alarms", alarms, len(calm))
