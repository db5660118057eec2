"""Finds the separate questions inside a message by punctuation and question words.

It offers, it does not decide: too many candidates are welcome, for only those that get confident and
different answers are ever used (see `judgement`).
"""

import re
from itertools import islice

Span = tuple[int, int]

MOST_PARTS = 4
FEWEST_WORDS = 2
MOST_JOINTS = 16
"""Places looked at within one sentence; each is looked at with all that stands before it."""

_AUXILIARY = (
    r"(?:is|are|am|was|were|do|does|did|can|could|will|would|should|shall|may|might|must|has|have|had"
    r"|isn't|aren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't|shouldn't)"
)
_QUESTION_WORD = r"(?:what|how|when|where|why|which|who|whose|what'?s|how'?s|when'?s|where'?s|who'?s)"
_SUBJECT = (
    r"(?:i|you|we|they|he|she|it|there|this|that|these|those|the|an?|my|your|our|any|anyone|acupuncture)"
)
_TIE = r"(?:and|also|plus|or|but|then)"
_REQUEST = (
    r"(?:tell me|explain|i(?:'d| would) like|i want|i need|i(?:'m| am) wondering|i wonder|please|any idea"
    r"|i(?:'d| would) love|wondering|curious)"
)

# "what does", "how many sessions do", "is it": word order that only a question has.
_INVERTED = (
    rf"(?:{_QUESTION_WORD}(?:\s+[\w'-]+){{0,3}}?\s+{_AUXILIARY}\b"
    rf"|(?:what|how|when|where|who)'?s\b|(?:what|how) about\b|{_AUXILIARY}\s+{_SUBJECT}\b)"
)
_SENTENCE_END = re.compile(
    r"(?:[?!…]+|(?<!\b[A-Za-z])(?<!\bDr)(?<!\bMr)(?<!\bMrs)(?<!\bMs)\.+(?=\s|$))\s*"
    r"|[;\n\r]+\s*|(?P<number>(?:^|(?<=\s))\(?\d\)\s*)"
)
# Bounded, and begun only where a space does: a visitor may send a thousand spaces, or a thousand times "and".
_JOINT = re.compile(
    rf"(?<!\s)(?:\s*,\s*|\s+[-–]+\s+)(?:{_TIE}\b,?\s*){{0,3}}(?={_INVERTED})"
    rf"|(?<!\s)\s+(?:{_TIE}\b,?\s*){{1,3}}(?={_INVERTED})",
    re.IGNORECASE,
)
_GREETING = (
    r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|thanks|thank you|ok|okay|well|sorry|please)"
)
_LEADING = re.compile(rf"(?:(?:{_TIE}|{_GREETING}|so|oh|ps)\b(?: there| all)?[\s,:!.-]*)+", re.IGNORECASE)
_ASKS = re.compile(rf"(?:{_QUESTION_WORD}\b|{_AUXILIARY}\s+{_SUBJECT}\b|{_REQUEST}\b)", re.IGNORECASE)


def questions(text: str) -> list[Span]:
    """Where in the text its separate questions lie, as (start, end); none when it asks only one thing.

    A statement belongs to the question after it ("I have sciatica. How many sessions?"), a last one to the
    question before it. At most four parts, of at least two words each or of one with a question mark.
    """
    parts: list[Span] = []
    start = None
    asked = False
    for piece_start, piece_end in _pieces(text):
        if start is None:
            start = piece_start
        asked = _asks(text, piece_start, piece_end)
        if asked:
            parts.append((start, piece_end))
            start = None
    if start is not None and not asked and parts:
        parts[-1] = (parts[-1][0], len(text.rstrip()))
    spans = [span for span in (_trimmed(text, *part) for part in parts) if _is_part(text, *span)]
    return spans[:MOST_PARTS] if len(spans) > 1 else []


def is_question(text: str) -> bool:
    """Whether a text asks something, by a mark or the first words of a sentence; a statement gives context only."""
    return any(_asks(text, start, end) for start, end in _pieces(text))


def _pieces(text: str) -> list[Span]:
    """The sentences, cut again where a second question begins inside one."""
    pieces: list[Span] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        pieces += _cut(text, start, match.start() if match["number"] else match.end())
        start = match.end()
    return pieces + _cut(text, start, len(text))


def _cut(text: str, start: int, end: int) -> list[Span]:
    joints = [
        match
        for match in islice(_JOINT.finditer(text, start, end), MOST_JOINTS)
        # What stands before a joint must be a question of its own, unlike "ok, how …" or "my back, how …".
        if _words(text, start, match.start()) >= FEWEST_WORDS and _asks(text, start, match.start())
    ]
    starts = [start, *(match.end() for match in joints)]
    ends = [*(match.start() for match in joints), end]
    return [(first, last) for first, last in zip(starts, ends, strict=True) if text[first:last].strip()]


def _asks(text: str, start: int, end: int) -> bool:
    start, end = _trimmed(text, start, end)
    return text[start:end].endswith("?") or _ASKS.match(text, start, end) is not None


def _trimmed(text: str, start: int, end: int) -> Span:
    """Without spaces, and without the "and" or "also" that tied it to what came before."""
    while start < end and not text[start].isalnum():
        start += 1
    leading = _LEADING.match(text, start, end)
    if leading:
        start = leading.end()
    while end > start and text[end - 1] in " \t\n\r,;-":
        end -= 1
    return start, end


def _is_part(text: str, start: int, end: int) -> bool:
    words = _words(text, start, end)
    return words >= FEWEST_WORDS or (words == 1 and text[end - 1] == "?")


def _words(text: str, start: int, end: int) -> int:
    return len(re.findall(r"\w[\w'-]*", text[start:end]))
