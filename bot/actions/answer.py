"""Answers a question from the knowledge base."""

from __future__ import annotations

from bot.actions.question import Question, QuestionAction, Response
from bot.actions.replies import ask_about, talk_to_a_person
from bot.knowledge.phrases import phrase
from bot.knowledge.store import KnowledgeBase


class ActionAnswer(QuestionAction):
    """Draws the article for the topic and the entities. Where there is none, says so and offers a person."""

    action_name = "action_answer"
    dispositions = ("answer",)

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def respond(self, question: Question) -> Response:
        answer = question.topic and self._knowledge.answer(question.topic, question.entities)
        if not answer:
            clinic = self._knowledge.clinic()
            return Response(phrase("out_of_scope", clinic), "out_of_scope", (talk_to_a_person(clinic),))
        buttons = tuple(ask_about(topic) for topic in answer.related)
        if not answer.told:
            buttons = (talk_to_a_person(self._knowledge.clinic()), *buttons)
        return Response(answer.text, "answer", buttons, article_version=answer.version_id, topic=answer.topic)
