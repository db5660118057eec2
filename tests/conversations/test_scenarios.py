"""The form of the scenarios: what it refuses, and that each expectation can fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.problems import Problems
from bot.visitor import Message
from tests.conversations.scenarios import Replies, Turn, button_of, faults, scenarios


def reply(topic: str | None, disposition: str = "answer", **rest: Any) -> Message:
    """A reply of the visitor API, as far as a scenario looks at it."""
    message: Message = {
        "text": "Often 6 to 12.",
        "quick_replies": [],
        "answer": {"title": "How many?"},
        "form": None,
    }
    return {**message, "topic": topic, "disposition": disposition, **rest}


SESSIONS = Replies([reply("how_many_sessions", quick_replies=[{"id": "a", "title": "What does it cost?"}])])


def test_there_are_scenarios_enough_and_each_is_a_conversation() -> None:
    assert len(scenarios()) >= 75


@pytest.mark.parametrize(
    ("turn", "line", "what"),
    [
        ("{visitor: hello, answres: [cost]}", 4, "answres"),
        ("{visitor: hello, answers: [costs]}", 4, "costs is neither a topic nor a disposition"),
        ("{visitor: hello, does: greeting}", 4, "does"),
        ("{visitor: hello, offers: Prices}", 4, "no quick reply is called 'Prices'"),
        ("{visitor: hello, says: '('}", 4, "this is no regular expression"),
        ("{visitor: hello}", 4, "a turn expects something"),
        ("{does: smalltalk}", 4, "a turn has either"),
        ("{visitor: hello, same_answer_as: 2}", 1, "names an earlier turn"),
    ],
)
def test_what_does_not_fit_the_form_is_named_with_its_line(
    tmp_path: Path, turn: str, line: int, what: str
) -> None:
    (tmp_path / "a.yml").write_text(
        f"- name: one\n  turns:\n    - {{visitor: hi, does: smalltalk}}\n    - {turn}\n"
    )
    with pytest.raises(Problems) as error:
        scenarios(tmp_path)
    (problem,) = error.value.problems
    assert (problem.line, what in problem.what) == (line, True), problem


def test_a_name_is_used_once(tmp_path: Path) -> None:
    turns = "[{visitor: hi, does: smalltalk}, {visitor: bye, does: smalltalk}]"
    (tmp_path / "a.yml").write_text(f"- {{name: one, turns: {turns}}}\n- {{name: one, turns: {turns}}}\n")
    with pytest.raises(Problems, match="Two scenarios are called 'one'"):
        scenarios(tmp_path)


@pytest.mark.parametrize(
    ("met", "missed"),
    [
        ({"answers": ["how_many_sessions"]}, {"answers": ["cost"]}),
        ({"answers": [["cost", "how_many_sessions"]]}, {"answers": ["how_many_sessions", "cost"]}),
        ({"does": "answer"}, {"does": ["clarify", "smalltalk"]}),
        ({"about": "HOW MANY"}, {"about": "sciatica"}),
        ({"says": r"\d to \d"}, {"says": "exactly"}),
        ({"never_says": "exactly"}, {"never_says": "often"}),
        ({"offers": "What does it cost?"}, {"offers": "Does it hurt?"}),
        ({"same_answer_as": 1}, {"same_answer_as": 2}),
    ],
)
def test_every_expectation_can_be_met_and_missed(met: dict[str, Any], missed: dict[str, Any]) -> None:
    earlier = [SESSIONS, Replies([reply("cost", text="It costs $85.")])]
    assert faults(Turn.model_validate({"visitor": "how many?", **met}), SESSIONS, earlier) == []
    assert len(faults(Turn.model_validate({"visitor": "how many?", **missed}), SESSIONS, earlier)) == 1


def test_a_form_is_expected_where_it_is_shown() -> None:
    turn = Turn.model_validate({"visitor": "book me in", "form": "callback"})
    assert faults(turn, Replies([reply("booking", "booking", form="callback")])) == []
    assert faults(turn, SESSIONS) == ["expected the form callback"]


def test_small_talk_beside_an_answer_does_not_count() -> None:
    thanks = reply(None, "smalltalk")
    assert Replies([thanks, reply("cost")]).outcomes == ["cost"]
    assert Replies([thanks]).outcomes == ["smalltalk"]


def test_a_quick_reply_is_chosen_by_number_or_title() -> None:
    assert button_of(1, SESSIONS) == button_of("What does it cost?", SESSIONS) == "a"
    assert button_of(2, SESSIONS) is None
    assert button_of("Does it hurt?", SESSIONS) is None
