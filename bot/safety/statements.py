"""The library of statements that must be found, of those that must stay calm, and of those that only teach."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.problems import Problem, Problems
from bot.yaml_files import fit, line_of, read

STATEMENTS = Path(__file__).parent / "statements.yml"
TEACHING = tuple(sorted((Path(__file__).parent / "teaching").glob("*.yml")))
"""What only teaches the second net; the gate does not hold the rules to it."""


class Statement(BaseModel):
    """Something people say; `sign` is the family it tells of, nothing for a calm one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    text: Annotated[str, StringConstraints(min_length=2)]
    sign: str | None = None


class Statements(BaseModel):
    """Warnings by their sign, and calm statements."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    warnings: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    calm: list[str] = []

    def all(self, prefix: str = "") -> list[Statement]:
        """Every statement, with an id that stays as long as its place in the list: `cauda_equina_3`.

        A `prefix` keeps the ids of two files apart: `emergencies_cauda_equina_3`.
        """
        told = [
            Statement(id=f"{prefix}{sign}_{number}", text=text, sign=sign)
            for sign, texts in self.warnings.items()
            for number, text in enumerate(texts, 1)
        ]
        return told + [
            Statement(id=f"{prefix}calm_{number}", text=text) for number, text in enumerate(self.calm, 1)
        ]


def load_statements(signs: set[str], path: Path = STATEMENTS) -> Statements:
    """The statements of `path`: STATEMENTS, or one of TEACHING.

    Raises:
        Problems: it does not fit, or names a sign that is not among `signs`; with file and line.
    """
    data = read(path)
    statements = fit(path, data, Statements)
    problems = [
        Problem("M505", f"There is no sign `{sign}`.", "Name one of patterns.yml.", path,
                line_of(data, ("warnings", sign)))
        for sign in statements.warnings
        if sign not in signs
    ]  # fmt: skip
    if problems:
        raise Problems(problems)
    return statements
