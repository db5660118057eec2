"""Moves articles and clinic facts between files and the database.

The database is the owner once it holds them: an import shows what differs and overwrites nothing
unless told; an export writes clean YAML back.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, selectinload

from bot.database import Database, now
from bot.knowledge.articles import Answers, ArticleFile, SourceFile, read_articles, read_sources
from bot.knowledge.clinic import Clinic
from bot.knowledge.review import warnings
from bot.knowledge.tables import Article, ArticleLink, ArticleVersion, Citation, ClinicFacts, Source
from bot.problems import Problem, Problems
from bot.yaml_files import read_as

_LONG_TEXT = ("short", "more", "get_help", "otherwise", "disagreement")


@dataclass
class Difference:
    """What an import found: names of new, changed and unchanged articles, and of those only stored.

    `warnings` is how many things in the files somebody should look at.
    """

    new: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    same: list[str] = field(default_factory=list)
    only_stored: list[str] = field(default_factory=list)
    clinic: list[str] = field(default_factory=list)
    warnings: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the files and the database say the same."""
        return not (self.new or self.changed or self.clinic)


def import_files(
    database: Database, articles: Path, sources: Path, clinic: Path, *, overwrite: bool = False
) -> Difference:
    """Brings articles, sources and clinic facts from files into the database.

    What is new is always taken. What differs is taken only with `overwrite`, as a new version; the old
    one stays. Everything is checked first and written in one transaction.

    Raises:
        Problems: something in the files is wrong; nothing was written.
    """
    with database.read() as session:
        general = select(ArticleLink.topic).where(ArticleLink.entity == "")
        answered = set(session.scalars(general))
    from_files = read_articles(articles, sources, answered=answered)
    known_sources = read_sources(sources)
    this_clinic = read_as(clinic, Clinic)
    facts = this_clinic.model_dump(mode="json", exclude_none=True)
    difference = Difference(warnings=len(warnings(articles, from_files, this_clinic, now().date())))
    with database.write() as session:
        source_ids = _import_sources(session, known_sources)
        stored = {article.name: article for article in session.scalars(_whole_articles())}
        # Links move between articles in one import; a link is freed before another article takes it.
        if overwrite:
            names = [stored[name].id for name in from_files if name in stored]
            session.execute(delete(ArticleLink).where(ArticleLink.article_id.in_(names)))
        _free(
            session,
            {name: file for name, file in from_files.items() if name not in stored},
            articles,
            overwrite,
        )
        for name, file in from_files.items():
            article = stored.get(name)
            if article is None:
                difference.new.append(name)
                article = Article(name=name)
                session.add(article)
                _add_version(session, article, file, source_ids)
                _link(session, article, file.answers)
                continue
            fields = _differing(_as_file(article), file)
            if fields:
                difference.changed[name] = fields
            else:
                difference.same.append(name)
            if overwrite:
                if set(fields) - {"answers"}:
                    _add_version(session, article, file, source_ids)
                _link(session, article, file.answers)
        difference.only_stored = sorted(set(stored) - set(from_files))
        difference.clinic = _import_clinic(session, facts, overwrite)
    return difference


def is_empty(database: Database) -> bool:
    """Whether nothing was ever imported."""
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(ClinicFacts)) == 0


