"""Takes the visitor on to a person."""

from __future__ import annotations

from rasa_sdk import Tracker

from bot.actions.question import Question, QuestionAction, Response
from bot.database import now
from bot.knowledge.phrases import phrase_with_hours
from bot.knowledge.store import KnowledgeBase


class ActionHandoff(QuestionAction):
    """Says who answers and by when. The record alerts staff when it stores the reply."""

    action_name = "action_handoff"
    dispositions = ("handoff",)

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def respond(self, question: Question, tracker: Tracker) -> Response:
        text = phrase_with_hours("handoff", self._knowledge.clinic(), now())
        return Response(text, "handoff", form="callback")
