"""What visitors choose of what is offered: a service, the second one, whichever is free, another day, nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum

import phonenumbers

from bot.booking.appointments import OfferedService
from bot.booking.reading.clauses import MARK
from bot.booking.reading.dates import NUMBERS, ORDINALS
from bot.booking.reading.plain import plain_words
from bot.booking.tables import Visit


class Step(StrEnum):
    """What is to happen with the booking itself."""

    CANCEL = "cancel"
    RESTART = "restart"
    OTHER_TIME = "other_time"
    OTHER_DAY = "other_day"
    OTHER_SERVICE = "other_service"


_SESSION = r"(?:visit|appointment|session|treatment|consultation|consult|time)"
_KINDS = [
    (re.compile(rf"\b(?:{'|'.join(patterns)})\b"), visit)
    for visit, *patterns in (
        (Visit.FOLLOW_UP, rf"(?:not|isnt) (?:my|our|the) first(?: {_SESSION})?"),
        (
            Visit.FIRST,
            r"(?:(?:my|a|the|our) )?(?:first|initial|1st)[ -](?:ever )?"
            r"(?:visit|appointment|session|treatment|consultation|consult)",
            r"(?:my|our|for the|its the|its) (?:very )?first (?:time|one|ever)",
            r"(?:its|be|is) (?:my|our|her|his|their) (?:very )?first",
            r"first[ -]time(?= (?:here|visitor|patient|client)|$|[.,!?;])",
            r"new (?:patient|client|customer)|(?:im|we are|i am|were) new(?: here)?|new here|consultation",
            r"(?:never|havent|have not|not) (?:\w+ )?(?:been|had (?:it|acupuncture)|tried(?: (?:it|acupuncture))?)"
            r"(?: (?:there|here|before|to you))*",
        ),
        (
            Visit.FOLLOW_UP,
            r"(?:a )?foll?ow+[ -]?ups?(?: (?:visit|session|appointment|treatment))?",
            r"(?:returning|existing|regular)(?: (?:patient|client|customer))?|(?:second|2nd|third|3rd) visit",
            r"(?:(?:ive|have|had) )?been (?:\w+ )?(?:before|already)",
            r"been (?:here|there|to (?:you|acupuncture))(?: before)?",
            r"another (?:session|visit|appointment|treatment)",
            r"(?:come|coming|came|back|visit|here|in|booking|book) again|come back|came before|^again$",
        ),
    )
]


def mark_services(text: str, services: Sequence[OfferedService]) -> tuple[str, list[int]]:
    """The text with `<v0>` where a kind of visit or a service is named, and the services' ids.

    Of several of a kind the one whose name is there is meant, or else the first.
    """
    by_length = sorted(services, key=lambda service: -len(service.name))
    named = [(name, service) for service in by_length if (name := plain_words(service.name)) and name in text]
    found: list[int] = []
    for pattern, visit in _KINDS:
        kind = [service for _, service in named if service.visit is visit]
        kind += [service for service in services if service.visit is visit]
        if kind and pattern.search(text):
            text = pattern.sub(f" <v{len(found)}> ", text)
            found.append(kind[0].id)
    for name, service in named:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", f" <v{len(found)}> ", text)
        found.append(service.id)
    return text, found


_FILL = (
    r"(?:ok|okay|no|yes|oh|well|sorry|please|pls|actually|just|and|then|hi|hey|thanks?|thank you|now|instead|for now"
    r"|you know what|lets|i want|i would like|id like|i|we|can|could|to|the|ill|take|maybe|like|id|want|will|go for"
    r"|with)"
)
_BEFORE, _AFTER = rf"^(?:{_FILL} )*", rf"(?: {_FILL})*$"
_ALL_OF_IT = (
    r"(?: (?:it|that|this|everything|all|all of (?:it|that|this)|(?:(?:the|this|my) )?(?:booking|request)))"
)
_NO_MORE = (
    r"(?:to (?:book|come)|an? (?:appointment|booking|visit)|(?:it|that|this|the booking)|to)(?: .{1,30})?"
    r"|any ?more"
)
_OTHER, _CHANGE = r"(?:(?:an)?other|different) ", r"change (?:(?:the|my) )?"
_KIND = r"(?:(?:kind|type|sort) of )?(?:visit|service|treatment)"
# Cancelling and starting over are the whole of a clause, so that "does the pain stop" stops nothing.
_STEPS = {
    step: re.compile("|".join(patterns))
    for step, *patterns in (
        (
            Step.CANCEL,
            rf"{_BEFORE}(?:(?:cancel|stop){_ALL_OF_IT}?|forget{_ALL_OF_IT}|never ?mind|quit|exit|abort|leave it"
            rf"|drop it|(?:ive )?changed my mind|not interested(?: any ?more)?){_AFTER}",
            rf"^(?:(?:sorry|actually|no|oh) )*i (?:dont|do not|no longer) (?:really )?(?:want|need|wish)"
            rf"(?: (?:{_NO_MORE}))?$",
        ),
        (
            Step.RESTART,
            rf"{_BEFORE}(?:(?:re)?start(?: all)? (?:over|again|afresh|anew)|restart|begin again"
            rf"|(?:start )?from (?:the (?:beginning|start|top)|scratch)|do (?:it|that|this) over){_AFTER}",
        ),
        (Step.OTHER_SERVICE, rf"\b(?:{_OTHER}|{_CHANGE}){_KIND}\b"),
        (Step.OTHER_DAY, rf"\b(?:{_OTHER}|{_CHANGE})(?:day|date)s?\b|\bnot that day\b"),
        (
            Step.OTHER_TIME,
            rf"\b(?:{_OTHER}|{_CHANGE})(?:time|slot)s?\b",
            r"\b(?:something|anything|a bit|a little|any) (?:a bit |a little )?(?:later|earlier|else|sooner)\b",
            r"\bnone of (?:these|those|them)\b|\bneither\b|\bthat is no good\b",
            r"\b(?:that|those|these|they|it) (?:do|does|wo)nt (?:work|suit)\b",
            r"\btoo (?:late|early)\b|\bcant (?:make|do) (?:it|that|any of (?:these|those|them))\b",
            rf"{_BEFORE}(?:(?:what|how) about )?(?:later|earlier|sooner){_AFTER}",
        ),
    )
}


def step_in(clauses: Iterable[str]) -> Step | None:
    """What clauses want to happen with the booking."""
    texts = list(clauses)
    return next((step for step, pattern in _STEPS.items() if any(map(pattern.search, texts))), None)


_ANY = re.compile(
    r"\b(?:any ?(?:time|day|one|body)|any (?:slot|of (?:them|these|those)|will|works?)|anything (?:is|will|works)"
    r"|when ?ever|whichever|whoever|whatever (?:works|is|you|time|day)|no preference|im (?:easy|flexible)"
    r"|(?:dont|do not|not) (?:really )?(?:mind|care|bothered|fussed|fussy)|doesnt matter|either|up to you"
    r"|(?:first|next) (?:available|free|possible)|as (?:soon|early) as|how soon|asap|(?<!at the )(?:earliest|soonest)"
    r"|you (?:choose|pick|decide)|(?:right|straight) away|immediately)\b|^(?:any(?:thing)?|all|both|soon)$"
)


def is_anyone(clause: str) -> bool:
    """Whether whichever is free will do."""
    return _ANY.search(clause) is not None


_NTH = rf"(?P<n>{'|'.join(ORDINALS)}|\d(?=st|nd|rd|th))(?:st|nd|rd|th)?"
_ORDINALS = [
    re.compile(form)
    for form in (
        rf"(?:\b(?:option|number|choice|slot|no|nr) ?|#)(?P<n>\d|{'|'.join(NUMBERS)})\b",
        rf"(?<!a )(?<!my )\b{_NTH} (?:one|option|slot|choice|of (?:them|these|those))\b",
        rf"\bthe {_NTH}(?: time)?(?: (?:please|pls|then|thanks))*$",
        rf"{_BEFORE}{_NTH}{_AFTER}",
    )
]


def ordinal_in(clauses: Iterable[str]) -> int | None:
    """Which of those offered: `the second one`, `option 3`, -1 for the last."""
    for clause in clauses:
        for pattern in _ORDINALS:
            if match := pattern.search(clause):
                return ORDINALS.get(match["n"]) or NUMBERS.get(match["n"]) or int(match["n"]) or None
    return None


def number_alone(plain: str) -> int:
    """A number with nothing but small words around it; 0 where there is none."""
    match = re.search(rf"{_BEFORE}(\d\d?|{'|'.join(NUMBERS)})[.!?]*{_AFTER}", plain)
    return (NUMBERS.get(match[1]) or int(match[1])) if match else 0


_MAIL = re.compile(r"\w@\w[\w.-]*\.\w\w")


def has_contact(marked: str, region: str) -> bool:
    """Whether there is an e-mail address or a telephone number in a text; its days and times are marks."""
    if _MAIL.search(marked):
        return True
    numbers = phonenumbers.PhoneNumberMatcher(
        re.sub(MARK, ";", marked), region, leniency=phonenumbers.Leniency.POSSIBLE, max_tries=20
    )
    return numbers.has_next()
