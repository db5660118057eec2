"""The application factory of the public port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import swagger_ui_bundle
from fastapi import FastAPI
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles

from bot.web import answers, appointment, book, operations, pages, problems, security, widget
from bot.web.api import booking, conversations, stream
from bot.web.services import Services
from bot.web.static_files import VERSIONS, shipped_files


def create_app(services: Services) -> FastAPI:
    """The app over its parts. Its lifespan takes up unanswered messages, sends alerts and runs the jobs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        alerts = asyncio.create_task(services.alerts.run())
        resuming = asyncio.create_task(services.turns.resume())
        if not services.settings.jobs_apart:
            services.jobs.start()
        yield
        resuming.cancel()
        await services.turns.settle(services.settings.engine_seconds)
        alerts.cancel()
        await asyncio.to_thread(services.jobs.stop)
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
    problems.install(app)
    # Pages and replies; files come compressed already.
    app.add_middleware(GZipMiddleware, minimum_size=400, compresslevel=6)
    app.add_middleware(security.Guard)
    app.include_router(conversations.router)
    app.include_router(stream.router)
    app.include_router(booking.router)
    app.include_router(pages.router)
    app.include_router(book.router)
    app.include_router(appointment.router)
    app.include_router(widget.router)
    app.include_router(answers.router)
    app.include_router(operations.router)
    static = shipped_files()
    app.state.static = static
    app.mount(VERSIONS, static)
    app.mount("/api/docs/assets", StaticFiles(directory=swagger_ui_bundle.swagger_ui_path))
    return app
