"""Greetings, thanks, goodbyes, and what the assistant is."""

from __future__ import annotations

from rasa_sdk import Tracker

from bot.actions.question import Question, QuestionAction, Response
from bot.actions.replies import ask_about
from bot.knowledge.phrases import phrase, phrases
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.topics import OPENERS

_OPENING = ("greet", "what_can_you_do", "how_are_you")


class ActionSmalltalk(QuestionAction):
    """Says the phrase that has the intent's name."""

    action_name = "action_smalltalk"
    dispositions = ("smalltalk",)

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def respond(self, question: Question, tracker: Tracker) -> Response:
        name = question.intent if question.intent in phrases() else "greet"
        buttons = tuple(map(ask_about, OPENERS)) if name in _OPENING else ()
        return Response(phrase(name, self._knowledge.clinic()), "smalltalk", buttons)
