"""Fills the facts of the clinic and its region into curated text, which may read those and nothing else."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.knowledge.clinic import WEEKDAYS, Clinic
from bot.knowledge.regions import region_of

_SYMBOLS = {"CAD": "$", "USD": "$", "GBP": "£", "EUR": "€", "INR": "₹"}


class TemplateProblem(ValueError):
    """Text that cannot be filled in; the message says why."""


def money(amount: float | None, currency: str | None = None) -> str:
    """A price as people write it: `$85`, `£42.50`."""
    if amount is None:
        return "price on request"
    figure = f"{amount:.2f}".removesuffix(".00")
    symbol = _SYMBOLS.get(currency or "")
    return f"{symbol}{figure}" if symbol else f"{figure} {currency or ''}".strip()


def clock(span: str) -> str:
    """`09:00-17:00` as `9 am to 5 pm`."""
    return " to ".join(_time(part) for part in span.split("-"))


def _time(hhmm: str) -> str:
    hour, minute = map(int, hhmm.split(":"))
    half = "am" if hour < 12 else "pm"
    shown = hour % 12 or 12
    return f"{shown}:{minute:02d} {half}" if minute else f"{shown} {half}"


def week(hours: dict[str, list[str]]) -> str:
    """The whole week in words, days with the same hours together."""
    runs: list[tuple[list[str], str]] = []
    for day in WEEKDAYS:
        words = " and ".join(map(clock, hours.get(day, []))) or "closed"
        if runs and runs[-1][1] == words:
            runs[-1][0].append(day.capitalize())
        else:
            runs.append(([day.capitalize()], words))
    return "; ".join(f"{_days(days)} {words}" for days, words in runs)


def _days(days: list[str]) -> str:
    return " to ".join((days[0], days[-1])) if len(days) > 2 else " and ".join(days)


_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
_environment.filters["hours"] = week


@pass_context
def _money(context: Context, amount: float | None) -> str:
    return money(amount, context["clinic"].currency)


_environment.filters["money"] = _money


@cache
def _template(text: str) -> Template:
    return _environment.from_string(text)


def check_template(text: str) -> None:
    """Raises `TemplateProblem` where the text is no valid template."""
    try:
        _environment.parse(text)
    except TemplateSyntaxError as error:
        raise TemplateProblem(f"the template cannot be read: {error.message}") from None


def render(text: str, clinic: Clinic, **values: Any) -> str:
    """`text` with the facts of `clinic`, of its `region` and `values` filled in.

    Raises:
        TemplateProblem: the text asks for something that is not there.
    """
    try:
        facts = {"clinic": clinic, "region": region_of(clinic.region), **values}
        filled = _template(text).render(facts) if "{" in text else text
    except (TemplateError, TypeError, AttributeError, ValueError) as error:
        raise TemplateProblem(f"the text asks for something that is not there: {error}") from None
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in filled.strip().split("\n\n"))
