"""The body of a message to the engine, checked, and a quick reply's payload, taken apart.

What a visitor types is text whatever it looks like; only a payload that the application passes on as a
choice names an intent.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from rasa.shared.core.domain import Domain

from bot.engine.components.decision import DECISION
from bot.engine.components.follow_ups import ABOUT, About
from bot.engine.components.judgement import Judge

DRAFT = "draft"
LONGEST_ID = 128
LONGEST_TEXT = 8000  # of characters; the application's own limit is lower

_COMMAND = re.compile(r"^[\s/]+")
_PAYLOAD = re.compile(r"/(?P<intent>\w+)(?P<entities>\{.*\})?", re.DOTALL)


class BadBody(Exception):
    """The body is not a message; says in words what is wrong, without quoting it."""


@dataclass(frozen=True)
class Incoming:
    """A message of a conversation: either `text` or `choice` is set.

    `about` is what was last answered, `draft` the slots of a booking in progress.
    """

    conversation_id: str
    message_id: str
    text: str | None = None
    choice: str | None = None
    about: dict[str, Any] | None = None
    draft: dict[str, str | None] | None = None


def message_in(body: Any) -> Incoming:
    """The message in a decoded JSON body. Raises `BadBody`."""
    if not isinstance(body, dict):
        raise BadBody("The body must be a JSON object.")
    fields = {
        "conversation_id": LONGEST_ID,
        "message_id": LONGEST_ID,
        "text": LONGEST_TEXT,
        "choice": LONGEST_TEXT,
    }
    if not body.keys() <= {*fields, ABOUT, DRAFT}:
        raise BadBody(f"The body may have {', '.join(fields)}, {ABOUT}, {DRAFT} and nothing else.")
    if ("text" in body) == ("choice" in body):
        raise BadBody("The body must have either text or choice.")
    for name, longest in fields.items():
        value = body.get(name, "" if name in ("text", "choice") else None)
        if not isinstance(value, str) or len(value) > longest or (name.endswith("_id") and not value):
            raise BadBody(f"{name} must be a text of at most {longest} characters.")
    if body.get(ABOUT) is not None and not _is_about(body[ABOUT]):
        raise BadBody(f"{ABOUT} must have a topic, the words it is asked in, and entities with their values.")
    if body.get(DRAFT) is not None and not _is_draft(body[DRAFT]):
        raise BadBody(f"{DRAFT} must have texts, or null, by the names of slots.")
    return Incoming(**body)


def _is_draft(given: Any) -> bool:
    return isinstance(given, dict) and all(
        value is None or isinstance(value, str) for value in given.values()
    )


def _is_about(given: Any) -> bool:
    return (
        isinstance(given, dict)
        and given.keys() == {"topic", "words", "entities"}
        and isinstance(given["topic"], str)
        and isinstance(given["words"], str)
        and isinstance(given["entities"], list)
        and all(
            isinstance(entity, dict)
            and entity.keys() == {"entity", "value"}
            and all(isinstance(value, str) for value in entity.values())
            for entity in given["entities"]
        )
    )


def plain(text: str) -> str:
    """The text without the slashes at its start, by which Rasa would take it for a command."""
    return _COMMAND.sub("", text).rstrip()


def chosen(payload: str, domain: Domain, judge: Judge, about: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the parse of a chosen payload (`/ask_cost{"condition": "sciatica"}`) comes to, without a classifier.

    Raises:
        BadBody: it is not a payload, or names an intent or an entity that the model does not know.
    """
    match = _PAYLOAD.fullmatch(payload)
    if match is None or match["intent"] not in domain.intents:
        raise BadBody("choice must name an intent of the model: /intent or /intent{...}.")
    intent = {"name": match["intent"], "confidence": 1.0}
    entities = _entities(match["entities"] or "{}", domain)
    return {
        "text": payload,
        "intent": intent,
        "intent_ranking": [intent],
        "entities": entities,
        DECISION: judge.choice(payload, match["intent"], entities, About.of({ABOUT: about})).as_dict(),
    }


def _entities(text: str, domain: Domain) -> list[dict[str, Any]]:
    try:
        values = json.loads(text)
    except ValueError:
        raise BadBody("The entities of choice must be JSON.") from None
    for name, value in values.items():
        if name not in domain.entities or not isinstance(value, str):
            raise BadBody("The entities of choice must be known to the model, with texts as values.")
    return [{"entity": name, "value": value, "start": 0, "end": 0} for name, value in values.items()]
