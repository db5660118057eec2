"""Finds articles by words: those that hold the rarer of the words asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import log

from bot.knowledge.library import Entry

_STEM = 5


def search(entries: Iterable[Entry], asked: str) -> list[Entry]:
    """The entries whose title, question or short answer fit, the best first; none where nothing fits.

    A word weighs by how few entries hold it (its inverse document frequency), twice in the title, so
    that a whole question finds what its one telling word would. Of equals the general answer comes first.
    """
    texts = [(entry, _stems(f"{entry.title} {entry.ask}"), _stems(entry.short)) for entry in entries]
    wanted = _stems(asked)
    weight = {}
    for stem in wanted:
        holding = sum(stem in title | short for _, title, short in texts)
        weight[stem] = log(len(texts) / holding) if holding else 0.0
    scored = [
        (sum(weight[stem] * (2 * (stem in title) + (stem in short)) for stem in wanted), entry)
        for entry, title, short in texts
    ]
    best = max((score for score, _ in scored), default=0.0)
    found = [(score, entry) for score, entry in scored if score > 0 and score >= best / 2]
    return [entry for _, entry in sorted(found, key=lambda pair: (-pair[0], pair[1].is_variant))]


def _stems(text: str) -> set[str]:
    """Words without their endings, roughly: `needles` and `needle`, `pregnant` and `pregnancy` are the same."""
    return {re.sub(r"s$", "", word)[:_STEM] for word in re.findall(r"\w{2,}", text.casefold())}
