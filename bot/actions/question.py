"""What every action shares: the questions of the latest message, and one reply to each.

Rules map the first question's intent to an action; where a message holds several questions, that
action asks its sisters for the others, so that every question is answered in order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rasa_sdk import Action, Tracker
from rasa_sdk.events import ActiveLoop, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from bot.knowledge.store import Entity

BOOKING_FORM = "booking_form"


@dataclass(frozen=True)
class Question:
    """One question of a message, as the engine's `Decision` left it.

    `entities` are what it names, `carried` what it takes over from earlier questions; `more` asks for the rest
    of the answer that was just given. `beside` was not asked for: it is a caution that another answer needs.
    """

    disposition: str
    intent: str
    topic: str | None = None
    confidence: float | None = None
    entities: tuple[Entity, ...] = ()
    candidates: tuple[str, ...] = ()
    carried: tuple[Entity, ...] = ()
    more: bool = False
    beside: bool = False

    @classmethod
    def of(cls, decided: Mapping[str, Any]) -> Question:
        """Reads one entry of `decision.questions`."""
        return cls(
            decided["disposition"],
            decided["intent"],
            decided.get("topic"),
            decided.get("confidence"),
            _entities(decided.get("entities")),
            tuple(decided.get("candidates") or ()),
            _entities(decided.get("carried")),
            bool(decided.get("more")),
            bool(decided.get("beside")),
        )


def _entities(found: Iterable[Mapping[str, Any]] | None) -> tuple[Entity, ...]:
    return tuple((str(each["entity"]), str(each["value"])) for each in found or ())


@dataclass(frozen=True)
class Response:
    """What an action says to one question. `buttons` are (title, payload); `begins` a booking."""

    text: str
    disposition: str
    buttons: tuple[tuple[str, str], ...] = ()
    form: str | None = None
    article_version: int | None = None
    topic: str | None = None
    general_for: str | None = None
    begins: bool = False


class QuestionAction(Action, ABC):  # type: ignore[misc]  # rasa-sdk has no types
    """An action that responds to questions of one or more dispositions."""

    action_name: ClassVar[str]
    dispositions: ClassVar[tuple[str, ...]]
    sisters: Mapping[str, QuestionAction]

    def name(self) -> str:
        return self.action_name

    @abstractmethod
    def respond(self, question: Question, tracker: Tracker) -> Response | None:
        """The response to one question of the latest message; none where the booking that goes on says enough."""

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        said: set[int | None] = {None}
        events: list[dict[str, Any]] = []
        for question in questions(tracker):
            response = self.sisters.get(question.disposition, self).respond(question, tracker)
            if response is None:
                continue
            if question.beside and (response.general_for or response.article_version in said):
                continue
            said.add(response.article_version)
            say(dispatcher, response, question.confidence)
            if response.begins:
                events = [FollowupAction(BOOKING_FORM)]
            elif response.disposition == "handoff":
                events = [ActiveLoop(None)]  # until the visitor writes again, nothing more is asked
        return events


def say(dispatcher: CollectingDispatcher, response: Response, confidence: float | None = None) -> None:
    """Gives a response to the engine, with what the application joins to it."""
    dispatcher.utter_message(
        text=response.text,
        buttons=[{"title": title, "payload": payload} for title, payload in response.buttons],
        json_message={
            "disposition": response.disposition,
            "topic": response.topic,
            "confidence": confidence,
            "article_version": response.article_version,
            "form": response.form,
            "general_for": response.general_for,
        },
    )


def questions(tracker: Tracker) -> list[Question]:
    """The questions of the latest message; none decided counts as one that is out of scope."""
    decided = (tracker.latest_message.get("decision") or {}).get("questions") or [
        {"disposition": "out_of_scope", "intent": "nlu_fallback"}
    ]
    return [Question.of(question) for question in decided]
