"""The demonstration clinic's page, with the chat in it."""

from __future__ import annotations

from pathlib import Path

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from bot.knowledge.rendering import clock, money
from bot.knowledge.topics import OPENERS, topics
from bot.web.api.access import App

FOLDER = Path(__file__).parent
router = APIRouter(include_in_schema=False)
_templates = Jinja2Templates(FOLDER / "templates")
_templates.env.filters.update(clock=clock, money=money)


@router.get("/", response_class=HTMLResponse)
async def home(request: Request, app: App) -> HTMLResponse:
    """The clinic's page."""
    clinic = await run_sync(app.knowledge.clinic)
    values = {
        "clinic": clinic,
        "suggestions": [{"topic": topic, "ask": topics()[topic]} for topic in OPENERS],
        "static": request.app.state.static,
    }
    return _templates.TemplateResponse(request, "home.html", values)
