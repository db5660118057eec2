"""Asks back where several readings are close, and says so where there is no answer."""

from __future__ import annotations

from rasa_sdk import Tracker

from bot.actions.question import Question, QuestionAction, Response
from bot.actions.replies import ask_about, book_a_visit, talk_to_a_person
from bot.knowledge.phrases import phrase
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.topics import OPENERS


class ActionFallback(QuestionAction):
    """Clarifies with the candidates as quick replies, or declines with what the assistant can do."""

    action_name = "action_fallback"
    dispositions = ("clarify", "out_of_scope")

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def respond(self, question: Question, tracker: Tracker) -> Response:
        clinic = self._knowledge.clinic()
        person = talk_to_a_person(clinic)
        if question.disposition == "clarify":
            name = ("ask_for_help", "clarify_one", "clarify")[min(len(question.candidates), 2)]
            named = dict(reversed(question.entities))
            buttons = tuple(ask_about(topic, named) for topic in question.candidates or OPENERS)
            return Response(phrase(name, clinic), "clarify", (*buttons, person))
        if _again(tracker):
            # Whoever could not be helped twice would rather be seen than asked a third time.
            return Response(
                phrase("out_of_scope_again", clinic), "out_of_scope", (person, book_a_visit(clinic))
            )
        return Response(phrase("out_of_scope", clinic), "out_of_scope", (person,))


def _again(tracker: Tracker) -> bool:
    """Whether the message before got no answer either."""
    decided = [
        (event.get("parse_data") or {}).get("decision") or {}
        for event in tracker.events
        if event["event"] == "user"
    ]
    asked = (decided[-2].get("questions") if len(decided) > 1 else None) or ()
    return any(asked) and all(question["disposition"] in ActionFallback.dispositions for question in asked)
