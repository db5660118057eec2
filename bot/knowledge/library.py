"""The answers as pages to read: where each stands, what it says in full, and what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.database import Database
from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import render
from bot.knowledge.tables import Article, ArticleLink, ArticleVersion, Citation, Source
from bot.knowledge.topics import groups, topics

GROUP_TITLES = {
    "acupuncture": "Acupuncture",
    "does_it_help": "Does it help?",
    "back": "Backs and necks",
    "plan": "Planning treatment",
    "visit": "Your visit",
    "safety": "Safety",
    "techniques": "Techniques",
    "other_care": "Other care",
    "clinic": "The clinic",
}
# How a variant is named beside its general answer: "For the neck", "With warfarin".
_FOR = {"condition": "For", "body_part": "For the"}


class Link(Protocol):
    """What an article answers, as `ArticleLink` and its rows have it."""

    @property
    def topic(self) -> str: ...
    @property
    def entity(self) -> str: ...
    @property
    def value(self) -> str: ...


def slug(value: str) -> str:
    """An entity's value as the last part of an address: `lower back` is `lower-back`."""
    return re.sub(r"[\W_]+", "-", value.casefold()).strip("-")


def address_of(links: Iterable[Link]) -> str | None:
    """The one address of an article, `topic` or `topic/value`: a general answer goes before a variant.

    None for an article that answers nothing.
    """
    first = min(links, key=_is_variant, default=None)
    return _address(first) if first else None


def _is_variant(link: Link) -> bool:
    return link.entity != ""


def _address(link: Link) -> str:
    return f"{link.topic}/{slug(link.value)}" if link.entity else link.topic


@dataclass(frozen=True)
class Entry:
    """An article as the catalogue lists it; `short` still holds the clinic's template."""

    address: str
    topic: str
    title: str
    short: str
    version_id: int
    edited_at: date
    told: bool
    signed: bool

    @property
    def indexable(self) -> bool:
        """Ready for search engines: signed off, and the clinic has told what it needs."""
        return self.signed and self.told

    @property
    def is_variant(self) -> bool:
        """Whether it answers its topic for something named only."""
        return "/" in self.address

    @property
    def ask(self) -> str:
        """The question in a visitor's words."""
        return self.title if self.is_variant else topics()[self.topic]


@dataclass(frozen=True)
class Page:
    """One article, filled in. Where the clinic has not `told` what it needs, `short` says that and `more` is None."""

    address: str
    topic: str
    title: str
    ask: str
    told: bool
    indexable: bool
    short: str
    more: str | None
    get_help: str | None
    evidence: str
    disagreement: str | None
    sources: list[Source]
    edited_at: date
    last_reviewed: date | None
    reviewed_by: str | None
    review_due: date
    general: Entry | None
    variants: list[tuple[str, Entry]]
    related: list[Entry]


class Catalogue:
    """Every article that answers something, by its addresses."""

    def __init__(self, rows: list[tuple[ArticleLink, Entry]]) -> None:
        self._rows = rows
        self._by_address: dict[str, Entry] = {}
        for link, entry in rows:
            self._by_address.setdefault(_address(link), entry)

    def find(self, address: str) -> Entry | None:
        """The article at an address. An article that answers several things is found at each."""
        return self._by_address.get(address)

    @cached_property
    def entries(self) -> list[Entry]:
        """Every article once, in the order of the topics, variants after their general answer."""
        order = {topic: place for place, topic in enumerate(topics())}
        unique = {entry.address: entry for _, entry in self._rows}.values()
        return sorted(unique, key=lambda entry: (order[entry.topic], entry.address))

    def groups(self) -> list[tuple[str, list[Entry]]]:
        """The general answers by group: its title and what stands in it. A group without answers is left out."""
        shelves = []
        for group, inside in groups().items():
            entries = [entry for entry in self.entries if entry.address in inside]
            if entries:
                shelves.append((GROUP_TITLES[group], entries))
        return shelves

    def variants(self, topic: str) -> list[tuple[str, Entry]]:
        """The answers to a topic for something named, each with what it is for: `For sciatica`."""
        found: dict[str, tuple[str, Entry]] = {}
        for link, entry in self._rows:
            if link.topic == topic and link.entity:
                label = f"{_FOR.get(link.entity, 'With')} {link.value}"
                found.setdefault(entry.address, (label, entry))
        return list(found.values())


class Library:
    """Reads pages from the database. Like an answer in the chat, a page is read when it is asked for."""

    def __init__(self, database: Database, clinic: Callable[[], Clinic]) -> None:
        self._database = database
        self._clinic = clinic

    def catalogue(self) -> Catalogue:
        """Every article as it is now."""
        with self._database.read() as session:
            return _catalogue(session, self._clinic())

    def page(self, address: str) -> Page | None:
        """The article at `topic` or `topic/value`; None where there is none.

        Its own `address` may be another: an article that answers several things has one page.
        """
        clinic = self._clinic()
        with self._database.read() as session:
            catalogue = _catalogue(session, clinic)
            entry = catalogue.find(address)
            if entry is None:
                return None
            citations = selectinload(ArticleVersion.citations).joinedload(Citation.source)
            version = session.get_one(ArticleVersion, entry.version_id, options=[citations])
            return _page(catalogue, entry, version, clinic)


def _catalogue(session: Session, clinic: Clinic) -> Catalogue:
    query = (
        select(ArticleLink, ArticleVersion)
        .join(Article, Article.id == ArticleLink.article_id)
        .join(ArticleVersion, ArticleVersion.id == Article.live_version_id)
        .order_by(ArticleLink.id)
    )
    found = [(link, version) for link, version in session.execute(query) if link.topic in topics()]
    by_article: dict[int, list[ArticleLink]] = {}
    for link, _ in found:
        by_article.setdefault(link.article_id, []).append(link)
    rows = []
    for link, version in found:
        first = min(by_article[link.article_id], key=_is_variant)
        entry = Entry(
            address=_address(first),
            topic=first.topic,
            title=version.title,
            short=version.short,
            version_id=version.id,
            edited_at=version.edited_at,
            told=clinic.tells(version.needs),
            signed=bool(version.last_reviewed and version.reviewed_by),
        )
        rows.append((link, entry))
    return Catalogue(rows)


def _page(catalogue: Catalogue, entry: Entry, version: ArticleVersion, clinic: Clinic) -> Page:
    def fill(text: str | None) -> str | None:
        return render(text, clinic) if text else None

    told = entry.told
    general = catalogue.find(entry.topic)
    related = (catalogue.find(topic) for topic in version.related)
    return Page(
        address=entry.address,
        topic=entry.topic,
        title=version.title,
        ask=entry.ask,
        told=told,
        indexable=entry.indexable,
        short=fill(version.short if told else version.otherwise) or "",
        more=fill(version.more) if told else None,
        get_help=fill(version.get_help),
        evidence=version.evidence,
        disagreement=fill(version.disagreement),
        sources=version.sources,
        edited_at=version.edited_at,
        last_reviewed=version.last_reviewed,
        reviewed_by=version.reviewed_by,
        review_due=version.review_due,
        general=general if general != entry else None,
        variants=[(label, other) for label, other in catalogue.variants(entry.topic) if other != entry],
        related=[other for other in related if other and other != entry],
    )
