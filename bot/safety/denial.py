"""What a message denies: negation by cues with a bounded reach, after NegEx (Chapman et al., J Biomed Inform
2001;34:301), and what is taken back or told to be well."""

from __future__ import annotations

from collections.abc import Iterator

from bot.safety.cues import cues
from bot.safety.words import Words

REACH = 8
"""Words a negation reaches in its own clause."""
LIST_ITEM = 5
"""Words a clause may have and still be one item of a list."""
TAKEN_BACK = 4
"""Words that "has gone" reaches back."""
ANSWERED = 6
"""Words of a clause that a bare "no" answers."""


def denied(words: Words, taken: frozenset[int]) -> frozenset[int]:
    """The words denied. `taken` are words that belong to a sign themselves: the "no" of "no feeling"."""
    cue = cues().denial
    out: set[int] = set()
    for at, word in enumerate(words.text):
        if word not in cue.cues or at in taken:
            continue
        after = words.text[at + 1] if at + 1 < len(words) else ""
        if after in cue.harmless.get(word, ()) or after not in cue.only_before.get(word, {after}):
            continue
        out.update(_reach(words, at))
        if word in cue.answers:
            out.update(_answered(words, at))
    out.update(_taken_back(words, taken))
    return frozenset(out) | well(words)


def well(words: Words) -> frozenset[int]:
    """The words of parts that tell that all is well."""
    return frozenset(i for part in parts(words) if _is_well(words, part) for i in part)


def _reach(words: Words, at: int) -> Iterator[int]:
    """The words after the cue at `at` that it denies."""
    cue = cues().denial
    for i in range(at + 1, len(words)):
        word, before = words.text[i], words.text[i - 1]
        follows = words.text[i + 1] if i + 1 < len(words) else ""
        clause_ends = words.clause[i] != words.clause[i - 1]
        if (
            words.sentence[i] != words.sentence[at]
            or word in cue.ends
            or (clause_ends and (i == at + 1 or not _list_goes_on(words, i)))
            or (i > at + 1 and word in ("i", "im", "ive") and words.text[at] != "dont")
            or (word == "and" and follows in cue.restarts)
            or (i > at + REACH and words.clause[i] == words.clause[at] and "or" not in words.text[at:i])
            or (before == "only" and i > at + 1)
        ):
            return
        yield i


def _list_goes_on(words: Words, at: int) -> bool:
    """Whether the clause at `at` belongs to a list that ends in "or": "no fever, weakness or numbness"."""
    cue = cues().denial
    length = 0
    for i in range(at, len(words)):
        if words.sentence[i] != words.sentence[at]:
            return False
        length = 1 if words.clause[i] != words.clause[i - 1] else length + 1
        if words.text[i] in ("or", "nor") or (length == 1 and words.text[i] == "no"):
            return True
        if words.text[i] in cue.restarts or words.text[i] in cue.ends or length > LIST_ITEM:
            return False
    return False


def _answered(words: Words, at: int) -> list[int]:
    """The few words before a bare "no" that answers them: "fever: none", "Numbness? No."."""
    start = at == 0 or words.clause[at] != words.clause[at - 1]
    alone = at + 1 == len(words) or words.clause[at + 1] != words.clause[at]
    if at == 0 or not start or not alone:
        return []
    last = words.clause[at - 1]
    asked = words.sentence[at - 1] == words.sentence[at] or words.sentence[at - 1] in words.asks
    before = [i for i in range(at) if words.clause[i] == last]
    return before if asked and len(before) <= ANSWERED else []


def _taken_back(words: Words, taken: frozenset[int]) -> Iterator[int]:
    """The words before "went away", "is fine": but not before "gone numb"."""
    cue = cues().denial
    firsts = {phrase[0] for phrase in cue.gone}
    for at in range(1, len(words)):
        if words.text[at] not in firsts or at in taken:
            continue
        for phrase in cue.gone:
            end = at + len(phrase)
            last = (
                end >= len(words)
                or words.clause[end] != words.clause[at]
                or words.text[end] in ("now", "but", "and")
            )
            if words.text[at:end] == phrase and last:
                yield from (
                    i for i in range(max(0, at - TAKEN_BACK), at) if words.clause[i] == words.clause[at]
                )
    for sentence in words.sentences():
        text = " ".join(words.text[sentence.start : sentence.stop])
        if match := cue.none_of_it.search(text):
            yield from sentence[: text[: match.start()].count(" ")]


def parts(words: Words) -> Iterator[range]:
    """Clauses, parted further at "and", "but" and "or"."""
    start = 0
    for i in range(1, len(words) + 1):
        if i == len(words) or words.clause[i] != words.clause[start] or words.text[i] in ("and", "but", "or"):
            yield range(start, i)
            start = i


def _is_well(words: Words, part: range) -> bool:
    """Whether all is told to be well: "both feet move fine", "I can feel everything normally in my legs"."""
    cue = cues().denial
    said = [words.text[i] for i in part]
    if len(said) <= 1 or words.sentence[part[0]] in words.asks or not cue.unwell.isdisjoint(said):
        return False
    return any(
        word in cue.well and place and (place + 1 == len(said) or said[place + 1] in cue.well_before)
        for place, word in enumerate(said)
    )
