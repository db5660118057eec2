"""Gives every text of a message its sentence vector, as a dense sentence feature of 384 numbers.

Leaves the encoding to `bot.encoder`.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.encoder import SentenceEncoder
from bot.encoder.files import Description, EncoderFiles

MENDED = "mended"
"""Set on a message whose words were mended: its text as the encoder and the classifier shall read it."""


def read_as(message: Message, attribute: str = TEXT) -> str:
    """An attribute of a message as it is to be read, with its slips mended."""
    return str((attribute == TEXT and message.get(MENDED)) or message.get(attribute))


def encoder_in(folder: str) -> SentenceEncoder:
    """The encoder in a folder, opened once. Raises `EncoderError` when there is none."""
    return _loaded(folder, encoder_fingerprint(folder))


def encoder_fingerprint(folder: str) -> str:
    """What tells the encoder in a folder from any other. Raises `EncoderError` when there is none."""
    return Description.read(EncoderFiles(Path(folder)).description).fingerprint


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Encodes each dense featurizable attribute from its own text; an empty text gets no feature."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`encoder` is the folder of the encoder's files."""
        return {**DenseFeaturizer.get_default_config(), "encoder": "models/encoder"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceEncoderFeaturizer":
        """Raises `EncoderError` when the encoder's files are missing."""
        return cls(config, execution_context.node_name)

    def __init__(self, config: dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = encoder_in(config["encoder"])

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the features to the messages, which are changed in place."""
        for attribute in DENSE_FEATURIZABLE_ATTRIBUTES:
            spoken = [message for message in messages if message.get(attribute)]
            vectors = self._encoder.encode([read_as(message, attribute) for message in spoken])
            for message, vector in zip(spoken, vectors, strict=True):
                self.add_features_to_message(None, vector[None, :], attribute, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Adds the features to all training examples."""
        self.process(training_data.training_examples)
        return training_data

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing to check before the encoder is opened."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """Another encoder means other features, though this code and its configuration stay the same."""
        return encoder_fingerprint(config["encoder"])


@lru_cache(maxsize=1)
def _loaded(folder: str, fingerprint: str) -> SentenceEncoder:
    """One encoder for all models that this process loads, so that changing the model costs no memory."""
    return SentenceEncoder.load(folder)
