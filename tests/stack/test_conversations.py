"""The scenarios of tests/conversations through the whole stack, each in a conversation of its own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.visitor import Visitor
from tests.conversations.scenarios import Replies, Scenario, Turn, button_of, faults, scenarios

SCENARIOS = scenarios()


def cases(written: Mapping[str, Scenario]) -> list[object]:
    """Every scenario; one that is known to go wrong must go wrong, or its `known` is to be taken away."""
    return [
        pytest.param(
            name, marks=[pytest.mark.xfail(reason=scenario.known, strict=True)] if scenario.known else []
        )
        for name, scenario in written.items()
    ]


@pytest.mark.parametrize("name", cases(SCENARIOS))
def test_conversation(name: str, visitor: Visitor) -> None:
    converse(SCENARIOS[name], visitor)


def converse(scenario: Scenario, visitor: Visitor) -> None:
    """Has the conversation; fails with all of it where an expectation is not met."""
    earlier: list[Replies] = []
    said: list[str] = []
    missed: list[str] = []
    for number, turn in enumerate(scenario.turns, 1):
        said.append(f"{number}. visitor: {turn.visitor or f'presses {turn.chooses}'}")
        replies = take(turn, visitor, earlier)
        said += [f"   {'/'.join(Replies([each]).outcomes)}: {each['text'][:90]}" for each in replies.messages]
        # The rest of the conversation is still worth reading when one turn went wrong.
        missed += [f"turn {number} {fault}" for fault in faults(turn, replies, earlier)]
        earlier.append(replies)
    if missed:
        pytest.fail("\n".join([*said, "", *missed]), pytrace=False)


def take(turn: Turn, visitor: Visitor, earlier: list[Replies]) -> Replies:
    """Writes or presses what the turn says; nothing comes back where the quick reply is not there."""
    if turn.visitor:
        return Replies(visitor.ask(turn.visitor))
    button = button_of(turn.chooses or 0, earlier[-1])
    return Replies(visitor.choose(button) if button else [])
