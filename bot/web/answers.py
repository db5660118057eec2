"""Every article as a page of its own, for people who read and, once signed off, for search engines."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from bot.knowledge.clinic import Clinic
from bot.knowledge.library import Catalogue, Page
from bot.knowledge.rendering import render
from bot.knowledge.search import search
from bot.web.api.access import App
from bot.web.html import answer_path, revalidated, templates
from bot.web.services import Services

# The same words as in the chat (static/words.js).
EVIDENCE = {
    "strong": "strong evidence",
    "moderate": "moderate evidence",
    "low": "low, the studies are few or weak",
    "disputed": "disputed, good sources disagree",
    "practical": "practical advice, not a result of studies",
}
MAX_QUERY = 200
_READ = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False)


@router.api_route("/answers", methods=_READ)
async def index(request: Request, app: App, q: str = "") -> Response:
    """All answers by group, or those that fit `q`; warning signs in it come first."""

    def work() -> Response:
        catalogue = app.library.catalogue()
        query = " ".join(q.split())[:MAX_QUERY]
        if query:
            warnings = app.warnings.words(q)
            return _list(request, app, catalogue, query=query, warnings=warnings)
        indexable = any(entry.indexable for entry in catalogue.entries)
        return revalidated(request, _list(request, app, catalogue, indexable=indexable))

    return await run_sync(work)


@router.api_route("/answers/{address:path}", methods=_READ)
async def answer(request: Request, app: App, address: str) -> Response:
    """One answer, `topic` or `topic/value`. Another address of the same article leads to its own."""

    def work() -> Response:
        page = app.library.page(address.strip("/").casefold())
        if page is None:
            if not address.strip("/"):
                return RedirectResponse("/answers")
            catalogue = app.library.catalogue()
            return _list(request, app, catalogue, missing=True, status=HTTPStatus.NOT_FOUND)
        if page.address != address:
            return RedirectResponse(answer_path(page.address))
        clinic = app.knowledge.clinic()
        canonical = _absolute(request, answer_path(page.address))
        values = {
            "page": page,
            "canonical": canonical,
            "data": structured_data(page, canonical, clinic),
            "how_sure": EVIDENCE[page.evidence],
            "indexable": page.indexable,
        }
        return revalidated(request, _html(request, clinic, "answer.html", values))

    return await run_sync(work)


@router.api_route("/sitemap.xml", methods=_READ)
async def sitemap(request: Request, app: App) -> Response:
    """The pages that search engines may show."""
    catalogue = await run_sync(app.library.catalogue)
    values = {
        "entries": [
            (_absolute(request, answer_path(entry.address)), entry.edited_at)
            for entry in catalogue.entries
            if entry.indexable
        ]
    }
    page = templates.TemplateResponse(request, "sitemap.xml", values, media_type="application/xml")
    return revalidated(request, page)


@router.api_route("/robots.txt", methods=_READ)
async def robots(request: Request) -> Response:
    """Where search engines may look. What they may not show says so itself, which they must read to know."""
    lines = ("User-agent: *", "Disallow: /api/", f"Sitemap: {_absolute(request, '/sitemap.xml')}", "")
    return revalidated(request, PlainTextResponse("\n".join(lines)))


def structured_data(page: Page, canonical: str, clinic: Clinic) -> dict[str, Any]:
    """The page as schema.org's FAQPage, with nothing in it that the page itself does not say."""
    text = "\n\n".join(part for part in (page.short, page.more, page.get_help) if part)
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "url": canonical,
        "inLanguage": f"en-{clinic.region[:2]}",
        "dateModified": page.edited_at.isoformat(),
        "publisher": {"@type": "Organization", "name": clinic.name},
        "mainEntity": [
            {
                "@type": "Question",
                "name": page.title,
                "acceptedAnswer": {"@type": "Answer", "text": text},
            }
        ],
        "citation": [
            {"@type": "CreativeWork", "name": source.title} | ({"url": source.url} if source.url else {})
            for source in page.sources
        ],
    }
    if page.last_reviewed and page.reviewed_by:
        data["lastReviewed"] = page.last_reviewed.isoformat()
        data["reviewedBy"] = {"@type": "Person", "name": page.reviewed_by}
    return data


def _list(
    request: Request,
    app: Services,
    catalogue: Catalogue,
    *,
    query: str = "",
    warnings: Sequence[str] = (),
    missing: bool = False,
    indexable: bool = False,
    status: HTTPStatus = HTTPStatus.OK,
) -> HTMLResponse:
    clinic = app.knowledge.clinic()
    values = {
        "groups": catalogue.groups(),
        "query": query,
        "warnings": warnings,
        "found": [
            (entry, render(entry.short, clinic) if entry.told else "")
            for entry in (search(catalogue.entries, query) if query else ())
        ],
        "missing": missing,
        "indexable": indexable,
        "canonical": _absolute(request, "/answers"),
    }
    return _html(request, clinic, "answers.html", values, status)


def _html(
    request: Request, clinic: Clinic, name: str, values: dict[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> HTMLResponse:
    headers = {} if values["indexable"] else {"X-Robots-Tag": "noindex"}
    shared = {"clinic": clinic, "static": request.app.state.static.url}
    return templates.TemplateResponse(request, name, shared | values, status, headers)


def _absolute(request: Request, path: str) -> str:
    return str(request.base_url).rstrip("/") + path
