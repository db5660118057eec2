"""Lays a message out in the words that the rules of reading know: slips mended, other ways to say it replaced."""

from __future__ import annotations

import re
import unicodedata

from bot.booking.reading.dates import NUMBERS
from bot.knowledge.clinic import WEEKDAYS
from bot.safety.spelling import distance

LONGEST = 1_000
"""Characters that are read."""

_SIGNS = str.maketrans(
    dict.fromkeys("'’‘`´ʼ′＇\"“”*_") | {"<": " ", ">": " ", "\r": "\n", "\n": ". ", "–": "-", "—": "-"}
)
_SPACE = re.compile(r"[\s\x00-\x1f]+")
_WORD = re.compile(r"[^\W\d_]{5,11}")
_KNOWN = (
    *WEEKDAYS,
    *("january", "february", "august", "september", "october", "november", "december"),
    *("today", "tomorrow", "yesterday", "weekend", "morning", "afternoon", "evening", "lunchtime"),
    *("another", "cancel"),
)
# English words that are as near to those as a slip is.
_ENGLISH = frozenset({"cancer", "moaning", "mourning", "sturdy", "sundae", "sundry"})
_NUMBER = rf"(?:\d|noon|half|quarter|{'|'.join(NUMBERS)})"
_COME = r"(?:(?:come|make it|do(?: it)?|start) )?"
_OTHERWISE = [
    (re.compile(rf"\b{pattern}"), words)
    for pattern, words in (
        (r"([ap])\.\s?m\b\.?", r"\1m"),
        (r"24/7\b", ""),
        # "we're" without its apostrophe.
        (r"were (?=free|available|off|both|new)\b", "we are "),
        (r"(?:tmrw|tmr|tmw|tmoro|2moro|2morrow|tomoz|tomoro|tommorow)\b", "tomorrow"),
        (r"(?:wensday|wedsday|wenesday)\b", "wednesday"),
        (r"this (morning|afternoon|evening)\b", r"today in the \1"),
        (r"toni(?:ght|te)\b", "today in the evening"),
        (r"(?:an? |the )?fortnight\b", "2 weeks"),
        (r"(?:an? )?couple (?:of )?(?=days|weeks)", "2 "),
        (r"(?:christ|x)mas eve\b", "24 december"),
        (r"(?:christ|x)mas(?: day)?\b", "25 december"),
        (r"boxing day\b", "26 december"),
        (r"new years eve\b", "31 december"),
        (r"(?:the )?new year(?:s(?: day)?)?\b", "1 january"),
        (r"(any ?(?:day|time|thing)|every ?day|all days) (?:but|bar|besides)\b", r"\1 except"),
        (rf"(?:no|not|nothing|can(?:no)?t) {_COME}(?:before|earlier than|until)\b", "from"),
        (rf"(?:no|not|nothing|can(?:no)?t) {_COME}(?:after|later than)\b", "until"),
        (
            r"(?:im |am )?(?:away|busy|working|work|at work|in meetings|on holiday|out of town) (?:until|till?)\b",
            "from",
        ),
        (
            r"i(?:m| am)? (?:finish|get off|get out|knock off|done|off)(?: (?:work|school))?"
            rf"(?: (?:at|by|around))?(?= {_NUMBER})",
            "from",
        ),
        (
            r"(?:have|need|got) to (?:leave|go|finish|be (?:back|out|done|gone|home|finished))"
            r"(?: (?:at|by|before))\b",
            "until",
        ),
        (r"good friday\b", ""),
        (r"if not\b", "or"),
    )
]


def plain_words(text: str) -> str:
    """Lower case, without apostrophes and the signs `<` and `>`, which marks are made of."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST].lower().translate(_SIGNS)
    plain = _WORD.sub(lambda match: _mended(match[0]), _SPACE.sub(" ", plain))
    for pattern, words in _OTHERWISE:
        plain = pattern.sub(words, plain)
    return plain.strip()


def _mended(word: str) -> str:
    """The known word that this one is a slip of, else itself."""
    if word.removesuffix("s") in _KNOWN or word in _ENGLISH:
        return word
    for known in _KNOWN:
        slips = 2 if len(known) > 7 else 1
        if word[0] == known[0] and abs(len(word) - len(known)) <= slips and distance(word, known) <= slips:
            return known
    return word
