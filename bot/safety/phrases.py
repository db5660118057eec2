"""Finds phrases in words: an index tells which can be there, a walk over the words which are.

A phrase is words with `a|b` (one of them), `word?` (may be missing), `...` (up to four words between) and
`<concept>` (any phrase of that concept). Words that carry no meaning here ("my", "really") are skipped on both
sides. spaCy's PhraseMatcher was not taken: it would keep every new word of every visitor in its vocabulary for as
long as the process lives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.safety.words import Words

GAP = "..."
MOST_BETWEEN = 4
_FILLERS = """
my a an the his her their your our really very so just even quite pretty bit some any properly actually of this these
that those kind sort literally totally fucking bloody damn also been absolutely slightly completely somewhat
"""
FILLERS = frozenset(_FILLERS.split())
UNBRIDGED = frozenset(
    ["no", "not", "never", "without", "nor", "but", "dont", "doesnt", "isnt", "havent", "hasnt"]
)
"""Words that a gap may not leap over: what comes after them is told differently."""
_NAMES: Any = ""  # the key under which a node of the trie holds the names of the phrases that end there


@dataclass(frozen=True, order=True)
class Match:
    """A phrase of `name` over the words from `start` to before `end`."""

    start: int
    end: int
    name: str


def items_of(phrase: str) -> list[tuple[list[str], bool]]:
    """A phrase as its items: the words to choose from, and whether the item may be missing."""
    items = []
    for item in phrase.split():
        choices = item.removesuffix("?").split("|")
        if choices[0] not in FILLERS or len(choices) > 1:
            items.append((choices, item.endswith("?")))
    return items


def names_in(phrase: str) -> set[str]:
    """The concepts a phrase refers to."""
    return {step[1:-1] for choices, _ in items_of(phrase) for step in choices if step.startswith("<")}


def layers(concepts: Mapping[str, Iterable[str]]) -> list[dict[str, list[str]]]:
    """The concepts in an order in which each refers only to earlier layers.

    Raises:
        ValueError: naming a concept that refers to itself, or to none there is.
    """
    left = {name: list(phrases) for name, phrases in concepts.items()}
    needs = {
        name: set().union(*map(names_in, phrases)) if phrases else set() for name, phrases in left.items()
    }
    for name, needed in needs.items():
        if missing := needed - left.keys():
            raise ValueError(f"`{name}` refers to `{min(missing)}`, which is not there")
    out: list[dict[str, list[str]]] = []
    done: set[str] = set()
    while left:
        ready = {name: left[name] for name in left if needs[name] <= done}
        if not ready:
            raise ValueError(f"`{min(left)}` refers to itself")
        out.append(ready)
        done |= ready.keys()
        left = {name: phrases for name, phrases in left.items() if name not in ready}
    return out


# A node: from a word, a concept or a gap to the nodes that may follow; under `_NAMES` the phrases that end here.
Node = dict[str, Any]
# For each word, by the name of a concept, the ends of its matches that begin there.
Edges = list[dict[str, set[int]]]
# Where in a sentence each word, and each concept, is.
Places = dict[str, list[int]]
Choices = frozenset[str]


def _chain(phrase: str, name: str) -> Node:
    """The first node of a phrase. Nodes that follow an item that may be missing are shared, so it stays small."""
    node: Node = {_NAMES: {name}}
    for choices, optional in reversed(items_of(phrase)):
        before: Node = {}
        if optional:
            before = {key: set(value) if key == _NAMES else list(value) for key, value in node.items()}
        for choice in choices:
            before.setdefault(choice, []).append(node)
        node = before
    return node


class _Layer:
    """Phrases of concepts that do not refer to each other, with an index of the words each of them needs."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        written = [(phrase, name) for name, phrases in concepts.items() for phrase in phrases]
        needs = [[frozenset(choices) for choices, optional in items_of(phrase) if not optional and GAP not in choices]
                 for phrase, _ in written]  # fmt: skip
        common = Counter(word for items in needs for choices in items for word in choices)
        self._chains = [_chain(phrase, name) for phrase, name in written]
        self._firsts = [chain.keys() - {_NAMES} for chain in self._chains]
        # By a word that a phrase cannot do without: the phrase, and what else it needs, the rarer the sooner.
        self._by_rarest: dict[str, list[tuple[int, list[Choices]]]] = {}
        for number, items in enumerate(needs):
            # What many phrases share is common in messages too.
            items.sort(key=lambda choices: sum(common[word] for word in choices))
            for word in items[0]:
                self._by_rarest.setdefault(word, []).append((number, items[1:]))
        self._rarest = frozenset(self._by_rarest)

    def find(self, words: Words, edges: Edges, places: Places, stop: int) -> set[Match]:
        """Every match in the sentence before `stop`, of which `places` tells the words and concepts."""
        there = set(places)
        found: set[Match] = set()
        for word in self._rarest & there:
            for number, others in self._by_rarest[word]:
                for choices in others:
                    if choices.isdisjoint(there):
                        break
                else:
                    for start in {at for first in self._firsts[number] for at in places.get(first, ())}:
                        walk = _Walk(words, edges, start, stop)
                        walk.step(self._chains[number], start)
                        found |= walk.found
        return found


