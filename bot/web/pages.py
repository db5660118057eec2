"""The demonstration clinic's page, with the chat in it."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.knowledge.regions import region_of
from bot.knowledge.topics import OPENERS, topics
from bot.web.api.access import App
from bot.web.html import templates
from bot.web.services import Services

router = APIRouter(include_in_schema=False)


@router.api_route("/", methods=["GET", "HEAD"], response_class=HTMLResponse)
async def home(request: Request, app: App, ask: str = "") -> HTMLResponse:
    """The clinic's page. `ask` is an answer's address: its question stands in the input, ready to send."""
    asked = (await run_sync(app.library.catalogue)).find(ask) if ask else None
    values = await chat_values(request, app) | {"question": asked.ask if asked else ""}
    return templates.TemplateResponse(request, "home.html", values)


async def chat_values(request: Request, app: Services) -> dict[str, Any]:
    """What the chat's template needs, wherever the chat stands."""
    clinic = await run_sync(app.knowledge.clinic)
    return {
        "clinic": clinic,
        "region": region_of(clinic.region),
        "suggestions": [{"topic": topic, "ask": topics()[topic]} for topic in OPENERS],
        "kept_days": app.settings.token_renewal_days,
        "static": request.app.state.static.url,
    }
