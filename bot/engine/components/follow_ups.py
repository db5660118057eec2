"""Reads a message in the light of what was just talked about: "and for sciatica?", "why?", "how long is that?".

What that was comes with the message, from the application's record; nothing is remembered here. Leaves
everything that is clear by itself to `judgement`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Entity = dict[str, Any]

ABOUT = "about"
"""The key of a message's metadata under which its `About` travels."""

ASKED_FOR = ("condition", "body_part", "technique")
"""The kinds of entity that a question is asked for again: "and for my neck?"."""

LONGEST = 8
"""Words; a longer message says by itself what it is about."""

# What is left of "And what about for my neck, please?" when its entities are taken out.
_FILLER = """
    a about again also am an and any are as at be but by can case do does else even fine for friend from get got
    had has have having he her his how husband i i'd i'll i'm i've if im in instead is issue issues it it's
    its ive just kind like ll maybe me mine mother mum mom mostly my no not now of ok okay on only or other our
    pain pains painful people person please plus problem problems s same she should side so some someone sore
    still suppose taking than that that's the their them then there they this those though to too trouble ve was
    we well what what's whats when wife with would you your
"""
_POINTS_BACK = re.compile(
    r"\b(?:it|its|it's|that|that's|thats|this|these|those|they|them|one|there|then)\b", re.I
)
_TIED = re.compile(r"^\W*(?:and|but|or|so|also|then|ok|okay|what about|how about)\b", re.I)


@dataclass(frozen=True)
class About:
    """What was last answered: the topic, the topic as a visitor would ask it, and what it was asked for."""

    topic: str
    words: str = ""
    entities: tuple[Entity, ...] = ()

    @classmethod
    def of(cls, metadata: Mapping[str, Any] | None) -> "About | None":
        """The one a message carries, if any."""
        given = (metadata or {}).get(ABOUT)
        if not given:
            return None
        return cls(given["topic"], given.get("words", ""), tuple(given.get("entities", ())))


@dataclass(frozen=True)
class FollowUps:
    """What config.yml says of follow-ups.

    `varying` are the topics whose answer may depend on the condition, body part or technique it is asked for:
    they are taken along to the next one that is named. `first` are intents that are answered for their own
    sake whatever was talked about (a medicine, a pregnancy), with the kind of entity each is about; `beside` is
    the intent that answers another such entity named in the same message. `more` are the intents that ask to
    hear more.
    """

    varying: frozenset[str] = field(default_factory=frozenset)
    first: Mapping[str, str] = field(default_factory=dict)
    more: frozenset[str] = field(default_factory=frozenset)
    beside: str | None = None

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "FollowUps":
        """From config.yml. Raises `TypeError` for a key that it does not know."""
        sets: dict[str, Any] = {key: frozenset(config.get(key, ())) for key in ("varying", "more")}
        return cls(**{**config, **sets})

    def cautions(self, intent: str | None, entities: Sequence[Entity]) -> list[Entity]:
        """What else in a message speaks for care, beside what the intent is about: one of each kind."""
        if intent is None or intent not in self.first or self.beside is None:
            return []
        kinds = {"medicine", "device"} - {self.first[intent]}
        found: dict[str, Entity] = {}
        for entity in entities:
            if entity["entity"] in kinds:
                found.setdefault(entity["entity"], entity)
        return list(found.values())

    @staticmethod
    def again(text: str, about: About | None) -> str | None:
        """A short message put behind what it may follow, to be read once more; None where it stands alone."""
        if about is None or not about.words or not 0 < len(text.split()) <= LONGEST:
            return None
        return f"{about.words} {text}"

    def takes_along(self, text: str, entities: Sequence[Entity], intent: str | None, about: About) -> bool:
        """Whether a message names only something else to ask the same question for."""
        return (
            about.topic in self.varying
            and intent not in self.first
            and any(entity["entity"] in ASKED_FOR for entity in entities)
            and _names_only(text, entities)
        )

    def carried(self, text: str, topic: str, own: Sequence[Entity], before: Sequence[Entity]) -> list[Entity]:
        """What an answer on `topic` takes over from `before`: one of each type that `own` does not name."""
        if topic not in self.varying and not (points_back(text) and len(text.split()) <= LONGEST):
            return []
        named = {entity["entity"] for entity in own}
        latest: dict[str, Entity] = {}
        for entity in before:
            if entity["entity"] not in named:
                latest.setdefault(entity["entity"], entity)
        return list(latest.values())


def points_back(text: str) -> bool:
    """Whether a text leans on what came before, by a pronoun or by its first word."""
    return bool(_POINTS_BACK.search(text) or _TIED.match(text))


def _names_only(text: str, entities: Sequence[Entity]) -> bool:
    rest = list(text)
    for entity in entities:
        rest[entity["start"] : entity["end"]] = " " * (entity["end"] - entity["start"])
    filler = frozenset(_FILLER.split())
    return all(word in filler for word in re.findall(r"[\w']+", "".join(rest).lower().replace("’", "'")))
