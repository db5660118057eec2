"""The rules as data: the gate that holds them to the library, and the place of every mistake."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bot.problems import Problems
from bot.safety.gate import misses
from bot.safety.net import NOT_BY_MEANING, library
from bot.safety.patterns import PATTERNS, load_patterns
from bot.safety.spelling import Spelling
from bot.safety.statements import STATEMENTS, load_statements
from bot.safety.words import read_words
from bot.settings import Settings
from bot.setup import check_warnings


def test_the_rules_find_every_warning_of_the_library_and_no_calm_one() -> None:
    assert misses() == []


def test_the_gate_names_the_statement_that_would_be_missed(tmp_path: Path) -> None:
    poorer = tmp_path / "patterns.yml"
    text = PATTERNS.read_text(encoding="utf-8")
    poorer.write_text(text.replace("{id: cannot_pee, say: [<retention>]}", "{id: cannot_pee, say: [zzz]}"))
    problems = misses(poorer)
    assert {problem.code for problem in problems} == {"M506"}
    assert all(problem.file == STATEMENTS and problem.line for problem in problems)


def test_the_gate_names_the_statement_that_would_alarm(tmp_path: Path) -> None:
    jumpy = tmp_path / "patterns.yml"
    text = PATTERNS.read_text(encoding="utf-8")
    jumpy.write_text(text.replace("{id: cannot_pee, say: [<retention>]}", "{id: cannot_pee, say: [sore]}"))
    assert "M507" in {problem.code for problem in misses(jumpy)}


def test_the_library_is_large_and_names_only_signs_there_are() -> None:
    signs = {family.sign for family in load_patterns().families}
    statements = load_statements(signs)
    assert sum(map(len, statements.warnings.values())) >= 150
    assert signs == set(statements.warnings), "every sign has statements"
    with pytest.raises(Problems, match=r"statements.yml:\d+: There is no sign `\w+`. \[M505\]"):
        load_statements(signs - {"chest"})


def test_what_only_teaches_repeats_nothing_and_its_ids_are_its_own() -> None:
    levels = {family.sign: family.level for family in load_patterns().families}
    told = library(set(levels))
    assert levels.keys() - NOT_BY_MEANING == {each.sign for each in told} - {None}, "every sign is taught"
    assert len({each.id for each in told}) == len(told)
    again = Counter(" ".join(read_words(each.text).text) for each in told)
    assert [text for text, times in again.items() if times > 1] == []


RULES = """\
calm: []
concepts:
  numb: [numb]
families:
  - sign: one
    level: urgent
    description: Something is numb.
    source: https://www.nhs.uk/conditions/back-pain/
    patterns:
      - {id: first, say: [<numb>]}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("level: urgent", "level: dire", r"6: `families.0.level`.*M204"),
        ("say: [<numb>]", "say: [<cold>]", r"10: There is no concept `cold`. \[M501\]"),
        ("say: [<numb>]}", "say: [a b]}\n      - {id: first, say: [c]}", r"11: There are two.*M502"),
        ("{id: first, say: [<numb>]}", "{id: first}", r"10: `first` needs either.*M503"),
        ("numb: [numb]", "numb: [very <numb>]", r"3: Concepts go round.*M504|2: Concepts go round.*M504"),
        ("numb: [numb]", "numb: [really? numb?]", r"3: Nothing in .* must be there.*M508"),
    ],
)
def test_a_mistake_in_the_rules_is_named_with_its_line(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    path = tmp_path / "patterns.yml"
    path.write_text(RULES)
    load_patterns(path)
    path.write_text(RULES.replace(old, new))
    with pytest.raises(Problems, match=message):
        load_patterns(path)


def test_slips_are_mended_and_english_is_left_alone() -> None:
    spelling = Spelling(["numbness", "weakness", "dizziness", "suicidal", "chest", "bladder", "breathless"])
    slips = ["numbnes", "wekness", "diziness", "siucidal", "chst", "blader", "breathles", "bladed", "chess"]
    assert [spelling.correct(word) for word in slips] == [
        "numbness", "weakness", "dizziness", "suicidal", "chest", "bladder", "breathless", "bladed", "chess",
    ]  # fmt: skip


def test_words_know_their_sentence_and_clause() -> None:
    words = read_words("No, I can’t pee! Cannot… n it hurts soooo")
    assert words.text == ("no", "i", "cant", "pee", "cannot", "and", "it", "hurts", "so")
    assert words.sentence == (0, 0, 0, 0, 1, 1, 1, 1, 1)
    assert words.clause[0] != words.clause[1]


def test_the_gate_is_passed_before_anything_is_served_and_once_for_the_same_rules(tmp_path: Path) -> None:
    said: list[str] = []
    settings = Settings(home=tmp_path)
    check_warnings(settings, said.append)
    check_warnings(settings, said.append)
    assert len(said) == 1
    (settings.models / "warnings.sha256").write_text("of other rules")
    check_warnings(settings, said.append)
    assert len(said) == 2
