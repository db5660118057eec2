"""The chat on other websites: the script they load, and the page they frame."""

from __future__ import annotations

import json

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.web.api.access import App
from bot.web.html import revalidated, templates
from bot.web.pages import chat_values
from bot.web.security import page_policy
from bot.web.static_files import VersionedFiles

router = APIRouter(include_in_schema=False)

# A new version is on every page that is opened five minutes later.
_FRESH = "public, max-age=300"


@router.api_route("/widget.js", methods=["GET", "HEAD"])
async def script(request: Request, app: App) -> Response:
    """What a website loads: a few lines that load the loader from its versioned address."""
    static: VersionedFiles = request.app.state.static
    clinic = await run_sync(app.knowledge.clinic)
    values = {
        '"./loader.js"': json.dumps(f".{static.url}/widget/loader.js"),
        '"the clinic"': json.dumps(clinic.name),
    }
    source = static.text("widget/widget.js")
    for placeholder, value in values.items():
        source = source.replace(placeholder, value)
    response = revalidated(request, Response(source, media_type="text/javascript"))
    response.headers["Cache-Control"] = _FRESH
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@router.api_route("/widget", methods=["GET", "HEAD"], response_class=HTMLResponse)
async def frame(request: Request, app: App) -> Response:
    """The chat alone, which this server's pages and the sites in the settings may frame."""
    sites = app.settings.allowed_sites
    values = await chat_values(request, app)
    values |= {
        "layout": "widget.html",
        "question": "",
        "sites": sites,
    }
    page = templates.TemplateResponse(request, "home.html", values)
    page.headers["Content-Security-Policy"] = page_policy(*sites)
    # So that a site which isolates itself (Cross-Origin-Embedder-Policy) can show it, too.
    page.headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    page.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return revalidated(request, page)
