"""Serves answers from the knowledge base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from bot.database import Database
from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import render
from bot.knowledge.tables import Article, ArticleVersion, Citation, ClinicFacts, Revision
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


@dataclass(frozen=True)
class Edition:
    """The knowledge base as it was at one revision: the facts, and the live versions by what they answer."""

    revision: int
    clinic: Clinic
    by_topic: Mapping[str, Mapping[Entity, ArticleVersion]]

    def answer(
        self, topic: str, asked: Sequence[Entity] = (), carried: Sequence[Entity] = ()
    ) -> Answer | None:
        """The live answer to a topic: the variant for the first of `asked` that has one, then of `carried`, else
        the general.

        `asked` are the entities that the question names, `carried` those of earlier ones: only the lack of an
        answer for the former is worth telling. None where no article answers the topic.
        """
        by_link = self.by_topic.get(topic, {})
        lacking = _lacking(asked, by_link)
        version = _chosen(by_link, asked, () if lacking else carried)
        if version is None:
            return None
        told = self.clinic.tells(version.needs)
        return Answer(
            topic,
            render(version.short if told else version.otherwise or "", self.clinic),
            version.id,
            tuple(version.related),
            told,
            render(version.more, self.clinic) if told else None,
            lacking,
        )


class KnowledgeBase:
    """Reads articles and clinic facts. Edits are live at once: an edition serves as long as nothing has changed.

    To read them anew for each message took a sixth of its time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._newest: Edition | None = None
        self._reading = Lock()
        # A version never changes, but what its article answers does.
        self._versions: dict[int, ArticleVersion] = {}

    def edition(self) -> Edition:
        """Everything as it is now.

        Raises:
            LookupError: nothing was imported yet.
        """
        revision = self._database.peek(_REVISION) or 0
        newest = self._newest
        if newest is None or newest.revision != revision:
            with self._reading:
                newest = self._newest
                # Many may ask at once after a start or an edit: one reads, the others take what it has read.
                if newest is None or newest.revision != revision:
                    # What changes while it is read makes the next revision another, and it is read again.
                    self._newest = newest = self._read(revision)
        return newest

    def clinic(self) -> Clinic:
        """The clinic's facts.

        Raises:
            LookupError: nothing was imported yet.
        """
        return self.edition().clinic

    def versions(self, ids: set[int]) -> dict[int, ArticleVersion]:
        """Versions by id, with their sources and what their articles answer by the newest edition.

        Their words still hold the template.
        """
        known = self._versions
        if missing := ids - known.keys():
            with self._database.read() as session:
                query = _whole(select(ArticleVersion).where(ArticleVersion.id.in_(missing)))
                known |= {version.id: version for version in session.scalars(query)}
        return {each: known[each] for each in ids if each in known}

    def _read(self, revision: int) -> Edition:
        with self._database.read() as session:
            facts = session.scalar(select(ClinicFacts.facts).where(ClinicFacts.id == 1))
            if facts is None:
                raise LookupError("The knowledge base is empty: run `meridian knowledge import`.")
            live = _whole(select(ArticleVersion)).join(Article, Article.live_version_id == ArticleVersion.id)
            versions = list(session.scalars(live))
        by_topic: dict[str, dict[Entity, ArticleVersion]] = defaultdict(dict)
        for version in versions:
            for link in version.article.links:
                by_topic[link.topic][link.entity, link.value] = version
        self._versions = {version.id: version for version in versions}
        return Edition(revision, Clinic.model_validate(facts), by_topic)


_REVISION = str(select(Revision.number))


def _whole(query: Select[ArticleVersion]) -> Select[ArticleVersion]:
    return query.options(
        selectinload(ArticleVersion.citations).joinedload(Citation.source),
        joinedload(ArticleVersion.article).selectinload(Article.links),
    )


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
