"""Serves answers from the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.database import Database
from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import render
from bot.knowledge.tables import Article, ArticleLink, ArticleVersion, Citation, ClinicFacts
from bot.knowledge.topics import taken_for_granted

Entity = tuple[str, str]
"""What a question names: its kind and its name, such as `("condition", "sciatica")`."""

KINDS = ("medicine", "device", "condition", "technique", "body_part")

GENERAL: Entity = ("", "")
"""The link of an article that answers a topic whatever it is asked for."""


@dataclass(frozen=True)
class Answer:
    """One answer, ready to send: the words, and the version of the article they come from.

    `told` is false where the clinic has not said what the article needs, so `text` says just that; `more` is
    what the article adds. `general_for` is what was asked about where only the general answer could be given.
    """

    topic: str
    text: str
    version_id: int
    related: tuple[str, ...]
    told: bool
    more: str | None = None
    general_for: Entity | None = None


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

    def answer(
        self, topic: str, asked: Sequence[Entity] = (), carried: Sequence[Entity] = ()
    ) -> Answer | None:
        """The live answer to a topic: the variant for the first of `asked` that has one, then of `carried`, else
        the general.

        `asked` are the entities that the question names, `carried` those of earlier ones: only the lack of an
        answer for the former is worth telling. None where no article answers the topic.
        """
        with self._database.read() as session:
            by_link = _live(session, topic)
            lacking = _lacking(asked, by_link)
            version = _chosen(by_link, asked, () if lacking else carried)
            if version is None:
                return None
            clinic = self._clinic_in(session)
            told = clinic.tells(version.needs)
            return Answer(
                topic,
                render(version.short if told else version.otherwise or "", clinic),
                version.id,
                tuple(version.related),
                told,
                render(version.more, clinic) if told else None,
                lacking,
            )

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


def _live(session: Session, topic: str) -> dict[Entity, ArticleVersion]:
    """The live versions that answer a topic, by the entity they answer it for."""
    query = (
        select(ArticleLink.entity, ArticleLink.value, ArticleVersion)
        .join(Article, Article.id == ArticleLink.article_id)
        .join(ArticleVersion, ArticleVersion.id == Article.live_version_id)
        .where(ArticleLink.topic == topic)
    )
    return {(entity, value): version for entity, value, version in session.execute(query)}


def _chosen(
    by_link: Mapping[Entity, ArticleVersion], asked: Sequence[Entity], carried: Sequence[Entity]
) -> ArticleVersion | None:
    general = by_link.get(GENERAL)
    for named in (asked, carried):
        for one in sorted(named, key=_weight):
            version = by_link.get(one, general)
            if version is not general:
                return version
    return general


def _weight(entity: Entity) -> int:
    """What counts first where several things are named: what may speak against treatment, last the place."""
    return KINDS.index(entity[0]) if entity[0] in KINDS else len(KINDS)


def _lacking(asked: Sequence[Entity], by_link: Mapping[Entity, ArticleVersion]) -> Entity | None:
    """What was asked about and has no answer of its own, where the topic's answers differ by such things."""
    if any(one in by_link for one in asked):
        return None
    kinds = {entity for entity, _ in by_link}
    for entity, value in asked:
        if entity in kinds and value not in taken_for_granted().get(entity, ()):
            return entity, value
    return None
