"""The topics, and Rasa's files that follow from them.

A topic owns its intent `ask_<topic>`: the domain's entry and the rule are written from topics.yml by
`meridian topics` and never by hand; a test keeps them in step.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.yaml_files import read_as

TOPICS = Path(__file__).with_name("topics.yml")
BEGIN = "  # topics: begin (generated: meridian topics)"
END = "  # topics: end"
# The one topic that a conversation answers, not an article.
BOOKING = "booking"
# First questions for somebody who does not know what to ask.
OPENERS = ("does_it_work", "how_many_sessions", "does_it_hurt", "is_it_safe", "cost")


class _TopicFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    groups: dict[str, dict[str, str]]
    taken_for_granted: dict[str, list[str]]


@cache
def _file() -> _TopicFile:
    return read_as(TOPICS, _TopicFile)


def taken_for_granted() -> dict[str, list[str]]:
    """What every answer is about unless it says otherwise, by kind of entity."""
    return _file().taken_for_granted


def groups() -> dict[str, dict[str, str]]:
    """The groups, each with its topics and the words a visitor would ask them in, in the file's order."""
    return _file().groups


@cache
def topics() -> dict[str, str]:
    """Every topic with the words a visitor would ask it in, in the file's order."""
    return {topic: ask for group in groups().values() for topic, ask in group.items()}


def intent_of(topic: str) -> str:
    """The intent that a topic owns."""
    return f"ask_{topic}"


def domain_with_topics(domain: str) -> str:
    """The text of domain.yml with its marked block of intents in step with the topics.

    Raises:
        ValueError: the marks are missing.
    """
    head, begin, rest = domain.partition(BEGIN + "\n")
    _, end, tail = rest.partition(END + "\n")
    if not begin or not end:
        raise ValueError(f"domain.yml needs the lines {BEGIN.strip()!r} and {END.strip()!r}")
    intents = "".join(f"  - {intent_of(topic)}\n" for topic in topics())
    return head + begin + intents + end + tail


def topic_rules() -> str:
    """The text of bot/data/rules/topics.yml: a rule for each topic."""
    lines = [
        "# Generated from the topics by `meridian topics`; not edited by hand.",
        'version: "3.1"',
        "rules:",
    ]
    for topic in topics():
        action = "action_start_booking" if topic == BOOKING else "action_answer"
        intent = intent_of(topic)
        lines += [
            f"  - rule: {intent}",
            "    steps:",
            f"      - intent: {intent}",
            f"      - action: {action}",
        ]
    return "\n".join(lines) + "\n"


def rasa_files(home: Path) -> dict[Path, str]:
    """What each generated file should hold."""
    domain = home / "domain.yml"
    return {
        domain: domain_with_topics(domain.read_text(encoding="utf-8")),
        home / "bot" / "data" / "rules" / "topics.yml": topic_rules(),
    }
