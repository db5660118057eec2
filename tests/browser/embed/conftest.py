"""Two websites of a clinic, a stack that they may show, and a browser that visits them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Response

from bot.scratch import Stack, scratch_stack
from tests.browser.embed.page import IS_THERE, until
from tests.browser.hosts import Site, site

# Runs before anything else in every page and frame: tells what a policy has refused.
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error("refused by policy:", event.violatedDirective, event.blockedURI, event.sample))"""

Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def host() -> Iterator[Site]:
    """A clinic's own website. To a browser `localhost` and 127.0.0.1 are two sites: the frame gets no storage here."""
    with site("localhost") as served:
        yield served


@pytest.fixture(scope="package")
def near() -> Iterator[Site]:
    """A clinic's website at another address of the same site, as www.clinic.example is to chat.clinic.example."""
    with site("127.0.0.1") as served:
        yield served


@pytest.fixture(scope="package")
def stack(model: str, host: Site, near: Site) -> Iterator[Stack]:
    """A stack that these two websites may show."""
    with scratch_stack(model=model, allowed_sites=[host.url, near.url]) as running:
        yield running


@pytest.fixture
def tag(stack: Stack) -> str:
    """The line that a website puts in."""
    return f'<script src="{stack.url}/widget.js" async></script>'


def watch(context: BrowserContext, faults: list[str], *ours: str) -> None:
    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            faults.append(message.text)

    def asked(dialog: Dialog) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.add_init_script(TELL_VIOLATIONS)
    context.on("console", said)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("dialog", asked)
    known = (*ours, "data:", "blob:")
    context.on("request", lambda r: None if r.url.startswith(known) else faults.append(r.url))


@pytest.fixture
def visit(browser: Browser, stack: Stack, host: Site, near: Site, faults: list[str]) -> Iterator[Visit]:
    """Opens a page of the website and waits for the button; every complaint of the browser is a fault."""
    contexts = []

    def visit_(address: str, seen: list[Response] | None = None, **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = browser.new_context(**options)
        contexts.append(context)
        watch(context, faults, stack.url, host.url, near.url)
        page = context.new_page()
        if seen is not None:
            page.on("response", lambda response: seen.extend([response]))
        page.goto(address)
        until(page, IS_THERE)
        return page

    yield visit_
    for context in contexts:
        context.close()
    assert not faults
