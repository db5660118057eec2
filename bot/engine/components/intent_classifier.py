"""Names the intent of each message from its sentence vector and its words, with a calibrated confidence.

Leaves the arithmetic to `kernel_model`, and what follows from the confidence to `decision`.
"""

import hashlib
import inspect
import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder import ngrams as hashing
from bot.engine.components import kernel_model, ngrams
from bot.engine.components.kernel_model import DESCRIPTION, KernelModel, Shape
from bot.engine.components.sentence_encoder import SentenceEncoderFeaturizer, encoder_fingerprint, read_as
from bot.engine.components.variants import VARIANT_OF

SHAPE = {"gamma": 2.0, "ngrams": 0.2, "ridge": 0.05, "none": 0.3}


class EncoderChanged(RasaException):
    """The model was trained with another sentence encoder than the one at hand; train again."""


class NoExamples(RasaException):
    """There is nothing to train on: fewer than two intents with examples."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Sets `intent` and `intent_ranking`. Weights are kept as .npz and JSON; loading runs no code."""

    @classmethod
    def required_components(cls) -> list[type]:
        return [SentenceEncoderFeaturizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoder` is the encoder's folder, `ranking_length` how many intents the ranking names, the rest is
        `kernel_model.Shape`, chosen as the comments in config.yml say."""
        return {**SHAPE, "encoder": "models/encoder", "ranking_length": 10}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: KernelModel | None = None,
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceIntentClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SentenceIntentClassifier":
        """Raises `EncoderChanged` when the vectors would not be those of the training."""
        with model_storage.read_from(resource) as folder:
            trained_with = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))["encoder"]
            if trained_with != encoder_fingerprint(config["encoder"]):
                raise EncoderChanged(
                    f"The model was trained with another sentence encoder than that in {config['encoder']}. "
                    f"Train it again."
                )
            return cls(config, model_storage, resource, KernelModel.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Fits all examples that have an intent and a text.

        Raises:
            NoExamples: fewer than two intents have any.
        """
        examples = [one for one in training_data.intent_examples if one.get(TEXT) and one.get(INTENT)]
        intents = [one.get(INTENT) for one in examples]
        if len(set(intents)) < 2:
            raise NoExamples("The classifier needs examples of at least two intents in bot/data/nlu.")
        shape = Shape(**{name: float(self._config[name]) for name in SHAPE})
        texts = [one.get(TEXT) for one in examples]
        rows = {text: row for row, text in enumerate(texts)}
        originals = [rows[one.get(VARIANT_OF) or one.get(TEXT)] for one in examples]
        self._model = kernel_model.train(_vectors(examples), texts, intents, shape, originals).model
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder, encoder=encoder_fingerprint(self._config["encoder"]))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Names the intent of each message; one without text gets none, with confidence 0."""
        readable = [message for message in messages if message.get(TEXT)]
        for message in messages:
            self._name(message, [])
        if self._model and readable:
            texts = [read_as(message) for message in readable]
            for message, confidences in zip(
                readable, self._model.confidences(_vectors(readable), texts), strict=True
            ):
                best = np.argsort(-confidences)[: self._config["ranking_length"]]
                self._name(
                    message,
                    [{"name": self._model.intents[at], "confidence": float(confidences[at])} for at in best],
                )
        return messages

    @staticmethod
    def _name(message: Message, ranking: list[dict[str, Any]]) -> None:
        intent = ranking[0] if ranking else {"name": None, "confidence": 0.0}
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Rasa hashes this class alone; the arithmetic and the encoder decide the result as well."""
        parts = [
            inspect.getsource(kernel_model),
            inspect.getsource(ngrams),
            inspect.getsource(hashing),
            encoder_fingerprint(config["encoder"]),
        ]
        return hashlib.sha256("".join(parts).encode()).hexdigest()


def _vectors(messages: list[Message]) -> np.ndarray:
    return np.concatenate([message.get_dense_features(TEXT)[1].features for message in messages])
