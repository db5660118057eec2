"""Serves answers from the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.database import Database
from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import render
from bot.knowledge.tables import Article, ArticleLink, ArticleVersion, Citation, ClinicFacts


@dataclass(frozen=True)
class Answer:
    """One answer, ready to send: the words, and the version of the article they come from.

    `told` is false where the clinic has not said what the article needs, so `text` says just that.
    """

    topic: str
    text: str
    version_id: int
    related: tuple[str, ...]
    told: bool


class KnowledgeBase:
    """Reads articles and clinic facts. Edits are live at once: every answer is read when it is asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        # The facts as last read and what they came to: checking them anew costs more than all the rest.
        self._clinic: tuple[dict[str, Any], Clinic] | None = None

    def clinic(self) -> Clinic:
        """The clinic's facts.

        Raises:
            LookupError: nothing was imported yet.
        """
        with self._database.read() as session:
            return self._clinic_in(session)

    def answer(self, topic: str, entities: Mapping[str, str] | None = None) -> Answer | None:
        """The live answer to a topic: the variant for one of `entities` (type to value), else the general.

        None where no article answers the topic.
        """
        with self._database.read() as session:
            version = _find(session, topic, entities or {})
            if version is None:
                return None
            clinic = self._clinic_in(session)
            told = clinic.tells(version.needs)
            text = version.short if told else version.otherwise or ""
            return Answer(topic, render(text, clinic), version.id, tuple(version.related), told)

    def versions(self, ids: set[int]) -> dict[int, ArticleVersion]:
        """Versions by id, with their sources and what their articles answer; the words still hold the template."""
        if not ids:
            return {}
        with self._database.read() as session:
            query = (
                select(ArticleVersion)
                .where(ArticleVersion.id.in_(ids))
                .options(
                    selectinload(ArticleVersion.citations).joinedload(Citation.source),
                    joinedload(ArticleVersion.article).selectinload(Article.links),
                )
            )
            return {version.id: version for version in session.scalars(query)}

    def _clinic_in(self, session: Session) -> Clinic:
        facts: dict[str, Any] | None = session.scalar(select(ClinicFacts.facts).where(ClinicFacts.id == 1))
        if facts is None:
            raise LookupError("The knowledge base is empty: run `meridian knowledge import`.")
        if self._clinic is None or self._clinic[0] != facts:
            self._clinic = facts, Clinic.model_validate(facts)
        return self._clinic[1]


def _find(session: Session, topic: str, entities: Mapping[str, str]) -> ArticleVersion | None:
    query = (
        select(ArticleLink.entity, ArticleLink.value, ArticleVersion)
        .join(Article, Article.id == ArticleLink.article_id)
        .join(ArticleVersion, ArticleVersion.id == Article.live_version_id)
        .where(ArticleLink.topic == topic)
    )
    by_link = {(entity, value): version for entity, value, version in session.execute(query)}
    for asked in entities.items():
        if asked in by_link:
            return by_link[asked]
    return by_link.get(("", ""))
