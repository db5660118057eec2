"""What a message denies, only asks about, or tells of the past: there a sign is no sign.

Negation by cues with a bounded scope, after NegEx (Chapman et al., J Biomed Inform 2001;34:301). negspacy was not
taken: it needs the entities of a trained clinical pipeline, and knows neither questions nor lay words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from bot.safety.words import Words

REACH = 8
"""Words a negation reaches in its own clause."""

_NO = frozenset(
    [
        "no",
        "not",
        "never",
        "without",
        "dont",
        "doesnt",
        "didnt",
        "havent",
        "hasnt",
        "hadnt",
        "isnt",
        "arent",
        "wasnt",
        "werent",
        "denies",
        "denied",
        "neither",
        "nor",
        "none",
        "nil",
        "negative",
        "absent",
        "zero",
    ]
)
# "not sure", "no idea": the first word denies nothing that follows.
_NOT_DENYING = {
    "no": "idea wonder doubt matter relief better joke improvement appetite sleep change longterm warning reason one "
    "way significant",
    "not": "sure only just better getting going stop stopping improving normal right ok okay well good working helping "
    "helped long been sleeping slept eaten kidding responding know easing fun doing as easy great gone",
    "never": "felt been like such",
    "dont": "know understand care think feel sleep see get",
    "doesnt": "stop help go ease work get seem look feel",
    "didnt": "help sleep work stop get",
    "havent": "slept eaten been told",
    "isnt": "helping working normal getting going right stopping improving",
    "hasnt": "stopped helped gone improved got",
    "wasnt": "helping",
}
_STOPS = frozenset(
    [
        "but",
        "however",
        "although",
        "though",
        "except",
        "yet",
        "because",
        "while",
        "whereas",
        "apart",
        "besides",
        "then",
        "since",
        "so",
        "despite",
    ]
)
_RESTART = frozenset(
    [
        "i",
        "im",
        "ive",
        "my",
        "now",
        "then",
        "the",
        "want",
        "have",
        "he",
        "she",
        "its",
        "we",
        "they",
        "can",
        "cant",
        "cannot",
        "yes",
        "started",
        "just",
        "only",
        "today",
    ]
)
_GONE = ("gone", "went away", "gone away", "resolved", "cleared up", "has passed", "is better", "got better", "settled",
         "is fine", "are fine", "is normal", "are normal", "is ok", "are ok", "all clear")  # fmt: skip
_ANSWERS_NO = frozenset(["no", "nope", "none", "nah", "never", "not", "negative", "nil"])

_BE = frozenset(["is", "are", "am", "was", "were", "isnt", "arent", "wasnt"])
_DO = frozenset(
    [
        "do",
        "does",
        "did",
        "dont",
        "doesnt",
        "didnt",
        "has",
        "have",
        "had",
        "will",
        "would",
        "should",
        "shall",
        "wont",
        "wouldnt",
    ]
)
_CAN = frozenset(["can", "could", "may", "might", "must"])
_AUX = _BE | _DO | _CAN | frozenset({"cant", "couldnt", "shouldnt"})
_SUBJECT = frozenset(
    [
        "i",
        "you",
        "we",
        "they",
        "he",
        "she",
        "it",
        "there",
        "anyone",
        "anybody",
        "someone",
        "people",
        "patients",
        "acupuncture",
        "needles",
        "needling",
        "cupping",
        "moxibustion",
        "treatment",
        "the",
        "a",
        "my",
        "your",
        "our",
        "this",
        "that",
        "these",
        "those",
        "any",
        "all",
        "many",
        "others",
    ]
)
_WH = frozenset(
    [
        "what",
        "whats",
        "how",
        "hows",
        "why",
        "which",
        "who",
        "whos",
        "whose",
        "where",
        "wheres",
        "when",
        "whens",
    ]
)
_GREETING = frozenset(
    [
        "hi",
        "hello",
        "hey",
        "hiya",
        "so",
        "and",
        "but",
        "also",
        "just",
        "please",
        "ok",
        "okay",
        "or",
        "then",
        "well",
        "thanks",
        "ps",
        "oh",
        "um",
        "sorry",
        "quick",
        "question",
        "curious",
        "dear",
        "doctor",
        "doc",
        "morning",
        "good",
        "evening",
        "afternoon",
        "wondering",
    ]
)
_TOLD = re.compile(
    r"^(?:(?:i )?(?:wonder|was wondering|am wondering|heard|read|saw|have read|have heard)|im wondering|ive (?:read|heard|seen)"
    r"|(?:i )?(?:want|would like|need) to (?:know|ask|understand)|id like to (?:know|ask)|tell me|explain|any risk|risks? of"
    r"|(?:acupuncture|cupping|needling|needles|treatment|herbs|moxa|moxibustion|points?) (?:for|and)|side effects|difference between|anyone ever|any(?:one|body)|do you (?:treat|help)|people say|my friend said"
    r"|(?:my|a) (?:friend|sister|mum|mother|colleague|neighbour) (?:said|says|told me|thinks))\b"
)
_MAYBE = re.compile(
    r"\b(?:(?<!as )if|whether|in case|unless|risks? of|chances? of|likelihood of|(?:afraid|scared|frightened|terrified|fear) of"
    r"|worried (?:about getting|about having|i might|i could|it (?:might|could|will)|that it|needles?)|(?:could|can|might|may) cause"
    r"|lead to|result in|avoid|prevent|side effects? like|such as|people (?:who|with)|patients (?:who|with)|(?:some|any)one (?:who|with))\b"
)
_SERIOUS = re.compile(
    r"\b(?:is|isnt) (?:it|this|that|these|there)(?: \w+)? (?:normal|bad|serious|dangerous|ok|okay|common|concerning|worrying"
    r"|an emergency|urgent|expected|usual|typical|right|something)\b|\bshould i (?:be )?(?:worried|concerned|call|go to (?:hospital|the hospital|a e))\b"
    r"|\bwhat (?:should|do|can|shall) i do(?! if| when)\b|\bnormal\?"
)
_TREATS = re.compile(
    r"\b(?:help|helps|helped|treat|treats|treating|treatment for|cure|cures|fix|ease|relieve|improve|good for|work for"
    r"|works for|work on|any use|effective|benefit|acupuncture for|manage|useful|worth)\b"
)
_PAST = re.compile(
    r"\b(?:years? ago|yrs ago|decades? ago|in (?:the )?(?:19|20)\d\d|back in|last year|when i was|when (?:he|she) was"
    r"|as a (?:child|kid|teenager|teen|baby)|used to|history of|previously|in the past|previous|years back|long ago"
    r"|in my (?:teens|twenties|thirties|forties))\b"
)
_PRESENT = re.compile(
    r"\b(?:now|today|again|since|still|yesterday|tonight|this (?:morning|week|evening|afternoon)|currently|lately|recently"
    r"|keeps?|started|new|worse|worsening|last night)\b"
)


@dataclass(frozen=True)
class Scope:
    """Positions of words under each reading."""

    denied: frozenset[int]
    asked: frozenset[int]
    treatment: frozenset[int]
    past: frozenset[int]


def read_scope(words: Words, taken: frozenset[int]) -> Scope:
    """How each word is meant. `taken` are words that belong to a sign themselves: the "no" of "no feeling"."""
    asked: set[int] = set()
    treatment: set[int] = set()
    past: set[int] = set()
    for segment in _segments(words):
        text = " ".join(words.text[i] for i in segment)
        _read_question(words, segment, text, asked, treatment)
        if _PAST.search(text) and not _PRESENT.search(text):
            past.update(segment)
    return Scope(_denied(words, taken), frozenset(asked), frozenset(treatment), frozenset(past))


def _denied(words: Words, taken: frozenset[int]) -> frozenset[int]:
    out: set[int] = set()
    count = len(words)
    for at, word in enumerate(words.text):
        if word not in _NO or at in taken:
            continue
        after = words.text[at + 1] if at + 1 < count else ""
        if after in _NOT_DENYING.get(word, "").split():
            continue
        out.update(_reach(words, at))
        # "fever: none", "Numbness? No."
        if word in _ANSWERS_NO:
            out.update(_answered(words, at))
    out.update(_resolved(words, taken))
    return frozenset(out)


def _resolved(words: Words, taken: frozenset[int]) -> set[int]:
    """The words before "went away", "is fine": but not before "gone numb"."""
    out: set[int] = set()
    for at in range(1, len(words)):
        for gone in _GONE:
            parts = tuple(gone.split())
            end = at + len(parts)
            last = (
                end >= len(words)
                or words.clause[end] != words.clause[at]
                or words.text[end] in ("now", "but", "and")
            )
            if words.text[at:end] == parts and at not in taken and last:
                out.update(i for i in range(max(0, at - 4), at) if words.clause[i] == words.clause[at])
    return out


def _reach(words: Words, at: int) -> set[int]:
    """The words after the cue at `at` that it denies."""
    out: set[int] = set()
    for i in range(at + 1, len(words)):
        if words.sentence[i] != words.sentence[at] or words.text[i] in _STOPS:
            break
        if words.clause[i] != words.clause[i - 1] and (i == at + 1 or not _list_goes_on(words, i)):
            break
        if i > at + 1 and words.text[i] in ("i", "im", "ive") and words.text[at] != "dont":
            break
        follows = words.text[i + 1] if i + 1 < len(words) else ""
        if words.text[i] == "and" and follows in _RESTART:
            break
        if len(out) >= REACH and words.clause[i] == words.clause[at] and "or" not in words.text[at:i]:
            break
        out.add(i)
    return out


def _list_goes_on(words: Words, at: int) -> bool:
    """Whether the clause at `at` belongs to a list that ends in "or": "no fever, weakness or numbness"."""
    length = 0
    for i in range(at, len(words)):
        if words.sentence[i] != words.sentence[at]:
            return False
        length = 1 if words.clause[i] != words.clause[i - 1] else length + 1
        if words.text[i] in ("or", "nor", "no"):
            return True
        if words.text[i] in _RESTART or words.text[i] in _STOPS or length > 5:
            return False
    return False


def _answered(words: Words, at: int) -> set[int]:
    """The few words before a bare "no" that answers them."""
    start = at == 0 or words.clause[at] != words.clause[at - 1]
    alone = at + 1 == len(words) or words.clause[at + 1] != words.clause[at]
    if at == 0 or not start or not alone:
        return set()
    last = words.clause[at - 1]
    asked = words.sentence[at - 1] == words.sentence[at] or words.sentence[at - 1] in words.asks
    before = [i for i in range(at) if words.clause[i] == last]
    return set(before) if asked and len(before) <= 4 else set()


def _segments(words: Words) -> list[list[int]]:
    """Parts of sentences that are meant in one way: a new one begins where the writer speaks of themselves."""
    if not len(words):
        return []
    starts = [0]
    for i in range(1, len(words)):
        word, before = words.text[i], words.text[i - 1]
        if words.sentence[i] != words.sentence[i - 1]:
            starts.append(i)
        elif words.clause[i] != words.clause[i - 1]:
            rest = words.text[i : i + 3]
            if word in _RESTART or word in _WH or word in ("and", "but", "or") or _opens(list(rest)):
                starts.append(i)
        elif (
            word in ("i", "im", "ive")
            and before
            not in _AUX
            | _WH
            | frozenset(
                [
                    "if",
                    "when",
                    "that",
                    "because",
                    "as",
                    "whether",
                    "than",
                    "and",
                    "or",
                    "while",
                    "unless",
                    "like",
                    "until",
                    "since",
                    "before",
                    "after",
                    "where",
                ]
            )
        ) or (before in ("and", "but", "because") and word in ("i", "im", "ive", "my", "she", "he")):
            starts.append(i)
    starts.append(len(words))
    return [list(range(a, b)) for a, b in pairwise(starts)]


def _opens(rest: list[str]) -> bool:
    """Whether these words begin a question."""
    greeted = False
    while rest and (rest[0] in _GREETING or (rest[0] == "there" and greeted)):
        greeted = rest[0] in ("hi", "hello", "hey", "hiya")
        rest = rest[1:]
    if not rest:
        return False
    first, second = rest[0], rest[1] if len(rest) > 1 else ""
    if first in _WH:
        return not (first in ("when", "where", "how") and second in ("i", "im", "my", "he", "she", "ive"))
    if first in _CAN:
        return second not in ("barely", "hardly", "not", "only", "no", "t", "feel", "be")
    if first in _BE:
        return second not in ("not", "having", "getting", "now", "in", "very", "unable")
    if first in ("have", "had", "has"):
        return second in ("i", "you", "we", "they", "he", "she", "it", "anyone", "anybody", "people")
    return first in _DO and second in _SUBJECT


def _read_question(words: Words, segment: list[int], text: str, asked: set[int], treatment: set[int]) -> None:
    tokens = [words.text[i] for i in segment]
    opens = _opens(tokens)
    told = bool(_TOLD.search(text))
    real = bool(_SERIOUS.search(text))
    own = _speaks_of_self(tokens)
    if _TREATS.search(text) and (opens or words.sentence[segment[0]] in words.asks):
        treatment.update(segment)
    if real:
        return
    if (opens and not own) or (told and "my" not in tokens[3:]):
        asked.update(segment)
        return
    for match in _MAYBE.finditer(text):
        first = text[: match.start()].count(" ")
        if match[0] == "such as" and not opens:
            continue
        asked.update(segment[first:])
        break


def _speaks_of_self(tokens: list[str]) -> bool:
    """Whether the writer tells of themselves, or of someone near, inside a question."""
    why = "why" in tokens[:3]
    for i, token in enumerate(tokens):
        before = tokens[i - 1] if i else ""
        if token in ("im", "ive"):
            return True
        if token == "i" and (
            why or before not in _AUX | {"if", "when", "whether", "before", "after", "while"}
        ):
            return True
        if (
            token == "i"
            and tokens[0] in ("how", "what")
            and before in ("do", "am", "have")
            and "know" not in tokens
        ):
            return True
        if token == "my" and (why or before not in _CAN | {"will", "would", "should", "if", "when"}):
            return True
        if token in ("he", "she") and i and before not in _AUX | {"if", "when"}:
            return True
    return False
