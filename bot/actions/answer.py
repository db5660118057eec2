"""Answers a question from the knowledge base."""

from __future__ import annotations

from bot.actions.question import Question, QuestionAction, Response
from bot.actions.replies import ask_about, talk_to_a_person
from bot.knowledge.phrases import phrase
from bot.knowledge.store import Entity, KnowledgeBase


class ActionAnswer(QuestionAction):
    """Draws the article for the topic and the entities. Where there is none, says so and offers a person."""

    action_name = "action_answer"
    dispositions = ("answer",)

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    def respond(self, question: Question) -> Response:
        answer = question.topic and self._knowledge.answer(
            question.topic, question.entities, question.carried
        )
        clinic = self._knowledge.clinic()
        if not answer:
            return Response(phrase("out_of_scope", clinic), "out_of_scope", (talk_to_a_person(clinic),))
        text, buttons = answer.text, tuple(ask_about(topic) for topic in answer.related)
        if question.more:
            text = answer.more or phrase("no_more", clinic)
        elif answer.general_for:
            text = phrase("general_for", clinic, what=_named(answer.general_for)) + "\n\n" + text
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
