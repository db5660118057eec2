"""What a test does with a page that has the chat on it, and what it sees there."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Frame, Locator, Page

IS_THERE = "window.Meridian && !Array.isArray(Meridian)"
KEEP_EVENTS = """window.kept = []; for (const what of
  ["ready", "opened", "closed", "message", "unread", "handoff", "booked", "error"]) {
  Meridian.on(what, (detail) => kept.push([what, detail]));
  document.addEventListener(`meridian:${what}`, () => (window.heard ??= []).push(what)); }"""


def until(page: Page, expression: str) -> None:
    """Waits until an expression is true; `wait_for_function` is refused where the page's policy forbids `eval`."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {expression}")


def chat(page: Page) -> Frame:
    """The frame with the chat, once it is there."""
    for _ in range(100):
        for frame in page.frames:
            if "/widget" in frame.url:
                frame.wait_for_selector(".leave", state="attached")
                return frame
        page.wait_for_timeout(50)
    raise AssertionError("The chat is not on the page.")


def log(page: Page) -> Locator:
    return chat(page).get_by_role("log", name="Messages")


def ask(page: Page, text: str) -> None:
    chat(page).get_by_label("Your question").fill(text)
    chat(page).get_by_label("Your question").press("Enter")


def nodes(page: Page, role: str) -> list[dict[str, Any]]:
    """What assistive technology is told of the page, closed shadow roots too: name and states by role."""
    session = page.context.new_cdp_session(page)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return [
        {"name": node.get("name", {}).get("value", "")}
        | {each["name"]: each["value"].get("value") for each in node.get("properties", [])}
        for node in tree
        if not node.get("ignored") and node.get("role", {}).get("value") == role
    ]


def launcher(page: Page) -> dict[str, Any]:
    (found,) = [
        node for node in nodes(page, "button") if "Chat with" in node["name"] or "Clavarder" in node["name"]
    ]
    return found


def press_launcher(page: Page, x: int | None = None) -> None:
    size = page.viewport_size
    assert size
    page.mouse.click(size["width"] - 48 if x is None else x, size["height"] - 48)


def opened(page: Page) -> bool:
    return launcher(page)["expanded"] is True


def wait_closed(page: Page) -> None:
    """The tree for assistive technology follows the page a moment later."""
    for _ in range(50):
        if not opened(page):
            return
        page.wait_for_timeout(100)
    pytest.fail("the chat is still open")


def events(page: Page) -> list[str]:
    return [what for what, _ in page.evaluate("kept")]
