"""Answers a question from the knowledge base."""

from __future__ import annotations

from rasa_sdk import Tracker

from bot.actions.question import BOOKING_FORM, Question, QuestionAction, Response
from bot.actions.replies import ask_about, book_a_first_visit, talk_to_a_person
from bot.knowledge.phrases import phrase
from bot.knowledge.store import Entity, KnowledgeBase
from bot.knowledge.topics import BOOKING

LEADS_TO_A_VISIT = frozenset(
    (
        "does_it_work",
        "chronic_back_pain",
        "sciatica",
        "herniated_disc",
        "neck_pain",
        "how_many_sessions",
        "how_soon_results",
        "first_visit",
        "what_to_expect",
        "cost",
        "insurance",
        "practitioners",
        "opening_hours",
        "referral",
    )
)
"""After these answers a visit is offered. Never after one that may send somebody to a doctor first; what speaks
against a visit is said before a day is asked for."""


class ActionAnswer(QuestionAction):
    """Draws the article for the topic and the entities. Where there is none, says so and offers a person."""

    action_name = "action_answer"
    dispositions = ("answer",)

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def respond(self, question: Question, tracker: Tracker) -> Response:
        edition = self._knowledge.edition()
        clinic = edition.clinic
        answer = question.topic and edition.answer(question.topic, question.entities, question.carried)
        if not answer:
            return Response(phrase("out_of_scope", clinic), "out_of_scope", (talk_to_a_person(clinic),))
        text, buttons = answer.text, tuple(ask_about(topic) for topic in answer.related)
        if question.more:
            text = answer.more or phrase("no_more", clinic)
        elif answer.general_for:
            text = phrase("general_for", clinic, what=_named(answer.general_for)) + "\n\n" + text
        in_booking = tracker.active_loop_name == BOOKING_FORM
        if answer.topic in LEADS_TO_A_VISIT and BOOKING not in answer.related and not in_booking:
            buttons = (*buttons, book_a_first_visit(clinic))
        if not answer.told or (question.more and not answer.more):
            buttons = (talk_to_a_person(clinic), *buttons)
        return Response(
            text,
            "answer",
            buttons,
            article_version=answer.version_id,
            topic=answer.topic,
            general_for=answer.general_for[1] if answer.general_for and not question.more else None,
        )


def _named(entity: Entity) -> str:
    kind, name = entity
    return f"the {name}" if kind == "body_part" else name
