"""What the engine made of each evaluated message, answered or not, from the database of the stack that was asked.

The visitor API shows the confidence of answers only; calibration needs that of every message.
"""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.conversations.tables import Message, Understanding
from bot.database import Database
from bot.knowledge.topics import intent_of, topics
from bot.learning.calibration import Guess
from bot.learning.evaluation import REFUSALS, WARNINGS, Outcome

# As many topics as a question asked back offers at most.
OFFERED = 3
_CLASS = "bot.engine.components.decision.QuestionDecision"
_DECLINED = frozenset({"clarify", "out_of_scope"})


@dataclass(frozen=True)
class Reading:
    """One message as it was understood: the rule that fired, its questions, and the intents by likelihood."""

    rule: str | None
    questions: list[dict[str, Any]]
    ranking: list[dict[str, Any]]


@dataclass(frozen=True)
class Model:
    """The model that answered: its file, its id, and what it decides by."""

    file: str
    id: str
    thresholds: Mapping[str, float] = field(default_factory=dict)
    dispositions: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> Model:
        """Reads the metadata inside a model's file.

        Raises:
            OSError, tarfile.TarError, ValueError, KeyError: it is no model of Rasa's.
        """
        with tarfile.open(path) as archive:
            found = archive.extractfile("metadata.json")
            if found is None:
                raise KeyError("metadata.json")
            metadata = json.load(found)
        nodes = metadata["predict_schema"]["nodes"].values()
        config: dict[str, Any] = next((node["config"] for node in nodes if node["uses"] == _CLASS), {})
        return cls(
            path.name, metadata["model_id"], config.get("thresholds", {}), config.get("dispositions", {})
        )

    def names(self, intent: str) -> frozenset[str]:
        """What an intent is called in a file of questions: its topic, or what becomes of it."""
        named = {name for name, intents in self.dispositions.items() if intent in intents}
        return frozenset(named | {topic for topic in topics() if intent_of(topic) == intent})

    def declines(self, intent: str) -> bool:
        """Whether such a message gets no answer even when it is certain."""
        return not self.names(intent) - REFUSALS

    def offers(self, intent: str) -> bool:
        """Whether the intent may be among those a question asked back offers."""
        return not topics().keys().isdisjoint(self.names(intent))


def read_readings(database: Database, outcomes: Sequence[Outcome]) -> dict[str, Reading]:
    """The reading of each outcome by its conversation; what never reached the engine has none."""
    query = select(Message.conversation_id, Understanding).join(
        Understanding, Understanding.message_id == Message.id
    )
    asked = {outcome.conversation for outcome in outcomes}
    with database.read() as session:
        return {
            conversation: Reading(found.rule, found.questions, found.ranking)
            for conversation, found in session.execute(query)
            if conversation in asked
        }


def guesses(outcomes: Sequence[Outcome], readings: Mapping[str, Reading], model: Model) -> list[Guess]:
    """One guess for each message that the model read as a single question.

    Left out: several questions (whose confidence?), what the engine never read, and warnings, which are
    not for the model to find.
    """
    found = []
    for outcome in outcomes:
        reading = readings.get(outcome.conversation)
        if outcome.expected in WARNINGS or reading is None or len(reading.questions) != 1:
            continue
        intent = reading.questions[0]["intent"]
        if intent is None:
            continue
        accept = set(outcome.accept)
        offer = [
            one
            for one in reading.ranking[:OFFERED]
            if one["confidence"] >= model.thresholds.get("candidate", 0.0) and model.offers(one["intent"])
        ]
        # As the judge has it: one alone is offered where nothing is likelier.
        offers = len(offer) > 1 or (bool(offer) and offer == reading.ranking[:1])
        found.append(
            Guess(
                confidence=reading.questions[0]["confidence"],
                right=bool(accept & model.names(intent)),
                declines=model.declines(intent),
                right_to_decline=bool(accept & _DECLINED),
                offer=sum(one["confidence"] for one in offer) if offers else None,
                offer_right=any(accept & model.names(one["intent"]) for one in offer),
            )
        )
    return found
