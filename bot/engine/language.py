"""Builds the spaCy pipeline that Rasa reads: English tokens, lemmas, and the clinic's vocabulary as entities.

`python -m bot.engine.language models/language` reads `bot/data/nlu/vocabulary.yml`. A value's synonyms become
patterns here; that they leave the pipeline as the canonical value is Rasa's `EntitySynonymMapper`'s doing.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any, cast

import ruamel.yaml
import spacy
from ruamel.yaml.error import YAMLError
from spacy.language import Language
from spacy.pipeline import EntityRuler

VOCABULARY = Path("bot/data/nlu/vocabulary.yml")

Pattern = dict[str, Any]

UNIT = {"IN": ["day", "days", "week", "weeks", "wk", "wks", "month", "months", "year", "years", "yr", "yrs"]}
SMALL_NUMBER = {
    "IN": [
        "a",
        "an",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "couple",
        "few",
        "several",
        "many",
    ]
}
SEASON_OR_MONTH = {
    "IN": [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "spring",
        "summer",
        "autumn",
        "fall",
        "winter",
        "christmas",
        "yesterday",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ]
}
DURATIONS: list[list[Pattern]] = [
    [{"LIKE_NUM": True}, {"LOWER": UNIT}],
    [{"LIKE_NUM": True}, {"LOWER": {"IN": ["-", "–", "to", "or"]}}, {"LIKE_NUM": True}, {"LOWER": UNIT}],
    [{"LOWER": SMALL_NUMBER}, {"LOWER": "of", "OP": "?"}, {"LOWER": UNIT}],
    [{"LOWER": {"REGEX": r"^\d{1,3}(d|w|wks?|m|mo|mths?|y|yrs?)$"}}],
    [{"LOWER": "since"}, {"LOWER": "last", "OP": "?"}, {"LOWER": {"REGEX": r"^(19|20)\d\d$"}}],
    [{"LOWER": "since"}, {"LOWER": "last", "OP": "?"}, {"LOWER": SEASON_OR_MONTH}],
    [{"LOWER": "since"}, {"LOWER": "last"}, {"LOWER": UNIT}],
]


class VocabularyError(Exception):
    """The vocabulary file is missing or is not in Rasa's NLU format."""


def build(target: Path, vocabulary: Path = VOCABULARY) -> Language:
    """Makes the pipeline and writes it to the folder `target`, which appears or changes all at once.

    Raises:
        VocabularyError: the vocabulary cannot be read.
    """
    language = pipeline(patterns(vocabulary))
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
        draft = Path(scratch) / "language"
        language.to_disk(draft)
        if target.exists():
            target.rename(Path(scratch) / "old")
        shutil.move(draft, target)
    return language


def pipeline(vocabulary: list[Pattern]) -> Language:
    """Blank English with the lookup lemmatiser and an entity ruler.

    No trained pipeline of spaCy is used: none is on the package index, and the engine needs neither tags nor
    a parse.
    """
    language = spacy.blank("en")
    language.add_pipe("lemmatizer", config={"mode": "lookup"})
    language.initialize()  # fetches the lemmas; it would empty a ruler that is there already
    ruler = cast(EntityRuler, language.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"}))
    durations: list[Pattern] = [{"label": "duration", "pattern": tokens} for tokens in DURATIONS]
    ruler.add_patterns([*vocabulary, *durations])
    return language


def patterns(vocabulary: Path) -> list[Pattern]:
    """A phrase for each value of each lookup and for its synonyms; the label is the lookup's name."""
    lookups: dict[str, list[str]] = {}
    synonyms: dict[str, list[str]] = {}
    for item in _items(vocabulary):
        for kind, values in (("lookup", lookups), ("synonym", synonyms)):
            if kind in item:
                values.setdefault(str(item[kind]), []).extend(_examples(item))
    return [
        {"label": label, "pattern": phrase}
        for label, canonical in lookups.items()
        for value in canonical
        for phrase in (value, *synonyms.get(value, ()))
    ]


def _items(vocabulary: Path) -> list[dict[str, Any]]:
    try:
        content = ruamel.yaml.YAML(typ="safe", pure=True).load(vocabulary.read_text(encoding="utf-8"))
        return list(content["nlu"])
    except FileNotFoundError:
        raise VocabularyError(f"There is no {vocabulary}.") from None
    except (YAMLError, KeyError, TypeError) as error:
        raise VocabularyError(f"{vocabulary} is not Rasa NLU data: {error}") from None


def _examples(item: dict[str, Any]) -> list[str]:
    lines = str(item.get("examples", "")).splitlines()
    return [line.removeprefix("-").strip() for line in lines if line.removeprefix("-").strip()]


def main() -> None:
    """Builds into the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Builds the spaCy pipeline of the language engine.")
    parser.add_argument("target", type=Path, nargs="?", default=Path("models/language"))
    parser.add_argument("--vocabulary", type=Path, default=VOCABULARY)
    options = parser.parse_args()
    build(options.target, options.vocabulary)


if __name__ == "__main__":
    main()
