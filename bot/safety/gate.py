"""The gate: no rules go live that miss a statement which must be found, or alarm at one that must stay calm."""

from __future__ import annotations

from pathlib import Path

from bot.problems import Problem
from bot.safety.patterns import PATTERNS, load_patterns
from bot.safety.screen import Screen
from bot.safety.statements import STATEMENTS, load_statements
from bot.yaml_files import line_of, read


def misses(patterns: Path = PATTERNS, statements: Path = STATEMENTS) -> list[Problem]:
    """What the rules alone, without the second net, get wrong in the library; nothing when they may go live.

    A warning must be found at the level of its sign or a worse one; a calm statement must find nothing.

    Raises:
        Problems: a file does not fit its schema.
    """
    rules = load_patterns(patterns)
    levels = {family.sign: family.level for family in rules.families}
    library = load_statements(set(levels), statements)
    screen = Screen(rules)
    data = read(statements)
    problems = []
    for sign, texts in library.warnings.items():
        for number, text in enumerate(texts):
            found = screen.find(text)
            if not found or found[0].level.rank > levels[sign].rank:
                what = f"“{text}” is not found as {levels[sign]}."
                line = line_of(data, ("warnings", sign, number))
                problems.append(Problem("M506", what, "Add a pattern that finds it.", statements, line))
    for number, text in enumerate(library.calm):
        if found := screen.find(text):
            what = f"“{text}” is calm, but `{found[0].rule}` finds {found[0].sign}."
            line = line_of(data, ("calm", number))
            problems.append(Problem("M507", what, "Make that pattern narrower.", statements, line))
    return problems