class Phrases:
    """All phrases of all concepts, ready to be found."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self._layers = [_Layer(layer) for layer in layers(concepts)]
        self.keywords = {
            word
            for phrases in concepts.values()
            for phrase in phrases
            for choices, _ in items_of(phrase)
            for word in choices
            if word.isalpha()
        }

    def find(self, words: Words) -> list[Match]:
        """Every match of every concept."""
        found: list[Match] = []
        edges: Edges = [{} for _ in words.text]
        for sentence in words.sentences():
            places: Places = {}
            for at in sentence:
                places.setdefault(words.text[at], []).append(at)
            for layer in self._layers:
                for match in layer.find(words, edges, places, sentence.stop):
                    name = f"<{match.name}>"
                    edges[match.start].setdefault(name, set()).add(match.end)
                    places.setdefault(name, []).append(match.start)
                    found.append(match)
        return found


class _Walk:
    """All ways through one phrase from one word on, to the end of its sentence."""

    def __init__(self, words: Words, edges: Edges, start: int, stop: int) -> None:
        self._words = words
        self._edges = edges
        self._start = start
        self._stop = stop
        self._seen: set[tuple[int, int, int]] = set()
        self.found: set[Match] = set()

    def step(self, node: Node, at: int, gap: int = 0) -> None:
        """Goes on from `node` with the word at `at`; `gap` tells how many words may still be leapt over, plus 1."""
        state = (id(node), at, gap)
        if state in self._seen:
            return
        self._seen.add(state)
        if names := node.get(_NAMES):
            self.found.update(Match(self._start, at, name) for name in names)
        if self._may_read_on(node, at, gap):
            self._read(node, at)
            self._leap(node, at, gap)

    def _may_read_on(self, node: Node, at: int, gap: int) -> bool:
        if at in (self._start, self._stop):
            return at == self._start
        # Only a gap may bridge a comma: "no, feeling fine" is not "no feeling".
        clause = self._words.clause
        return bool(gap) or GAP in node or clause[at] == clause[at - 1]

    def _read(self, node: Node, at: int) -> None:
        for follow in node.get(self._words.text[at], ()):
            self.step(follow, at + 1)
        for name, ends in self._edges[at].items():
            for follow in node.get(name, ()):
                for end in ends:
                    self.step(follow, end)

    def _leap(self, node: Node, at: int, gap: int) -> None:
        word = self._words.text[at]
        for bridge in node.get(GAP, ()):
            self.step(bridge, at, MOST_BETWEEN + 1)
        if gap > 1 and word not in UNBRIDGED:
            self.step(node, at + 1, gap - 1)
        elif not gap and at > self._start and word in FILLERS:
            self.step(node, at + 1)
