"""Articles as people write them: one YAML file each, checked before anything is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator

from bot.knowledge import never_repeat
from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import TemplateProblem, check_template
from bot.knowledge.topics import BOOKING, topics
from bot.knowledge.vocabulary import Vocabulary, vocabulary
from bot.problems import Problem, Problems
from bot.yaml_files import fit, line_of, read

ARTICLES = Path(__file__).with_name("articles")
SOURCES = Path(__file__).with_name("sources.yml")
SHORT_WORDS = 60
# What a visitor may be shown of an article.
TEXTS = ("title", "short", "more", "get_help", "otherwise", "disagreement")
# The five articles that the knowledge base began with have no address; every other source has one.
WITHOUT_ADDRESS = frozenset(
    {
        "article_back_pain_treatment",
        "article_how_can_you_use",
        "article_healthy_back",
        "article_how_many",
        "article_understanding",
    }
)

Evidence = Literal["strong", "moderate", "low", "disputed", "practical"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(_Strict):
    """One entry of sources.yml."""

    title: str = Field(min_length=3)
    publisher: str | None
    year: int | None = Field(ge=1900, le=2100)
    url: HttpUrl | None


class Answers(_Strict):
    """What an article answers: a topic, and where `entity` stands only that variant of it."""

    topic: str
    entity: dict[str, str] = Field(default_factory=dict, max_length=1)

    @field_validator("topic")
    @classmethod
    def _exists(cls, topic: str) -> str:
        if topic not in topics():
            raise ValueError(f"there is no topic {topic!r} in topics.yml")
        return topic


class ArticleFile(_Strict):
    """One file of bot/knowledge/articles/. `short` stands alone; `more` adds; `get_help` says when to."""

    answers: list[Answers] = Field(min_length=1)
    title: str = Field(min_length=3, max_length=120)
    short: str
    more: str
    get_help: str | None = None
    needs: list[str] = Field(default_factory=list)
    otherwise: str | None = None
    evidence: Evidence
    disagreement: str | None = None
    sources: list[str]
    edited_at: date
    last_reviewed: date | None = None
    reviewed_by: str | None = None
    review_due: date
    related: list[str] = Field(default_factory=list, max_length=3)

    @field_validator("short", "more", "get_help", "otherwise", "disagreement")
    @classmethod
    def _paragraphs(cls, text: str | None) -> str | None:
        """Lines are joined and paragraphs kept: line breaks in the file are for the writer."""
        if text is None:
            return None
        paragraphs = (" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n"))
        text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
        if not text:
            raise ValueError("is empty")
        try:
            check_template(text)
        except TemplateProblem as error:
            raise ValueError(str(error)) from None
        return text

    @field_validator("short", "otherwise")
    @classmethod
    def _is_short(cls, text: str | None) -> str | None:
        # Text with template code is measured when it is filled in: the code is no words.
        if text and "{" not in text and len(text.split()) > SHORT_WORDS:
            raise ValueError(f"has {len(text.split())} words; at most {SHORT_WORDS}")
        return text

    @field_validator("related")
    @classmethod
    def _related_exist(cls, related: list[str]) -> list[str]:
        unknown = [topic for topic in related if topic not in topics()]
        if unknown:
            raise ValueError(f"there is no topic {', '.join(unknown)} in topics.yml")
        return related

    @field_validator("needs")
    @classmethod
    def _needs_exist(cls, needs: list[str]) -> list[str]:
        unknown = [need for need in needs if need not in Clinic.model_fields]
        if unknown:
            raise ValueError(f"clinic.yml has no field {', '.join(unknown)}")
        return needs

    @model_validator(mode="after")
    def _hangs_together(self) -> ArticleFile:
        if bool(self.needs) != bool(self.otherwise):
            raise ValueError("`needs` and `otherwise` go together: what is said when the clinic has not told")
        if (self.last_reviewed is None) != (self.reviewed_by is None):
            raise ValueError(
                "`last_reviewed` and `reviewed_by` go together: a sign-off has a date and a name"
            )
        if not self.sources and not self.needs:
            raise ValueError("an article that is not about this clinic names at least one source")
        if self.review_due <= self.edited_at:
            raise ValueError("`review_due` is not after `edited_at`")
        return self


def read_sources(path: Path = SOURCES) -> dict[str, SourceFile]:
    """Every source by its key. Raises `Problems` with file and line."""
    data = read(path)
    try:
        return {key: fit(path, value, SourceFile) for key, value in data.items()}
    except AttributeError:
        what = "This file should hold one entry for each source."
        raise Problems([Problem("M205", what, "Write `key: {title: …}`.", path)]) from None


def read_articles(
    folder: Path = ARTICLES, sources: Path = SOURCES, *, answered: Collection[str] = ()
) -> dict[str, ArticleFile]:
    """Every article by its name, which is its file's name. What must not be published is refused here.

    `answered` are topics that have a live article elsewhere, so that a link to them leads somewhere.

    Raises:
        Problems: everything that is wrong in any of the files, so that all can be mended at once.
    """
    known = read_sources(sources)
    found: dict[str, ArticleFile] = {}
    written: dict[str, Any] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            written[path.stem] = read(path)
            found[path.stem] = fit(path, written[path.stem], ArticleFile)
        except Problems as error:
            problems += error.problems
        if isinstance(written.get(path.stem), dict):
            problems += never_repeat.refused(path, written[path.stem], TEXTS)
    # An article that cannot be read is there all the same: what links to it is not wrong.
    live = {BOOKING, *answered, *_topics_claimed(written)}
    for name, article in found.items():
        path, data = folder / f"{name}.yml", written[name]
        problems += _bad_citations(path, data, article, known, sources)
        problems += _links_to_nothing(path, data, article, live, vocabulary())
    problems += _answered_twice(folder, found)
    if not found and not problems:
        problems.append(Problem("M207", "There are no articles here.", "Add one file an article.", folder))
    if problems:
        raise Problems(problems)
    return found


def _topics_claimed(written: dict[str, Any]) -> Iterator[str]:
    """Topics that have a general answer, as far as the files can be made out."""
    for data in written.values():
        links = data.get("answers") if isinstance(data, dict) else None
        for link in links if isinstance(links, list) else ():
            if isinstance(link, dict) and isinstance(link.get("topic"), str) and not link.get("entity"):
                yield link["topic"]


def _bad_citations(
    path: Path, data: Any, article: ArticleFile, known: dict[str, SourceFile], sources: Path
) -> Iterator[Problem]:
    for position, key in enumerate(article.sources):
        line = line_of(data, ("sources", position))
        if key not in known:
            yield Problem("M206", f"There is no source {key!r}.", f"Add it to {sources.name}.", path, line)
        elif known[key].url is None and key not in WITHOUT_ADDRESS:
            what = f"The source {key!r} has no address, so nobody can look it up."
            yield Problem("M210", what, f"Give its `url` in {sources.name}.", path, line)


def _links_to_nothing(
    path: Path, data: Any, article: ArticleFile, live: Collection[str], words: Vocabulary
) -> Iterator[Problem]:
    for position, topic in enumerate(article.related):
        if topic not in live:
            what = f"No article answers the related topic {topic!r}."
            line = line_of(data, ("related", position))
            yield Problem("M211", what, "Write that article first, or leave it out.", path, line)
    for position, answers in enumerate(article.answers):
        for entity, value in answers.entity.items():
            line = line_of(data, ("answers", position, "entity", entity))
            if wrong := words.why_not(entity, value):
                yield Problem("M212", f"Nobody can ask for this variant: {wrong[0]}.", wrong[1], path, line)
            if answers.topic not in live:
                what = f"This is a variant of {answers.topic!r}, which has no general article."
                remedy = "Write the general article first: it answers for everything that has no variant."
                yield Problem("M213", what, remedy, path, line)


def _answered_twice(folder: Path, articles: dict[str, ArticleFile]) -> list[Problem]:
    links = [
        (answers.topic, *entity, name)
        for name, article in articles.items()
        for answers in article.answers
        for entity in (list(answers.entity.items()) or [("", "")])
    ]
    count = Counter(link[:3] for link in links)
    return [
        Problem(
            "M208",
            f"Another article answers {' '.join(link[:3]).strip()} too.",
            "Let one of them answer it.",
            folder / f"{link[3]}.yml",
            1,
        )
        for link in links
        if count[link[:3]] > 1
    ]
