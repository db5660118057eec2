"""The scenarios of tests/conversations/booking through the whole stack, at a clinic that books online."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.scratch import Stack, scratch_stack
from bot.visitor import Visitor, client
from tests.conversations.scenarios import FOLDER, scenarios
from tests.stack.test_conversations import cases, converse

SCENARIOS = scenarios(FOLDER / "booking")


@pytest.fixture(scope="module")
def open_clinic(model: str) -> Iterator[Stack]:
    """A stack of the clinic in tests/data/open_clinic.yml."""
    with scratch_stack(model=model, clinic=FOLDER.parent / "data" / "open_clinic.yml") as running:
        yield running


def test_there_are_scenarios_enough() -> None:
    assert len(SCENARIOS) >= 40


@pytest.mark.parametrize("name", cases(SCENARIOS))
def test_booking(name: str, open_clinic: Stack) -> None:
    with client(open_clinic.url) as http:
        converse(SCENARIOS[name], Visitor(http))
