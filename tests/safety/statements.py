"""What visitors might type, with how grave a careful clinician finds it. The screen was not written from these."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT

PATH = ROOT / "tests/data/warnings.jsonl"
UNSEEN = ROOT / "tests/data/warnings_unseen.jsonl"
FRESH = ROOT / "tests/data/warnings_fresh.jsonl"
"""Written by somebody else and kept from everybody until the screen was first scored on it."""
CALM = "calm"
KEYS = {"id", "text", "level", "family", "kind"}


@dataclass(frozen=True)
class Statement:
    """A message and its level; `accept` has every level that a clinician would also agree to."""

    id: str
    text: str
    level: str
    family: str
    kind: str
    accept: frozenset[str]


def read_statements(path: Path = PATH) -> list[Statement]:
    """All statements, in the order of the file.

    Raises:
        ValueError: a line has other keys than it should, or does not accept its own level.
    """
    statements = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        accept = frozenset(row.pop("accept", [row["level"]]))
        if row.keys() != KEYS or row["level"] not in accept:
            raise ValueError(f"{path.name}, line {number}: {row.get('id')}")
        statements.append(Statement(**row, accept=accept))
    return statements
