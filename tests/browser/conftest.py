"""A real Chromium before the shared stack; every page is watched for faults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from bot.scratch import Stack
from bot.settings import ROOT
from tests.browser import chromium

OUTPUT = ROOT / "test-output"

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Ends with the module: while it runs, it holds an event loop in this thread."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
    yield running
    running.close()


@pytest.fixture
def faults() -> list[str]:
    """What the browser complains of: errors, reports of the policy, requests to anywhere else.

    A test that expects one takes it out.
    """
    return []


@pytest.fixture
def open_page(browser: Browser, stack: Stack, faults: list[str]) -> Iterator[Open]:
    """Opens the page, of the shared stack or at `url`; its options are those of a browser context."""
    contexts = []

    def open_(url: str = stack.url, **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(**options)
        contexts.append(context)
        # Of the context, not the page: a page that a link opens is watched from its first moment.
        context.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
        ours = (url, "data:", "blob:")
        context.on("request", lambda r: None if r.url.startswith(ours) else faults.append(r.url))
        page = context.new_page()
        page.goto(url)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def page(open_page: Open) -> Page:
    """The page on a wide screen."""
    return open_page()


def shot(page: Page, name: str, *, whole: bool = False) -> None:
    """Keeps a picture of what is seen of the page, or of the whole, to be looked at."""
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / f"{name}.png", full_page=whole)
