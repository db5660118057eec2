"""Which parts of a message speak of the visit that is wished for, and which of something else.

It reads text in which services, days, times and parts of a day stand as marks (`<v0>`, `<d0>`, `<t0>`, `<w0>`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARK = r"<\w\d+>"

_PARTED = re.compile(
    r"(?P<asked>\?+)|[.!;]+(?=\s|$)|,|\s-+\s|\b(?:but|because|cos|though|although|so|while)\b"
    r"|\band\b(?= (?:what|how|why|where|who|is|are|do|does|did|can|could|will|would|i|my|if|it)\b)"
    r"|(?=\b(?:except|excluding|apart from|other than|instead of|rather than)\b)"
    rf"|(?<=\S )(?<!why )(?=\bnot (?:(?:on|in|the|at) )*{MARK})"
)
_LISTED = re.compile(rf"({MARK}) ?, ?(?:(?:or|and) |(?={MARK} (?:, ?|and |or )))(?={MARK})")
_RANGED = re.compile(rf"({MARK}) ?-+ ?(?={MARK})")


def _any(*patterns: str) -> re.Pattern[str]:
    """Any of some words, given with bars or in a row."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


_GREETED = (
    r"(?:(?:and|so|ok|okay|hi|hello|hey|well|also|then|please|yes|no|oh|um|or|maybe|thanks|sorry|actually) )*"
)
_QUESTION = re.compile(
    rf"{_GREETED}(?:whats?|hows?|why|whens?|wheres?|who|which|is|are|am|was|were|do|does|did|can|could|will|would"
    r"|should|has|have (?:you|i)|had|may|might|shall|(?:is|are|do|does|ca|could|would|wo|have)nt)\b"
)
# Words that a question may have beside its marks and still be nothing but a day or a time.
_SMALL = re.compile(
    rf"{MARK}|[^\w<>]+|\b(?:on|at|in|the|an?|of|for|then|maybe|perhaps|please|pls|ok|okay|so|and|or|to|um|hi|hello"
    r"|hey|yes|no|oh|well|say|some|time|sometime|around|about|after|before|from|by|until|till|between|it|be|good"
    r"|great|rather|either|instead|both|next|this|my|ish|with|day|onwards|later|earlier|also|thanks|is|are)\b"
)
_FREE = (
    r"(?:free|available|availability|openings?|possible|space|room|slots?|spots?|appointments?|gaps?|vacanc\w+"
    r"|anything|something|bookable|left)\b"
)
_WHEN = r"<[dhtw]\d+>"
_VISIT = rf"(?:(?:an?|the|it|this|that|one|my|on|at) )*(?:{MARK}|something|anything|slot|one\b|appointment|booking)"
_MAY_I = (
    r"(?:can|could|may|might|shall|would|will|cant|couldnt|dont) (?:i|we|you|u|they|she|he|somebody|someone)"
    r"(?: (?:please|maybe|possibly|just|also|still|like to|love to|prefer to|be able to))*"
)
_ASKS_FOR_A_TIME = _any(
    r"(?:what|how) about\b|why (?:not|dont)\b|when (?:are you|is \w+) (?:free|available)\b|whats (?:free|available)\b",
    rf"(?:is|are|was|were|will|would|isnt|arent)\b.*\b{_FREE}",
    rf"(?:is|will|would|does|do|could|are) (?:the |on )?(?:\w+ )?{_WHEN}.*"
    r"\b(?:ok|okay|alright|fine|good|better|best|work|suit|do|be|too)\b",
    r"are you (?:there |in |open )(?:on )?<d",
    r"do you do (?:\w+ )?<[dhwv]",
    rf"(?:have|has|got|do) (?:you|they|she|he)\b.*\b(?:times?\b|{_FREE})",
    rf"(?:do you have|have you got|got) (?:any |an? |the )?{MARK}",
    r"(?:what|which)(?: other)? (?:times?|days?|slots?)\b(?! (?:do|does|are|is) \w+ (?:\w+ )?(?:open|close|shut))",
    r"what (?:do you have|have you got|is (?:free|available))\b",
    rf"{_MAY_I} (?:come|book|get (?:in\b|{_VISIT})|see\b|make|fit|squeeze|move|start|pop|drop|reserve|schedule|arrange"
    rf"|pencil|offer|put|swing|visit|choose|pick|go for|change|try|say|be (?:seen|there|in)"
    rf"|(?:have|take|do|want|prefer|like) {_VISIT})",
    r"(?:is|would) (?:it|that)(?: be)? (?:ok|okay|possible|alright|fine) (?:if i|to) (?:come|book|see|have)\b",
    r"any (?:chance|times?|days?)\b|(?:earliest|soonest)\b|how soon can\b",
    rf"any(?:thing)?\b.*{_WHEN}",
    rf"(?:is there|is it) (?:{MARK}|an? |any|something|space|room|still)",
)
# What was, and how somebody can be called.
_ELSEWHEN = _any(
    r"(?:had|was|were|wasnt|werent|did|didnt|started|began|begun|came|went|saw|woke|fell|felt|injured|pulled|twisted"
    r"|since|ago|used to|ended|happened|been|got (?:hurt|injured|worse|better)"
    r"|last (?:session|visit|time|appointment|treatment)|(?:reach|call|ring|text|phone|contact) (?:me|us))\b"
)
_HOPED = _any(
    r"(?:was|were) (?:hoping|thinking|wondering|looking|going to|wanting)\b", r"had (?:in mind|hoped)\b"
)
# What days and times are spoken of for, other than visits.
_ELSEWISE = _any(
    r"(?:pains?|painful|hurts?|hurting|sore|aches?|aching|stiff|stiffness|worse|numb|swollen|swelling|sleep|wake"
    r"|symptoms?|bleed\w*|medication|medicine|tablets?|pills?|exercises?|gym|run|running|period|pregnant|due"
    r"|surgery|operation|scan|mri|doctor|gp|physio|hospital|flare\w*|tingling|eat|drink|drive"
    r"|meeting|class|shift|exam|flight|wedding|birthday)\b"
)
_VISITING = _any(
    r"(?:book|booking|appointment|slot|come|see (?:you|someone|somebody|her|him|them)|fit|free|available|make it"
    r"|prefer|works?|suits?|fine|ok|okay|please|like|love|want|need|visit|get in|rather|best|ideal|ideally"
    r"|hop(?:e|ing)|can do)\b"
)
_RULES_OUT = _any(
    r"(?:not|cannot|(?:ca|do|wo|does|is|are|could|would)nt|never|except|excluding|apart from|other than|instead of"
    r"|rather than|unable|impossible|busy|away|unavailable|no good|bad|i work|im working|at work"
    r"|on (?:holiday|vacation|leave)|hate)\b",
    r"no <[hw]",
)
_MEANT_ALL_THE_SAME = _any(
    r"(?:ca|could|do|wo|is|are|would)nt (?:i|we|you|there)\b|why (?:not|dont)\b|cant wait\b|dont know\b",
    r"(?:do|does|is)nt (?:mind|care|matter)\b|not (?:fussed|fussy|bothered|sure|too bad|bad|only)\b",
)


