"""The shape of `scope.yml`: the words by which people deny, ask, suppose or look back."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.yaml_files import read_as

CUES = Path(__file__).parent / "scope.yml"


def _one_of(alternatives: object) -> object:
    return rf"\b(?:{'|'.join(map(str, alternatives))})\b" if isinstance(alternatives, list) else alternatives


def _split(text: object) -> object:
    return frozenset(text.split()) if isinstance(text, str) else text


def _phrases(texts: object) -> object:
    return [tuple(str(text).split()) for text in texts] if isinstance(texts, list) else texts


Words = Annotated[frozenset[str], BeforeValidator(_split)]
Expression = Annotated[re.Pattern[str], BeforeValidator(_one_of)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Denial(_Part):
    """How a sign is denied or taken back."""

    cues: Words
    harmless: dict[str, Words]
    only_before: dict[str, Words]
    ends: Words
    restarts: Words
    answers: Words
    gone: Annotated[list[tuple[str, ...]], BeforeValidator(_phrases)]
    none_of_it: Expression
    well: Words
    well_before: Words
    unwell: Words


class Question(_Part):
    """How people ask and suppose."""

    be: Words
    do: Words
    can: Words
    other: Words
    subjects: Words
    wh: Words
    before_wh: Words
    greetings: Words
    no_start: Words
    told: Expression
    supposed: Expression
    of_nobody: Expression
    real: Expression
    dated: Expression
    unreal: Words
    confirmed: Expression
    treats: Expression

    @property
    def auxiliaries(self) -> frozenset[str]:
        """Verbs that stand before the subject in a question."""
        return self.be | self.do | self.can | self.other


class Time(_Part):
    """How people look back."""

    past: Expression
    present: Expression
    over: Expression


class Cues(_Part):
    """Everything of `scope.yml`."""

    denial: Denial
    question: Question
    time: Time


@cache
def cues() -> Cues:
    """The cues, read once.

    Raises:
        Problems: the file does not fit.
    """
    return read_as(CUES, Cues)
