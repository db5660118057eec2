"""For those who run Meridian: whether it lives, whether it can answer, and the API's description."""

from __future__ import annotations

from http import HTTPStatus

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse
from sqlalchemy import select

from bot.web.api.access import App

# Swagger UI sets style attributes and builds HTML itself, so this one page is let out of two rules.
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz")
async def ready(app: App) -> JSONResponse:
    """The database and the engine answer; 503 while one of them does not."""

    def database_answers() -> bool:
        with app.database.read() as session:
            return session.scalar(select(1)) == 1

    engine = await app.engine.ready()
    state = {"database": await run_sync(database_answers), "engine": engine is not None}
    model = (engine or {}).get("model_file")
    status = HTTPStatus.OK if all(state.values()) else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({**state, "model": model}, status)


@router.get("/api/docs")
async def docs(request: Request) -> HTMLResponse:
    """The visitor API, to read and to try; every file comes from this server."""
    static = request.app.state.static.url
    page = get_swagger_ui_html(
        openapi_url="/api/openapi.json",
        title="Meridian visitor API",
        swagger_js_url="/api/docs/assets/swagger-ui-bundle.js",
        swagger_css_url="/api/docs/assets/swagger-ui.css",
        swagger_favicon_url=f"{static}/favicon.svg",
    )
    # FastAPI starts Swagger UI from an inline script, which the policy forbids; ours is a file.
    html = bytes(page.body).decode()
    head, _, _ = html.partition("<script>")
    return HTMLResponse(
        head + f'<script src="{static}/api-docs.js"></script></body></html>',
        headers={"Content-Security-Policy": _DOCS_POLICY},
    )
