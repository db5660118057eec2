"""What somebody should look at in articles that may be published: reading ages, reviews that are due, long answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.knowledge.articles import SHORT_WORDS, ArticleFile
from bot.knowledge.clinic import Clinic
from bot.knowledge.readability import reading_age, sentences, words_of
from bot.knowledge.rendering import TemplateProblem, render
from bot.knowledge.topics import topics
from bot.problems import Problem, Problems
from bot.yaml_files import line_of, read

READING_AGE = 14
# A reader of this clinic's pages has come across its trade.
TRADE = frozenset({"acupuncture", "acupuncturist", "acupuncturists"})


@dataclass(frozen=True)
class ReadingAge:
    """The age for `counted` (words that the visitor asked in count two syllables at most) and for `every` word."""

    counted: float
    every: float


def reading_ages(articles: dict[str, ArticleFile], clinic: Clinic) -> dict[str, ReadingAge]:
    """The reading age of each article: `short`, `more` and `get_help` together, as this clinic's visitors see them.

    Raises `TemplateProblem` where a text cannot be filled in; `warnings` tells which.
    """
    found = {}
    for name, article in articles.items():
        text = "\n\n".join(_shown(article, clinic).values())
        found[name] = ReadingAge(reading_age(text, _brought_along(article)), reading_age(text))
    return found


def warnings(folder: Path, articles: dict[str, ArticleFile], clinic: Clinic, today: date) -> list[Problem]:
    """What does not keep an article of `folder` from being published, each with its line, in the articles' order.

    Raises:
        Problems: texts that ask for what this clinic does not have.
    """
    if unfillable := list(_unfillable(folder, articles, clinic)):
        raise Problems(unfillable)
    ages = reading_ages(articles, clinic)
    return [
        problem
        for name, article in articles.items()
        for problem in _warnings(folder / f"{name}.yml", article, clinic, ages[name], today)
    ]


def _warnings(
    path: Path, article: ArticleFile, clinic: Clinic, age: ReadingAge, today: date
) -> Iterator[Problem]:
    shown = _shown(article, clinic)
    if article.review_due <= today:
        what = f"The review was due on {article.review_due}."
        remedy = "Let somebody read it again, then give the next date."
        yield Problem("M214", what, remedy, path, line_of(read(path), ("review_due",)))
    if round(age.counted, 1) > READING_AGE:
        field, words = max(
            ((field, words) for field, text in shown.items() for words in sentences(text)),
            key=lambda each: len(each[1]),
        )
        what = f"The reading age is {age.counted:.1f}, over {READING_AGE}."
        remedy = f"Use shorter words and sentences; the longest has {len(words)}: “{' '.join(words[:6])} …”."
        yield Problem("M215", what, remedy, path, line_of(read(path), (field,)))
    first = next(iter(shown))
    if (count := len(shown[first].split())) > SHORT_WORDS:
        what = f"With this clinic's facts, `{first}` has {count} words; {SHORT_WORDS} are enough."
        yield Problem("M216", what, "Shorten it, or the clinic's facts.", path, line_of(read(path), (first,)))


def _unfillable(folder: Path, articles: dict[str, ArticleFile], clinic: Clinic) -> Iterator[Problem]:
    for name, article in articles.items():
        for field in _fields(article, clinic):
            try:
                render(getattr(article, field) or "", clinic)
            except TemplateProblem as error:
                path = folder / f"{name}.yml"
                what = f"`{field}`: {error}."
                remedy = "Correct the name, or list the clinic's field under `needs`."
                yield Problem("M217", what, remedy, path, line_of(read(path), (field,)))


def _fields(article: ArticleFile, clinic: Clinic) -> tuple[str, ...]:
    """What is shown; where the clinic has not told, only what is said then."""
    return ("short", "more", "get_help") if clinic.tells(article.needs) else ("otherwise",)


def _shown(article: ArticleFile, clinic: Clinic) -> dict[str, str]:
    """The texts by field, filled in."""
    return {
        field: render(text, clinic) for field in _fields(article, clinic) if (text := getattr(article, field))
    }


def _brought_along(article: ArticleFile) -> frozenset[str]:
    """The words of what a visitor asked to get here: topic, variant and title."""
    asked = [article.title]
    for answers in article.answers:
        asked += [topics()[answers.topic], *answers.entity.values()]
    return TRADE.union(*map(words_of, asked))
