"""Adds to the batch one message for every candidate question found inside a message, and on request the same
behind what was last talked about.

The encoder and the classifier then read all of them alike; `decision` folds them back. Leaves finding the
parts to `sentences`, what was talked about to `follow_ups`, and choosing among them to `judgement`.
"""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components import sentences
from bot.engine.components.follow_ups import About, FollowUps

PART = "part"
"""Set on a message that is part of the one before it; it never leaves the pipeline."""

AGAIN = "again"
"""The value of `PART` on a message put behind what was last talked about, and the key of a message's metadata that
asks for one."""


# Rasa has no kind of its own for this; an extractor runs after the entities are known and never in training.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuestionSplitter(GraphComponent):
    """Puts the readings of a message behind it, each with those entities of the whole that lie within it."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionSplitter":
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Each message, followed by its parts; one with a single question and nothing before it has none."""
        return [one for message in messages for one in (message, *_parts(message))]


def _parts(message: Message) -> list[Message]:
    text = message.get(TEXT) or ""
    parts = [
        Message({TEXT: text[start:end], ENTITIES: _within(message, start, end), PART: True})
        for start, end in sentences.questions(text)
    ]
    metadata = message.get(METADATA) or {}
    again = metadata.get(AGAIN) and FollowUps.again(text, About.of(metadata))
    if again:
        parts.append(Message({TEXT: again, ENTITIES: message.get(ENTITIES, []), PART: AGAIN}))
    return parts


def _within(message: Message, start: int, end: int) -> list[dict[str, Any]]:
    return [
        {**entity, "start": entity["start"] - start, "end": entity["end"] - start}
        for entity in message.get(ENTITIES, [])
        if start <= entity["start"] and entity["end"] <= end
    ]
