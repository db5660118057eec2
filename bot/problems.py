"""A problem that a person can mend: what is wrong, where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem(Exception):
    """One thing that stops Meridian or a command.

    `code` is stable and searchable (`M101`), `what` says what is wrong, `remedy` what to do,
    `file` and `line` (from 1) where, when there is a place.
    """

    code: str
    what: str
    remedy: str
    file: Path | None = None
    line: int | None = None

    @property
    def where(self) -> str:
        """`clinic.yml:12`, `clinic.yml`, or nothing."""
        if self.file is None:
            return ""
        return str(self.file) if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what} [{self.code}] {self.remedy}"


class Problems(Exception):
    """Several problems found in one look; nothing was changed."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
