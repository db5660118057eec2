"""Finds phrases in words: one walk over the words for all phrases, names of concepts standing for theirs.

A phrase is words with `a|b` (one of them), `word?` (may be missing), `...` (up to four words between) and
`<concept>` (any phrase of that concept). Words that carry no meaning here ("my", "really") are skipped on both
sides. spaCy's PhraseMatcher was not taken: it would keep every new word of every visitor in its vocabulary for as
long as the process lives.
"""

from __future__ import annotations

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
UNBRIDGED = frozenset(["no", "not", "never", "without", "nor", "but", "dont", "isnt", "havent"])
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


class Phrases:
    """All phrases of all concepts, ready to be found."""

    def __init__(self, concepts: Mapping[str, Iterable[str]]) -> None:
        self._roots: list[Node] = []
        self.keywords: set[str] = set()
        for layer in layers(concepts):
            root: Node = {}
            for name, phrases in layer.items():
                for phrase in phrases:
                    for key, follow in _chain(phrase, name).items():
                        if key != _NAMES:
                            root.setdefault(key, []).extend(follow)
                    self.keywords.update(
                        word for choices, _ in items_of(phrase) for word in choices if word.isalpha()
                    )
            self._roots.append(root)

    def find(self, words: Words) -> list[Match]:
        """Every match of every concept."""
        found: list[Match] = []
        edges: Edges = [{} for _ in words.text]
        for root in self._roots:
            layer: set[Match] = set()
            for start in range(len(words)):
                walk = _Walk(words, edges, start)
                walk.step(root, start)
                layer |= walk.found
            for match in layer:
                edges[match.start].setdefault(f"<{match.name}>", set()).add(match.end)
            found.extend(layer)
        return found


class _Walk:
    """All ways through the trie from one word on."""

    def __init__(self, words: Words, edges: Edges, start: int) -> None:
        self._words = words
        self._edges = edges
        self._start = start
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
        words = self._words
        if at == len(words):
            return False
        if at == self._start:
            return True
        # Only a gap may bridge a comma: "no, feeling fine" is not "no feeling".
        bridged = bool(gap) or GAP in node or words.clause[at] == words.clause[at - 1]
        return bridged and words.sentence[at] == words.sentence[at - 1]

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
