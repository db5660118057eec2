"""The public data sets, few examples drawn from them, and Rasa's format for training data."""

from __future__ import annotations

import csv
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.problems import Problem, Problems

EACH = 10  # examples of an intent: about what a clinic writes for a topic on its first day

Examples = Mapping[str, list[str]]


@dataclass(frozen=True)
class DataSet:
    """Examples by intent to draw from, test questions with their intents, and questions of no intent."""

    name: str
    train: Examples
    test: list[tuple[str, str]]
    outside: list[str]


def read_banking77(folder: Path) -> DataSet:
    """BANKING77 (Casanueva et al., 2020): 77 intents of one bank, many of them close. CC BY 4.0.

    Raises:
        Problems: a file is missing or is not what it should be.
    """
    train = [_csv(folder / "banking77_train.csv"), _csv(folder / "banking77_test.csv")]
    return DataSet("BANKING77", _by_intent(train[0]), train[1], [])


def read_clinc150(folder: Path) -> DataSet:
    """CLINC150 (Larson et al., 2019): 150 intents of ten fields, and questions outside of all. CC BY 3.0.

    Raises:
        Problems: the file is missing or is not what it should be.
    """
    path = folder / "clinc150_full.json"
    try:
        parts = json.loads(path.read_text(encoding="utf-8"))
        train = _by_intent((_plain(text), intent) for text, intent in parts["train"])
        test = [(_plain(text), intent) for text, intent in parts["test"]]
        outside = [_plain(text) for text, _ in parts["oos_test"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unreadable(path, error) from None
    return DataSet("CLINC150", train, test, outside)


READERS = {"banking77": read_banking77, "clinc150": read_clinc150}


def drawn(examples: Examples, each: int = EACH, seed: int = 0) -> dict[str, list[str]]:
    """`each` different examples of every intent; the same for the same seed.

    Raises:
        ValueError: an intent has fewer.
    """
    chosen = {}
    for intent in sorted(examples):
        # A generator for each intent: what is drawn of one does not hang on what others there are.
        pool = sorted(set(examples[intent]))
        chosen[intent] = random.Random(f"{seed} {intent}").sample(pool, each)
    return chosen


def sample(items: list[tuple[str, str]], size: int | None) -> list[tuple[str, str]]:
    """At most `size` of the items, the same ones every time; all of them for None."""
    return items if size is None or size >= len(items) else random.Random(0).sample(items, size)


def nlu_file(examples: Examples) -> str:
    """The examples as one of Rasa's training files."""
    lines = ['version: "3.1"', "nlu:"]
    for intent, texts in examples.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
    return "\n".join(lines) + "\n"


def _csv(path: Path) -> list[tuple[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [(_plain(row["text"]), row["category"]) for row in csv.DictReader(file)]
    except (OSError, ValueError, KeyError) as error:
        raise _unreadable(path, error) from None


def _plain(text: str) -> str:
    """One line, without the brackets that mark entities in Rasa's files."""
    return " ".join(text.translate(str.maketrans("[]{}", "()()")).split())


def _by_intent(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for text, intent in rows:
        found[intent].append(text)
    return dict(found)


def _unreadable(path: Path, error: Exception) -> Problems:
    what = f"This data set cannot be read: {type(error).__name__}."
    return Problems([Problem("M501", what, "Name its folder with --datasets, or leave it out.", path)])
