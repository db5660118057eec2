"""Every state of the chat on every kind of screen: it fits, axe finds nothing, and a picture is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.scratch import Stack, scratch_stack
from tests.browser import node
from tests.browser.conftest import OUTPUT, Open
from tests.stack.test_faults import process

SCREENS: dict[str, dict[str, Any]] = {
    "desktop": {},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "dark": {"color_scheme": "dark"},
    "zoom": {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 2},
    "french": {"locale": "fr-CA"},
    "colours": {"forced_colors": "active"},
}
# A number to tap.
NUMBER = re.compile(r"^tel:\+?\d{3,}$")
# What WCAG 2.2 AA asks for as far as a program can tell, and what axe's makers advise besides.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def part(page: Page, name: str) -> Locator:
    """A part of the chat, whatever language it speaks."""
    return page.locator(f"#chat [data-part={name}]")


def ask(page: Page, text: str) -> None:
    part(page, "question").fill(text)
    part(page, "question").press("Enter")


def answers(page: Page, text: str, count: int = 1) -> Locator:
    """Asks, and waits for as many answers; gives what stands under the last."""
    extras = page.locator("#chat .extras")
    before = extras.count()
    ask(page, text)
    expect(extras).to_have_count(before + count)
    return extras.nth(before + count - 1)


def greeting(page: Page) -> None:
    expect(page.locator("#chat .greeting")).to_be_visible()


def answer(page: Page) -> None:
    answers(page, "does acupuncture help sciatica?")


def trust(page: Page) -> None:
    answers(page, "how many treatments do people usually have?").locator("details").last.locator(
        "summary"
    ).click()
    expect(page.locator("#chat .evidence").last).to_be_visible()


def not_helpful(page: Page) -> None:
    answers(page, "are the needles sterile?").locator(".feedback button").nth(1).click()
    expect(page.locator("#chat .reasons").last).to_be_visible()


def several(page: Page) -> None:
    answers(page, "How much is a first visit? And where do I park?", 2)


def clarifying(page: Page) -> None:
    ask(page, "I don't really know where to begin")
    expect(page.locator("#chat .message .choices button").first).to_be_visible()


def warned(level: str, text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        ask(page, text)
        warning = page.locator(f"#chat .warning.{level}")
        expect(warning.locator(".first")).to_be_in_viewport()
        expect(warning.get_by_role("link").first).to_have_attribute("href", NUMBER)

    return act


def callback(page: Page) -> None:
    part(page, "person").click()
    expect(page.locator("#chat .callback form")).to_be_visible()


def callback_refused(page: Page) -> None:
    page.locator("#chat .callback .primary").click()
    expect(page.locator("#chat .callback [name=name]")).to_be_focused()


def near_limit(page: Page) -> None:
    part(page, "question").fill("It hurts here. " * 65)
    expect(part(page, "count")).to_contain_text("975")


def over_limit(page: Page) -> None:
    part(page, "question").fill("It hurts here. " * 68)
    expect(part(page, "count")).to_have_class("count over")


def picture(page: Page) -> None:
    part(page, "question").evaluate(
        """(input) => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(["x"], "back.png", { type: "image/png" }));
            input.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#chat .note.caution")).to_be_visible()


def offline(page: Page) -> None:
    page.context.set_offline(True)
    ask(page, "is it safe?")
    expect(page.locator("#chat .note").last).to_be_visible()
    expect(page.locator("#chat .visitor .state").last).to_be_visible()


def menu(page: Page) -> None:
    part(page, "menu").locator("summary").click()
    expect(part(page, "save")).to_be_visible()


def delete(page: Page) -> None:
    menu(page)
    part(page, "erase").click()
    expect(part(page, "confirm-sheet")).to_be_visible()


def keys(page: Page) -> None:
    menu(page)
    part(page, "keys").click()
    expect(part(page, "keys-sheet")).to_be_visible()


def privacy(page: Page) -> None:
    part(page, "privacy").click()
    expect(part(page, "privacy-sheet")).to_be_visible()


# In the order in which a visitor could come to them, on one page.
STATES: dict[str, Callable[[Page], None]] = {
    "greeting": greeting,
    "near-limit": near_limit,
    "over-limit": over_limit,
    "picture": picture,
    "menu": menu,
    "delete": delete,
    "keys": keys,
    "privacy": privacy,
    "answer": answer,
    "trust": trust,
    "not-helpful": not_helpful,
    "several": several,
    "clarifying": clarifying,
    "emergency": warned("emergency", "I can't feel myself pee and my saddle is numb"),
    "urgent": warned("urgent", "my back hurts and I have a fever and chills"),
    "crisis": warned("crisis", "I want to kill myself"),
    "callback": callback,
    "callback-refused": callback_refused,
    "offline": offline,
}


def leave(page: Page) -> None:
    """Closes what is open, and empties the input."""
    page.keyboard.press("Escape")
    part(page, "question").fill("")


def found_in(page: Page, name: str) -> list[str]:
    """Keeps a picture; gives what does not fit and what axe finds."""
    OUTPUT.mkdir(exist_ok=True)
    picture = OUTPUT / f"chat-{name}.png"
    if page.viewport_size == {"width": 320, "height": 256}:
        page.locator("#chat").screenshot(path=picture)
    else:
        page.screenshot(path=picture)
    found = []
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the page scrolls sideways")
    if part(page, "thread").evaluate("(e) => e.scrollWidth > e.clientWidth"):
        found.append("the thread scrolls sideways")
    if page.evaluate("!window.axe"):
        page.evaluate((node.bring() / "axe-core" / "axe.min.js").read_text())
    found += page.evaluate(
        """async (rules) => {
            const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
            return violations.flatMap(({ id, nodes }) => nodes.map((n) => `${id}: ${n.html} ${n.failureSummary}`));
        }""",
        RULES,
    )
    return [f"{name}: {each}" for each in found]


# With forced colours the browser draws most of it: these are the ones where a colour meant something.
COLOURED = ("trust", "not-helpful", "emergency", "urgent", "callback-refused", "delete")


@pytest.mark.parametrize("screen", SCREENS)
def test_every_state_fits_and_is_accessible(open_page: Open, faults: list[str], screen: str) -> None:
    page = open_page(reduced_motion="reduce", **SCREENS[screen])
    found = []
    for state, act in STATES.items():
        act(page)
        if screen != "colours" or state in COLOURED:
            found += found_in(page, f"{state}-{screen}")
        leave(page)
    assert found == []
    assert all("ERR_INTERNET_DISCONNECTED" in fault for fault in faults)
    faults.clear()  # the browser itself reports what it could not fetch


@pytest.fixture(scope="module")
def mute(model: str) -> Iterator[Stack]:
    """A stack whose engine has stopped in its tracks."""
    with scratch_stack(model=model, engine_seconds=1) as running:
        engine = process(running, "bot.engine.serve")
        engine.suspend()
        yield running
        engine.resume()


@pytest.mark.parametrize("screen", SCREENS)
def test_an_engine_that_does_not_answer_is_admitted(open_page: Open, mute: Stack, screen: str) -> None:
    page = open_page(mute.url, reduced_motion="reduce", **SCREENS[screen])
    ask(page, "are the needles sterile?")
    expect(page.locator("#chat .message.bot").last).to_contain_text("technical fault")
    expect(page.locator("#chat .message.bot .or-call")).to_have_attribute("href", NUMBER)
    assert found_in(page, f"unavailable-{screen}") == []
