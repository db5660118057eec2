"""Lets encoder and classifier read a message without its slips; what the visitor wrote stays as it is.

Leaves the mending to `spelling`.
"""

import hashlib
import inspect
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components import spelling
from bot.engine.components.sentence_encoder import MENDED, encoder_fingerprint, encoder_in
from bot.engine.components.spelling import Spelling
from bot.engine.components.variants import VARIANT_OF

WORDS = "words.npz"


# Rasa has no kind of its own for this; an extractor is trained, and never changes the training data.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class SpellingMender(GraphComponent):
    """Learns the words of the examples; sets `mended` on a message with a word that is none."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoder` is the folder of the encoder, whose vocabulary is known as well."""
        return {"encoder": "models/encoder"}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        spelling: Spelling | None = None,
    ) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._spelling = spelling
        self._encoder = encoder_in(config["encoder"])

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpellingMender":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SpellingMender":
        """The component with the words it learnt; reading them runs no code."""
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / WORDS, allow_pickle=False) as arrays,
        ):
            counts = dict(zip(arrays["hashes"].tolist(), arrays["counts"].tolist(), strict=True))
        return cls(config, model_storage, resource, Spelling(counts))

    def train(self, training_data: TrainingData) -> Resource:
        """Learns the words of all examples that were written, not made."""
        examples = [one for one in training_data.intent_examples if not one.get(VARIANT_OF)]
        self._spelling = Spelling.of(one.get(TEXT) or "" for one in examples)
        counts = self._spelling.counts
        with self._model_storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / WORDS,
                hashes=np.array(list(counts), np.uint32),
                counts=np.array(list(counts.values()), np.uint32),
            )
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages, those with a slip with what was meant beside what was written."""
        for message in messages:
            text = message.get(TEXT)
            if self._spelling and text:
                mended = self._spelling.mended(text, self._encoder.knows)
                if mended != text:
                    message.set(MENDED, mended)
        return messages

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa hashes this class alone; the words it learns depend on what counts as one."""
        parts = inspect.getsource(spelling) + encoder_fingerprint(config["encoder"])
        return hashlib.sha256(parts.encode()).hexdigest()
