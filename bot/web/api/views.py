"""Stored messages as the visitor API gives them: each answer with its evidence, sources and feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.conversations.tables import Feedback, Message
from bot.knowledge.clinic import Clinic
from bot.knowledge.library import address_of
from bot.knowledge.rendering import render
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.tables import ArticleVersion
from bot.web.api.schemas import AnswerOut, FeedbackOut, MessageOut, QuickReply, SourceOut
from bot.web.html import answer_path


def as_seen(
    messages: Sequence[Message], knowledge: KnowledgeBase, feedback: Mapping[str, Feedback] | None = None
) -> list[MessageOut]:
    """The messages, ready to send. `feedback` is the visitor's own, by message; a new message has none."""
    given = feedback or {}
    ids = {message.article_version_id for message in messages if message.article_version_id}
    clinic = knowledge.clinic() if ids else None
    versions = knowledge.versions(ids)
    return [
        _message(message, versions.get(message.article_version_id or 0), clinic, given.get(message.id))
        for message in messages
    ]


def _message(
    message: Message, version: ArticleVersion | None, clinic: Clinic | None, feedback: Feedback | None
) -> MessageOut:
    return MessageOut.model_construct(
        id=message.id,
        seq=message.seq,
        author=message.author,
        text=message.text,
        disposition=message.disposition,
        topic=message.topic,
        confidence=message.confidence,
        quick_replies=[
            QuickReply.model_construct(id=q["id"], title=q["title"]) for q in message.quick_replies
        ],
        form=message.form,
        answer=_answer(version, clinic, message.text) if version and clinic else None,
        in_reply_to=message.in_reply_to,
        client_message_id=message.client_message_id,
        feedback=FeedbackOut.model_validate(feedback) if feedback else None,
        created_at=message.created_at,
    )


def _answer(version: ArticleVersion, clinic: Clinic, said: str) -> AnswerOut:
    more = render(version.more, clinic) if clinic.tells(version.needs) else None
    address = address_of(version.article.links)
    return AnswerOut(
        title=version.title,
        more=more if more != said else None,
        get_help=render(version.get_help, clinic) if version.get_help else None,
        evidence=version.evidence,
        disagreement=render(version.disagreement, clinic) if version.disagreement else None,
        sources=[SourceOut.model_validate(source) for source in version.sources],
        edited_at=version.edited_at,
        last_reviewed=version.last_reviewed,
        reviewed_by=version.reviewed_by,
        review_due=version.review_due,
        page=answer_path(address) if address else None,
    )
