"""The application factory of the public port."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import swagger_ui_bundle
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from bot.web import operations, pages, problems, security
from bot.web.api import conversations, stream
from bot.web.services import Services

log = logging.getLogger(__name__)
STATIC = pages.FOLDER / "static"


def create_app(services: Services) -> FastAPI:
    """The app over its parts. Its lifespan takes up unanswered messages and sends alerts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        alerts = asyncio.create_task(services.alerts.run())
        resumed = await services.turns.resume()
        if resumed:
            log.warning("messages taken up from before", extra={"count": resumed})
        yield
        await services.turns.settle(services.settings.engine_seconds)
        alerts.cancel()
        await services.engine.close()
        services.database.dispose()

    app = FastAPI(
        title="Meridian visitor API",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.services = services
    app.state.version = _version_of_static()
    problems.install(app)
    app.add_middleware(security.Guard)
    app.include_router(conversations.router)
    app.include_router(stream.router)
    app.include_router(pages.router)
    app.include_router(operations.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.mount("/api/docs/assets", StaticFiles(directory=swagger_ui_bundle.swagger_ui_path))
    return app


def _version_of_static(folder: Path = STATIC) -> str:
    """A short name for the static files as they are, so that a browser asks again when they change."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
