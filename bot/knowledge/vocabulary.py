"""What a visitor can ask about by name: the entities of the engine's vocabulary, to see which variants can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.problems import Problem, Problems
from bot.yaml_files import read

VOCABULARY = Path(__file__).parents[1] / "data" / "nlu" / "vocabulary.yml"


@dataclass(frozen=True)
class Vocabulary:
    """Values by type of entity, and the value that each synonym stands for."""

    values: dict[str, frozenset[str]]
    synonyms: dict[str, str]

    def why_not(self, entity: str, value: str) -> tuple[str, str] | None:
        """Why a message never carries this entity, and what to do about it; None where one can."""
        if entity not in self.values:
            return f"there is no entity {entity!r}", f"Write one of {', '.join(self.values)}."
        if value in self.values[entity]:
            return None
        if self.synonyms.get(value.lower()) in self.values[entity]:
            meant = self.synonyms[value.lower()]
            return f"{value!r} is understood as {meant!r}", f"Write {meant!r}."
        return f"the {entity} {value!r} is not in the vocabulary", f"Add it to {VOCABULARY.name}."


def read_vocabulary(path: Path = VOCABULARY) -> Vocabulary:
    """The vocabulary as the engine reads it. Raises `Problems` where it is no NLU data."""
    values: dict[str, set[str]] = {}
    synonyms: dict[str, str] = {}
    try:
        for item in read(path)["nlu"]:
            if "lookup" in item:
                values.setdefault(item["lookup"], set()).update(_examples(item))
            elif "synonym" in item:
                synonyms.update((example.lower(), item["synonym"]) for example in _examples(item))
    except (TypeError, KeyError, AttributeError):
        what = "This file should hold lookups and synonyms."
        raise Problems([Problem("M205", what, "Write it as Rasa's NLU data.", path)]) from None
    return Vocabulary({entity: frozenset(found) for entity, found in values.items()}, synonyms)


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with Meridian."""
    return read_vocabulary()


def _examples(item: dict[str, Any]) -> list[str]:
    lines = (line.removeprefix("-").strip() for line in item["examples"].splitlines())
    return [line for line in lines if line]
