"""Teaches that what is asked wins over the condition it is asked for, with examples made in training only.

"How many sessions for sciatica?" asks how many sessions. To a sentence encoder it is above all about
sciatica, and so it is to a classifier that has seen that word in one topic's examples only. So some of the
other topics' examples are repeated with a condition put beside them.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from zlib import crc32

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.judgement import TOPIC_PREFIX

VARIANT_OF = "variant_of"
"""The text from which an example was made; the classifier does not count the two as separate evidence."""

LOOKUP = "condition"


# Rasa runs featurizers on the training data in their order; this one adds examples in place of features.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class ConditionVariants(GraphComponent):
    """Adds the variants before the encoder sees the examples; leaves a visitor's message alone."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`each` is how many examples of an intent get a variant, the shortest first, being the plainest.

        `phrases` hold {example} and {condition}; `conditions` are put in; the intents of `not_for` get none,
        since there the condition is what is asked.
        """
        return {"each": 10, "phrases": [], "conditions": [], "not_for": []}

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ConditionVariants":
        return cls(config)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The training data with the variants behind it; the same variants every time."""
        named = _conditions(training_data)
        plain: dict[str, list[str]] = defaultdict(list)
        for example in training_data.intent_examples:
            intent, text = example.get(INTENT), example.get(TEXT) or ""
            if intent.startswith(TOPIC_PREFIX) and intent not in self._config["not_for"] and not named(text):
                plain[intent].append(text)
        variants = [
            Message.build(self._variant(text), intent, **{VARIANT_OF: text})
            for intent, texts in plain.items()
            for text in sorted(texts, key=len)[: self._config["each"]]
        ]
        return training_data.merge(TrainingData(variants)) if variants else training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages as they are."""
        return messages

    def _variant(self, text: str) -> str:
        """The text with a condition; which, and in what words, is decided by the text alone."""
        number = crc32(text.encode())
        phrases, conditions = self._config["phrases"], self._config["conditions"]
        phrase = phrases[number // len(conditions) % len(phrases)]
        example = text.rstrip("?.! ") if phrase.startswith("{example}") else text
        return str(phrase.format(example=example, condition=conditions[number % len(conditions)]))


def _conditions(training_data: TrainingData) -> Callable[[str], bool]:
    """Tells whether a text names a condition of the vocabulary, by any of its names."""
    values = {
        value
        for table in training_data.lookup_tables
        if table["name"] == LOOKUP
        for value in table["elements"]
    }
    names = values | {name for name, value in training_data.entity_synonyms.items() if value in values}
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b", re.IGNORECASE)
    return lambda text: bool(names) and pattern.search(text) is not None
