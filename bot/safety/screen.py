"""The screen: reads every message for signs that must not wait. No network, no files after loading, no log."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.safety import denial
from bot.safety.net import Catch, Net
from bot.safety.patterns import PATTERNS, Level, Pattern, Patterns, load_patterns
from bot.safety.phrases import Match, Phrases
from bot.safety.scope import Scope, read_scope
from bot.safety.spelling import Spelling
from bot.safety.words import Words, read_words
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.encoder.encoder import SentenceEncoder

__all__ = ["Finding", "Level", "Screen"]

KEPT = "warnings.npz"
"""Where, among the models, what the second net has learnt is kept."""

log = logging.getLogger(__name__)

FRESH = "fresh"
"""The concept of patterns.yml that says that something is new."""
_CALM = "calm:"
_SAY = "say:"


@dataclass(frozen=True)
class Finding:
    """A warning sign in a message.

    `rule` is the id of a pattern in patterns.yml, or `net:` and the id of a statement that means the same.
    `version` tells which rules were in force.
    """

    level: Level
    sign: str
    rule: str
    version: str


class Screen:
    """Finds warning signs. Holds nothing of what it reads; one screen serves all threads."""

    def __init__(self, patterns: Patterns, net: Net | None = None) -> None:
        self._patterns = patterns
        self._net = net
        concepts = {name: list(phrases) for name, phrases in patterns.concepts.items()}
        self._rules: list[tuple[str, Level, Pattern]] = []
        for family in patterns.families:
            for pattern in family.patterns:
                self._rules.append((family.sign, family.level, pattern))
                if pattern.say:
                    concepts[_SAY + pattern.id] = pattern.say
        if patterns.calm:
            concepts[_CALM] = patterns.calm
        self._needs = {pattern.id: frozenset(_names(pattern)) for *_, pattern in self._rules}
        # Only what a rule reads by itself owns its "no": in "don't want to die" it is not the sign's.
        self._signs = {name for *_, pattern in self._rules for name in _names(pattern)}
        self._phrases = Phrases(concepts)
        self._spelling = Spelling(self._phrases.keywords)

    @classmethod
    def load(
        cls,
        encoder: SentenceEncoder | None = None,
        path: Path = PATTERNS,
        *,
        kept: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> Screen:
        """The screen with the rules of `path`; with an `encoder` the second net is spread as well.

        What the net has learnt is kept at `kept`, by default among the models; `say` hears when it has to learn.

        Raises:
            Problems: a file does not fit its schema.
        """
        patterns = load_patterns(path)
        if encoder is None:
            return cls(patterns)
        levels = {family.sign: family.level for family in patterns.families}
        return cls(patterns, Net.load(encoder, levels, kept or Settings().models / KEPT, say))

    def find(self, text: str) -> list[Finding]:
        """The signs in `text`, worst first, each sign once; nothing when it is calm. Any text will do."""
        words = read_words(text, self._spelling.correct)
        matches, scope = self._read(words)
        found: dict[str, Finding] = {}
        for sign, level, pattern in self._rules:
            if (
                self._needs[pattern.id] <= matches.keys()
                and sign not in found
                and _holds(pattern, words, matches, scope)
            ):
                found[sign] = Finding(level, sign, pattern.id, self._patterns.version)
        # A concern stops the chat too, but what the second net finds beside it may be an emergency.
        if self._net and all(finding.level.rank > Level.CRISIS.rank for finding in found.values()):
            for caught in self._caught(words, matches, scope):
                if caught.sign not in found:
                    rule = f"net:{caught.statement}"
                    found[caught.sign] = Finding(caught.level, caught.sign, rule, self._patterns.version)
        return sorted(found.values(), key=lambda finding: finding.level.rank)

    def _caught(self, words: Words, matches: dict[str, list[Match]], scope: Scope) -> list[Catch]:
        """What the second net finds; a fault in it must not take away what the rules found."""
        assert self._net
        try:
            return self._net.catch(words, self._closed(words, matches, scope))
        except Exception as error:
            # Only the kind: an exception's words may quote the visitor.
            log.error("second net failed", extra={"fault": type(error).__name__})
            return []

    def _closed(self, words: Words, matches: dict[str, list[Match]], scope: Scope) -> frozenset[int]:
        """Words of which the rules know what they mean: asked, past, well, denied, excused, or a turn of phrase."""
        denials = {
            match.start
            for name in self._signs
            for match in matches.get(name, ())
            if match.start in scope.denied
        }
        denied = (part for part in denial.parts(words) if not denials.isdisjoint(part))
        sentences = {words.sentence[match.start] for match in matches.get(_CALM, ())}
        for *_, pattern in self._rules:
            if pattern.unless and self._needs[pattern.id] <= matches.keys():
                sentences |= _excused(pattern, words, matches, scope)
        return (
            scope.asked
            | scope.past
            | denial.well(words)
            | {at for part in denied for at in part}
            | {at for at in range(len(words)) if words.sentence[at] in sentences}
        )

    def _read(self, words: Words) -> tuple[dict[str, list[Match]], Scope]:
        everything = self._phrases.find(words)
        hidden = [match for match in everything if match.name == _CALM]
        matches: dict[str, list[Match]] = defaultdict(list)
        taken: set[int] = set()
        for match in everything:
            if match.name != _CALM and any(
                match.start < calm.end
                and calm.start < match.end
                and not (match.start <= calm.start and calm.end < match.end)
                and not (match.start < calm.start and calm.end <= match.end)
                for calm in hidden
            ):
                continue
            matches[match.name].append(match)
            if match.end - match.start > 1 and match.name in self._signs:
                taken.update(range(match.start, match.end))
        return matches, read_scope(words, frozenset(taken))


def _holds(pattern: Pattern, words: Words, matches: dict[str, list[Match]], scope: Scope) -> bool:
    """Whether the pattern's concepts, all of which were found, are meant and stand together."""
    excused = _excused(pattern, words, matches, scope)
    # "Since yesterday" beside the sign speaks louder than "for years" further on.
    fresh = {words.clause[match.start] for match in matches.get(FRESH, ())}
    told: list[list[Match]] = []
    for name in _names(pattern):
        meant = [
            match
            for match in matches[name]
            if (words.sentence[match.start] not in excused or words.clause[match.start] in fresh)
            and _is_meant(match, pattern, scope)
        ]
        if not meant:
            return False
        told.append(meant)
    return len(told) == 1 or _are_together(told, pattern.within, words)


