"""Tables of the knowledge base: articles, their versions, sources, and what each article answers.

Every change of them counts up the revision, by which a copy in memory is known to be out of date.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, event, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from bot.database import Base, Moment, now


class Article(Base):
    """One answer, known by its name; what it says stands in its versions."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    live_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("article_versions.id", use_alter=True), default=None
    )

    live_version: Mapped[ArticleVersion | None] = relationship(
        foreign_keys=[live_version_id], post_update=True
    )
    versions: Mapped[list[ArticleVersion]] = relationship(
        back_populates="article",
        foreign_keys="ArticleVersion.article_id",
        order_by="ArticleVersion.number",
    )
    links: Mapped[list[ArticleLink]] = relationship(
        back_populates="article", cascade="all, delete-orphan", order_by="ArticleLink.id"
    )


class ArticleVersion(Base):
    """What an article said from one edit to the next. Never changed, so an old reply keeps its words."""

    __tablename__ = "article_versions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    title: Mapped[str]
    short: Mapped[str]
    more: Mapped[str]
    get_help: Mapped[str | None]
    otherwise: Mapped[str | None]
    needs: Mapped[list[str]] = mapped_column(JSON)
    evidence: Mapped[str] = mapped_column(String(16))
    disagreement: Mapped[str | None]
    related: Mapped[list[str]] = mapped_column(JSON)
    edited_at: Mapped[date]
    last_reviewed: Mapped[date | None]
    reviewed_by: Mapped[str | None]
    review_due: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(Moment, default=now)

    article: Mapped[Article] = relationship(back_populates="versions", foreign_keys=[article_id])
    citations: Mapped[list[Citation]] = relationship(
        cascade="all, delete-orphan", order_by="Citation.position"
    )

    @property
    def sources(self) -> list[Source]:
        """The sources, in the order the article names them."""
        return [citation.source for citation in self.citations]


class Source(Base):
    """Something an article relies on, at its owner's own address."""

    __tablename__ = "sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str]
    publisher: Mapped[str | None]
    year: Mapped[int | None]
    url: Mapped[str | None]


class Citation(Base):
    """A version of an article relies on a source."""

    __tablename__ = "citations"

    version_id: Mapped[int] = mapped_column(ForeignKey("article_versions.id"), primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("sources.id"), primary_key=True)
    position: Mapped[int]

    source: Mapped[Source] = relationship(lazy="joined")


class ArticleLink(Base):
    """An article answers a topic; with an entity, only when that was asked about."""

    __tablename__ = "article_links"
    __table_args__ = (UniqueConstraint("topic", "entity", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id"))
    topic: Mapped[str] = mapped_column(String(80), index=True)
    # Empty for the general answer: a NULL would escape the unique constraint.
    entity: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[str] = mapped_column(String(80), default="")

    article: Mapped[Article] = relationship(back_populates="links")


class ClinicFacts(Base):
    """What the clinic is, as imported from clinic.yml: one row."""

    __tablename__ = "clinic_facts"

    id: Mapped[int] = mapped_column(primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(Moment, default=now, onupdate=now)


class Revision(Base):
    """How often the knowledge base was changed: one row."""

    __tablename__ = "knowledge_revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


_COUNTED = (Article, ArticleVersion, Source, Citation, ArticleLink, ClinicFacts)


@event.listens_for(Session, "before_flush")
def _count_up(session: Session, *_: object) -> None:
    if any(isinstance(each, _COUNTED) for each in (*session.new, *session.dirty, *session.deleted)):
        session.execute(update(Revision).values(number=Revision.number + 1))