@dataclass(frozen=True)
class Clause:
    """Words up to a comma, a stop or a turn, and whether they are asked."""

    text: str
    asked: bool

    @property
    def is_about_the_visit(self) -> bool:
        """Whether it says or asks when or what somebody wants to come for."""
        if self.asked:
            return bool(_ASKS_FOR_A_TIME.search(self.text)) or not _SMALL.sub("", self.text)
        if _ELSEWHEN.search(self.text):
            return bool(_HOPED.search(self.text))
        return not _ELSEWISE.search(self.text) or bool(_VISITING.search(self.text))

    @property
    def rules_out(self) -> bool:
        """Whether it says what will not do."""
        return bool(_RULES_OUT.search(self.text)) and not _MEANT_ALL_THE_SAME.search(self.text)


def clauses_of(text: str) -> Iterator[Clause]:
    """The clauses of a marked text; what is listed, or goes from one mark to another, stays together."""
    text = _LISTED.sub(r"\1 and ", " ".join(text.split()))
    text = _RANGED.sub(r"\1 to ", text)
    begins = 0
    for parted in [*_PARTED.finditer(text), None]:
        words = text[begins : parted.start() if parted else None].strip()
        if words:
            asked = parted is not None and parted["asked"] is not None
            yield Clause(words, asked or _QUESTION.match(words) is not None)
        begins = parted.end() if parted else len(text)