def _names(pattern: Pattern) -> list[str]:
    return pattern.together or [_SAY + pattern.id]


def _excused(pattern: Pattern, words: Words, matches: dict[str, list[Match]], scope: Scope) -> set[int]:
    """The sentences that explain the pattern's sign away."""
    return {
        words.sentence[match.start]
        for name in pattern.unless
        for match in matches.get(name, ())
        if match.start not in scope.denied
    }


def _is_meant(match: Match, pattern: Pattern, scope: Scope) -> bool:
    span = range(match.start, match.end)
    return not (
        any(at in scope.denied for at in span)
        or (match.start in (scope.of_nobody if pattern.even_asked else scope.asked))
        or (not pattern.even_past and any(at in scope.past for at in span))
        or (pattern.treatable and any(at in scope.treatment for at in span))
    )


def _are_together(told: list[list[Match]], within: int | str, words: Words) -> bool:
    """Whether one match of each concept lies within reach of the others."""
    if within == "message":
        return True
    if isinstance(within, str):
        place = words.clause if within == "clause" else words.sentence
        return bool(set.intersection(*({place[match.start] for match in each} for each in told)))
    events = sorted((match.start, match.end, number) for number, each in enumerate(told) for match in each)
    for first, (start, end, _) in enumerate(events):
        seen: set[int] = set()
        for other, _, number in events[first:]:
            if other - end > within or words.sentence[other] != words.sentence[start]:
                break
            seen.add(number)
        if len(seen) == len(told):
            return True
    return False
