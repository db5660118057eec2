"""Begins a booking: for now a request that somebody calls back."""

from __future__ import annotations

from bot.actions.question import Question, QuestionAction, Response
from bot.database import now
from bot.knowledge.phrases import phrase_with_hours
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.topics import BOOKING


class ActionStartBooking(QuestionAction):
    """Shows the form for a call back. What is filled in goes straight to the app, never through here."""

    action_name = "action_start_booking"
    dispositions = ("booking",)

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def respond(self, question: Question) -> Response:
        text = phrase_with_hours("booking", self._knowledge.clinic(), now())
        return Response(text, "booking", form="callback", topic=BOOKING)
