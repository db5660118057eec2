"""Finds claims that no text for visitors may make (never_repeat.yml), and lets a denial of them pass."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from ruamel.yaml.scalarstring import LiteralScalarString

from bot.problems import Problem, Problems
from bot.yaml_files import line_of, read, read_as

NEVER_REPEAT = Path(__file__).with_name("never_repeat.yml")

_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=\S)|\n(?!\s*\n))+[.!?]*")
# Every kind of hyphen and apostrophe that a word processor puts in; one letter each, so that places stay.
_PLAIN = str.maketrans({"‐": "-", "‑": "-", "–": "-", "’": "'"})


def _compiles(pattern: str) -> str:
    try:
        _compiled(pattern)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class Claim(BaseModel):
    """One entry of never_repeat.yml, whose head says what each part means."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    claim: str
    pattern: Pattern
    beside: Pattern | None = Field(None, alias="with")
    unless: Literal["denied"] | None = None
    why: str
    found_in: list[str] = Field(default_factory=list)


class _ClaimsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    denials: list[Pattern]
    claims: list[Claim]


@cache
def _list() -> _ClaimsFile:
    return read_as(NEVER_REPEAT, _ClaimsFile)


def claims() -> list[Claim]:
    """Every claim of the list. Raises `Problems` with file and line."""
    return _list().claims


def claims_in(text: str) -> Iterator[tuple[Claim, int]]:
    """Each claim that `text` makes, with the place (from 0) where it begins."""
    text = text.translate(_PLAIN)
    sentences = list(_SENTENCE.finditer(text))
    for number, sentence in enumerate(sentences):
        following = sentences[number + 1][0] if number + 1 < len(sentences) else ""
        for claim in claims():
            for found in _compiled(claim.pattern).finditer(sentence[0]):
                if _is_made(claim, sentence[0], found, following):
                    yield claim, sentence.start() + found.start()
                    break


def _is_made(claim: Claim, sentence: str, found: re.Match[str], following: str) -> bool:
    if claim.beside and not _compiled(claim.beside).search(sentence):
        return False
    if claim.unless is None:
        return True
    passage = f"{sentence[: found.start()]} CLAIM {sentence[found.end() :]} {following}"
    passage = " ".join(passage.split())
    return not any(_compiled(denial).search(passage) for denial in _list().denials)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(" (\\??)", lambda space: r"\s*" if space[1] else r"\s+", pattern), re.I | re.S)


def check(path: Path) -> None:
    """Raises `Problems` for each claim that a text of this file makes."""
    data = read(path)
    if isinstance(data, dict) and (problems := list(refused(path, data, tuple(data)))):
        raise Problems(problems)


def refused(path: Path, data: Any, fields: tuple[str, ...]) -> Iterator[Problem]:
    """A problem for each claim in these fields of `data`, read from `path`, with the line it stands on."""
    for field in fields:
        text = data.get(field)
        if not isinstance(text, str):
            continue
        for claim, place in claims_in(text):
            line = line_of(data, (field,))
            # Text under `field: |` begins one line further down and keeps its lines; other text may not.
            if line is not None and isinstance(text, LiteralScalarString):
                line += 1 + text.count("\n", 0, place)
            words = (
                f"`{field}` says that {claim.claim}." if claim.unless else f"`{field}` has: {claim.claim}."
            )
            yield Problem("M209", words, f"{claim.why} Say it otherwise or leave it out.", path, line)
