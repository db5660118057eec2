"""Pages of HTML: the templates, how text and dates are put into them, and 304 where nothing changed."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup, escape
from pydantic import ValidationError

from bot.booking.wording import day_words, moment_words, span_words, time_words
from bot.knowledge.clinic import Clinic
from bot.knowledge.regions import region_of
from bot.knowledge.rendering import clock, money

# A number to dial, where the text says so: "call 911 or 112", "ring NHS 111", "phone Health Link on 811".
_TO_CALL = re.compile(
    r"\b(?:call|dial|phone|ring)(?: NHS|(?: [a-z]+){1,4} on)? \d{3}(?: \d{3})?\b(?![ -]?\d)(?:,? or \d{3}\b)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d{3}(?: \d{3})?")


def answer_path(address: str) -> str:
    """Where an answer stands as a page."""
    return f"/answers/{quote(address)}"


def prose(text: str, phone: str | None = None) -> Markup:
    """Text as paragraphs. `phone` and every number the text says to call become links that call it."""
    html = _TO_CALL.sub(lambda call: _NUMBER.sub(lambda number: _tel(number[0]), call[0]), str(escape(text)))
    if phone:
        html = html.replace(str(escape(phone)), _tel(phone))
    return Markup("\n".join(f"<p>{paragraph}</p>" for paragraph in html.split("\n\n")))  # noqa: S704


def _tel(number: str) -> str:
    return f'<a href="tel:{escape(number.replace(" ", ""))}">{escape(number)}</a>'


def day(moment: date, region: str) -> str:
    """A date as people write it there: `21 November 2026`, in the US `November 21, 2026`."""
    if region.startswith("US"):
        return f"{moment:%B} {moment.day}, {moment.year}"
    return f"{moment.day} {moment:%B} {moment.year}"


async def form_of(request: Request) -> dict[str, str]:
    """What a form sent, by field. What is no form, or no text, sent nothing."""
    try:
        return dict(parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def sentences(error: ValidationError) -> dict[str, str]:
    """What was wrong with a form, a sentence by field; "" is for the whole form."""
    found: dict[str, str] = {}
    for each in error.errors():
        field = str(each["loc"][0]) if each["loc"] else ""
        sentence = each["msg"].removeprefix("Value error, ")
        if each["type"] in ("string_too_long", "too_long"):
            sentence = f"This is too long. At most {each['ctx']['max_length']} characters are possible."
        elif field == "email":
            sentence = "This does not look like an e-mail address."
        found.setdefault(field, sentence if sentence.endswith(".") else f"{sentence}.")
    return found


def private_page(
    request: Request, clinic: Clinic, name: str, values: dict[str, Any], status: int
) -> HTMLResponse:
    """A page for one visitor: no search engine shows it, and no cache keeps it."""
    shared = {"clinic": clinic, "static": request.app.state.static.url, "region": region_of(clinic.region)}
    headers = {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
    return templates.TemplateResponse(request, name, shared | values, status, headers)


templates = Jinja2Templates(Path(__file__).parent / "templates")
templates.env.filters.update(answer_path=answer_path, clock=clock, day=day, money=money, prose=prose)
templates.env.filters.update(
    day_words=day_words, moment_words=moment_words, span_words=span_words, time_words=time_words
)


def revalidated(request: Request, response: Response) -> Response:
    """The response with a tag of what it says; 304 without a body for who already has just that."""
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:20]}"'
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "no-cache"
    known = request.headers.get("if-none-match", "")
    if tag not in (each.strip().removeprefix("W/") for each in known.split(",")):
        return response
    headers: dict[str, Any] = {
        name: value
        for name, value in response.headers.items()
        if name not in ("content-length", "content-type")
    }
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
