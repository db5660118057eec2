"""Reading ages, against sentences whose words and syllables were counted by hand."""

from __future__ import annotations

import pytest

from bot.knowledge.readability import counts, reading_age, sentences, syllables

# Lincoln (1863), Dickens (1859) and Austen (1813): words, syllables, and the formula worked out on paper.
BY_HAND = [
    (
        "Four score and seven years ago our fathers brought forth on this continent, a new nation, conceived in "
        "Liberty, and dedicated to the proposition that all men are created equal.",
        30, 48, 19.99,
    ),
    ("It was the best of times, it was the worst of times.", 12, 12, 5.89),
    (
        "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in "
        "want of a wife.",
        23, 33, 15.31,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "heard", "age"), BY_HAND)
def test_a_sentence_counted_by_hand(text: str, words: int, heard: int, age: float) -> None:
    assert counts(text) == (words, heard, 1)
    assert reading_age(text) == pytest.approx(age, abs=0.005)


@pytest.mark.parametrize(
    ("word", "number"),
    [
        ("needle", 2), ("needled", 2), ("ache", 1), ("every", 2), ("several", 2),
        ("doctor's", 2), ("don't", 1), ("light-headed", 3),
        # Not in the pronouncing dictionary.
        ("sciatica", 4), ("paracetamol", 5), ("haemophilia", 5), ("acupuncturist", 5), ("moxibustion", 4),
        # Figures and abbreviations are taken in at a glance.
        ("2017", 1), ("BL23", 1), ("NHS", 1), ("3,974", 1), ("I", 1),
    ],
)  # fmt: skip
def test_syllables(word: str, number: int) -> None:
    assert syllables(word) == number


@pytest.mark.parametrize(
    ("text", "lengths"),
    [
        ("It costs $42.50. That is all.", [3, 3]),
        ("Ask Dr. Example, e.g. about pain. Then rest.", [6, 2]),
        ("Open from 9 a.m. to 5 p.m. on Monday.", [9]),
        ("Call now for any of these: weak legs; a foot you cannot lift; chest pain.", [8, 5, 2]),
        ("First paragraph\n\nSecond one", [2, 2]),
        ("Write to front-desk@clinic.example or see https://clinic.example/a.b today.", [5]),
    ],
)
def test_sentences_of_figures_lists_and_abbreviations(text: str, lengths: list[int]) -> None:
    assert [len(words) for words in sentences(text)] == lengths


def test_a_word_that_the_visitor_brought_along_is_short() -> None:
    text = "Electroacupuncture is a kind of acupuncture."
    assert counts(text, {"electroacupuncture"})[1] == counts(text)[1] - 4
    assert reading_age(text, {"Electroacupuncture"}) < reading_age(text)


def test_a_text_without_words_has_no_reading_age() -> None:
    with pytest.raises(ValueError, match="without words"):
        reading_age(" … ")
