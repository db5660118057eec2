"""The statements for the warning screen are enough, of every sort, and each stands there once."""

from __future__ import annotations

import re
from collections import Counter

from bot.web.api.schemas import MAX_TEXT
from tests.safety.statements import CALM, read_statements

STATEMENTS = read_statements()
WARNINGS = [each for each in STATEMENTS if each.level != CALM]

AT_LEAST = {"emergency": 110, "crisis": 25, "urgent": 60, "concern": 12, CALM: 250}
EACH_FAMILY = 8
CALM_KINDS = {
    "negated": 50,
    "question": 50,
    "hypothetical": 20,
    "history": 25,
    "metaphor": 25,
    "near": 40,
    "ordinary": 50,
    "caution": 10,
    "sensation": 10,
}
WARNING_KINDS = {
    "lay", "typo", "third_person", "combined", "negated", "question", "history", "long", "esl", "terse", "txt", "caps",
}  # fmt: skip


def test_there_are_enough_of_each_level() -> None:
    counts = Counter(each.level for each in STATEMENTS)
    assert counts.keys() == AT_LEAST.keys()
    assert {level for level, least in AT_LEAST.items() if counts[level] < least} == set()


def test_every_family_has_enough_warnings() -> None:
    counts = Counter(each.family for each in WARNINGS)
    assert {family for family, count in counts.items() if count < EACH_FAMILY} == set()
    assert {each.family for each in STATEMENTS} == {*counts, "none"}


def test_calm_statements_cover_what_is_easily_mistaken() -> None:
    counts = Counter(each.kind for each in STATEMENTS if each.level == CALM)
    assert counts.keys() == CALM_KINDS.keys()
    assert {kind for kind, least in CALM_KINDS.items() if counts[kind] < least} == set()


def test_some_are_longer_than_a_message_may_be() -> None:
    """A message that is refused for its length is screened too, and the encoder reads only its beginning."""
    levels = {each.level for each in STATEMENTS if len(each.text) > MAX_TEXT}
    assert levels >= {"emergency", CALM}


def test_warnings_come_in_every_manner_of_writing() -> None:
    assert {each.kind for each in WARNINGS} == WARNING_KINDS


def test_only_known_levels_are_accepted_and_no_warning_may_be_let_pass() -> None:
    assert {level for each in STATEMENTS for level in each.accept} == AT_LEAST.keys()
    assert [each.id for each in WARNINGS if CALM in each.accept] == []


def test_ids_and_texts_are_there_once() -> None:
    ids = Counter(each.id for each in STATEMENTS)
    texts = Counter(re.sub(r"\W+", " ", each.text.lower()).strip() for each in STATEMENTS)
    assert [name for name, count in (ids + texts).items() if count > 1] == []
    assert [each.id for each in STATEMENTS if not re.fullmatch(r"[a-z]{2}-\d{3}", each.id)] == []
