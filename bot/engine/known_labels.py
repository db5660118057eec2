"""Spares each message the question whether the model knows the intents and entities that it was trained to find.

Rasa asks it of every message, and for that writes out the whole domain and an empty one to compare them.
"""

from typing import Any

from rasa.core.processor import MessageProcessor


def _nothing_unseen(processor: MessageProcessor, parse_data: dict[str, Any]) -> None:
    """The names come from the model's own training data, which `rasa data validate` held against the domain."""


def install() -> None:
    """Puts this answer in the place of Rasa's question."""
    MessageProcessor._check_for_unseen_features = _nothing_unseen
