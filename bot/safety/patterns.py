"""The shape of `patterns.yml`, and its loading with the line of what is wrong."""

from __future__ import annotations

import hashlib
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints

from bot.problems import Problem, Problems
from bot.safety.phrases import items_of, layers, names_in
from bot.yaml_files import fit, line_of, read

PATTERNS = Path(__file__).parent / "patterns.yml"

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Phrase = Annotated[str, StringConstraints(pattern=r"^[a-z0-9<>_|?. ]+$")]


class Level(StrEnum):
    """How bad it is, the worst first."""

    EMERGENCY = "emergency"
    CRISIS = "crisis"
    CONCERN = "concern"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Level).index(self)

    @property
    def stops(self) -> bool:
        """Whether a message with such a sign gets its fixed words only; urgent ones stand before the answer."""
        return self is not Level.URGENT


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pattern(_Part):
    """One way in which a sign is told: one of the phrases of `say`, or all concepts of `together`."""

    id: Name
    say: list[Phrase] = []
    together: list[Name] = []
    within: Annotated[int, Field(ge=1, le=40)] | Literal["clause", "sentence", "message"] = "sentence"
    unless: list[Name] = []
    """Concepts that explain the sign away when they stand in the same sentence."""
    even_asked: bool = False
    """Counts in a question about acupuncture in general, too."""
    even_past: bool = False
    treatable: bool = False
    """Something people live with: no warning when the question is whether treatment helps it."""


class Family(_Part):
    """A warning sign, how bad it is and who says so."""

    sign: Name
    level: Level
    description: Annotated[str, StringConstraints(min_length=10)]
    source: HttpUrl
    checked: date | None = None
    """When somebody last saw the sign on that page; nothing until somebody has."""
    patterns: Annotated[list[Pattern], Field(min_length=1)]


class Patterns(_Part):
    """Everything the rules know."""

    calm: list[Phrase]
    """Turns of phrase that hide the words in them: "this is killing me"."""
    concepts: dict[Name, Annotated[list[Phrase], Field(min_length=1)]]
    families: Annotated[list[Family], Field(min_length=1)]
    version: str = Field(default="", exclude=True)


def load_patterns(path: Path = PATTERNS) -> Patterns:
    """The rules.

    Raises:
        Problems: each value that does not fit, each name that is not there, with file and line.
    """
    data = read(path)
    patterns = fit(path, data, Patterns)
    problems: list[Problem] = []

    def wrong(code: str, what: str, *place: int | str) -> None:
        problems.append(Problem(code, what, "Correct this value.", path, line_of(data, place)))

    seen: set[str] = set()
    for name, phrases in patterns.concepts.items():
        for number, phrase in enumerate(phrases):
            for missing in sorted(names_in(phrase) - patterns.concepts.keys()):
                wrong("M501", f"There is no concept `{missing}`.", "concepts", name, number)
            if all(optional for _, optional in items_of(phrase)):
                wrong("M508", f"Nothing in “{phrase}” must be there.", "concepts", name, number)
    for f, family in enumerate(patterns.families):
        for p, pattern in enumerate(family.patterns):
            place = ("families", f, "patterns", p)
            if pattern.id in seen:
                wrong("M502", f"There are two patterns `{pattern.id}`.", *place)
            seen.add(pattern.id)
            if bool(pattern.say) == bool(pattern.together):
                wrong("M503", f"`{pattern.id}` needs either `say` or `together`.", *place)
            used = {*pattern.together, *pattern.unless}.union(*map(names_in, pattern.say))
            for missing in sorted(used - patterns.concepts.keys()):
                wrong("M501", f"There is no concept `{missing}`.", *place)
    if not problems:
        try:
            layers(patterns.concepts)
        except ValueError as error:
            wrong("M504", f"Concepts go round in a circle: {error}.", "concepts")
    if problems:
        raise Problems(problems)
    return patterns.model_copy(update={"version": _version(path)})


def _version(path: Path) -> str:
    """Changes with these rules, with how they are read, with the statements and with what is said."""
    folder = Path(__file__).parent
    others = [each for each in sorted(folder.rglob("*.yml")) if each != PATTERNS]
    parts = [path, *others, *sorted(folder.glob("*.py"))]
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]