def export_articles(database: Database, folder: Path) -> list[Path]:
    """Writes every live article to `folder`, one YAML file each, as `import_files` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    with database.read() as session:
        for article in session.scalars(_whole_articles()):
            path = folder / f"{article.name}.yml"
            path.write_text(as_yaml(_as_file(article)), encoding="utf-8")
            written.append(path)
    return written


def as_yaml(article: ArticleFile) -> str:
    """An article as the text of its file, in the order of the schema, without what is not set."""
    plain: dict[str, Any] = {}
    for name, value in article.model_dump(exclude_defaults=True).items():
        if name == "answers":
            plain[name] = [{key: part for key, part in link.items() if part} for link in value]
        elif name in _LONG_TEXT:
            plain[name] = LiteralScalarString(_wrapped(value))
        else:
            plain[name] = value
    yaml = YAML()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(plain, stream)
    return stream.getvalue()


def _wrapped(text: str, width: int = 116) -> str:
    # Template code is left on one line: a break inside it would still read the same, but not to people.
    paragraphs = (
        # A break at a hyphen would be read back as a space.
        paragraph if "{" in paragraph else textwrap.fill(paragraph, width, break_on_hyphens=False)
        for paragraph in text.split("\n\n")
    )
    return "\n\n".join(paragraphs) + "\n"


def _whole_articles() -> Any:
    version = selectinload(Article.live_version)
    return (
        select(Article)
        .order_by(Article.name)
        .options(version.selectinload(ArticleVersion.citations), selectinload(Article.links))
    )


def _as_file(article: Article) -> ArticleFile:
    version = article.live_version
    assert version is not None, f"{article.name} has no live version"
    fields = {
        name: getattr(version, name)
        for name in ArticleFile.model_fields
        if name not in ("answers", "sources")
    }
    answers = [
        Answers(topic=link.topic, entity={link.entity: link.value} if link.entity else {})
        for link in article.links
    ]
    return ArticleFile(answers=answers, sources=[source.key for source in version.sources], **fields)


def _differing(stored: ArticleFile, file: ArticleFile) -> list[str]:
    return [name for name in ArticleFile.model_fields if getattr(stored, name) != getattr(file, name)]


def _import_sources(session: Session, files: dict[str, SourceFile]) -> dict[str, int]:
    stored = {source.key: source for source in session.scalars(select(Source))}
    for key, file in files.items():
        source = stored.setdefault(key, Source(key=key))
        source.title, source.publisher, source.year = file.title, file.publisher, file.year
        source.url = str(file.url) if file.url else None
        session.add(source)
    session.flush()
    return {key: source.id for key, source in stored.items()}


def _add_version(session: Session, article: Article, file: ArticleFile, source_ids: dict[str, int]) -> None:
    fields = file.model_dump(exclude={"answers", "sources"})
    number = max((version.number for version in article.versions), default=0) + 1
    version = ArticleVersion(number=number, **fields)
    version.citations = [
        Citation(source_id=source_ids[key], position=position) for position, key in enumerate(file.sources)
    ]
    article.versions.append(version)
    session.flush()
    article.live_version_id = version.id


def _free(session: Session, added: dict[str, ArticleFile], folder: Path, overwrite: bool) -> None:
    """Takes from stored articles what a new one answers instead (one that was renamed, say).

    Raises:
        Problems: that would overwrite, and it was not told to.
    """
    holders = {(link.topic, link.entity, link.value): link for link in session.scalars(select(ArticleLink))}
    problems = []
    for name, file in added.items():
        for answer in file.answers:
            for entity, value in list(answer.entity.items()) or [("", "")]:
                held = holders.get((answer.topic, entity, value))
                if held is None:
                    continue
                if overwrite:
                    session.delete(held)
                    continue
                asked = f"{answer.topic} for {value}" if value else answer.topic
                what = f"`{held.article.name}` in the database already answers {asked}."
                remedy = "Give the file that name, or import with --overwrite to let this one answer instead."
                problems.append(Problem("M218", what, remedy, folder / f"{name}.yml"))
    if problems:
        raise Problems(problems)
    session.flush()


def _link(session: Session, article: Article, answers: list[Answers]) -> None:
    for answer in answers:
        for entity, value in list(answer.entity.items()) or [("", "")]:
            session.add(ArticleLink(article_id=article.id, topic=answer.topic, entity=entity, value=value))
    session.flush()


def _import_clinic(session: Session, facts: dict[str, Any], overwrite: bool) -> list[str]:
    row = session.get(ClinicFacts, 1)
    if row is None:
        session.add(ClinicFacts(id=1, facts=facts))
        return sorted(facts)
    names = sorted(set(facts) | set(row.facts))
    changed = [name for name in names if facts.get(name) != row.facts.get(name)]
    if changed and overwrite:
        row.facts = facts
    return changed
