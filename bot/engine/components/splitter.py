"""Adds to the batch one message for every candidate question found inside a message.

The encoder and the classifier then read whole and parts alike; `decision` folds the parts back. Leaves
finding them to `sentences` and choosing among them to `judgement`.
"""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components import sentences

PART = "part"
"""Set on a message that is part of the one before it; it never leaves the pipeline."""


# Rasa has no kind of its own for this; an extractor runs after the entities are known and never in training.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class QuestionSplitter(GraphComponent):
    """Puts the parts of a message behind it, each with those entities of the whole that lie within it."""

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
        """Each message, followed by its parts; a message with one question has none."""
        return [one for message in messages for one in (message, *_parts(message))]


def _parts(message: Message) -> list[Message]:
    text = message.get(TEXT) or ""
    return [
        Message({TEXT: text[start:end], ENTITIES: _within(message, start, end), PART: True})
        for start, end in sentences.questions(text)
    ]


def _within(message: Message, start: int, end: int) -> list[dict[str, Any]]:
    return [
        {**entity, "start": entity["start"] - start, "end": entity["end"] - start}
        for entity in message.get(ENTITIES, [])
        if start <= entity["start"] and entity["end"] <= end
    ]
