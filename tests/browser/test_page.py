"""A visitor in a real browser: asks, reads, chooses, asks for a person, comes back, deletes."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, shot


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")


def test_a_visitor_asks_and_reads_an_answer_with_its_sources(page: Page) -> None:
    expect(log(page)).to_contain_text("automatic assistant of Willow Lane Acupuncture")
    ask(page, "how many treatments do people usually have?")
    expect(log(page)).to_contain_text("between 6 and 12 sessions")
    page.get_by_text("Sources and how sure this is").click()
    expect(log(page)).to_contain_text("Not yet signed off by this clinic")
    link = log(page).get_by_role("link").first
    assert (link.get_attribute("href") or "").startswith("https://")
    assert "noopener" in (link.get_attribute("rel") or "")
    shot(page, "answer-1280")


def test_a_quick_reply_is_asked_and_answered(page: Page) -> None:
    page.get_by_role("button", name="Does it hurt?").click()
    expect(log(page).get_by_role("heading", name="You")).to_have_count(1)
    replies = page.get_by_role("group", name="Suggested replies").last
    first = replies.get_by_role("button").first
    title = first.inner_text()
    first.click()
    expect(log(page).get_by_role("heading", name="You")).to_have_count(2)
    expect(log(page).get_by_role("paragraph").filter(has_text=title).first).to_be_visible()


def test_two_questions_get_two_answers(page: Page) -> None:
    ask(page, "How much is a first visit? And where do I park?")
    expect(log(page)).to_contain_text("$120")
    expect(log(page)).to_contain_text("behind the building")


def test_a_visitor_asks_for_a_person_and_leaves_a_number(page: Page, faults: list[str]) -> None:
    page.get_by_role("button", name="Talk to a person").click()
    expect(log(page)).to_contain_text("I have told Willow Lane Acupuncture")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Phone").fill("12")
    page.get_by_role("button", name="Ask for a call back").click()
    expect(page.get_by_text("too few or too many digits")).to_be_visible()
    shot(page, "form-error-1280")
    page.get_by_label("Phone").fill("(403) 555-0142")
    page.get_by_role("button", name="Ask for a call back").click()
    expect(log(page)).to_contain_text("Nothing is booked yet")
    # The browser itself reports the refused form.
    assert [fault for fault in faults if "422" in fault]
    faults.clear()


def test_a_message_that_is_too_long_is_refused_and_kept(page: Page, faults: list[str]) -> None:
    ask(page, "long " * 220)
    expect(page.get_by_text("at most 1,000").or_(page.get_by_text("at most 1000")).first).to_be_visible()
    assert len(page.get_by_label("Your question").input_value()) >= 1000
    faults.clear()


def test_a_chat_survives_a_reload_and_can_be_deleted(page: Page) -> None:
    ask(page, "are the needles sterile?")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    before = log(page).inner_text()
    page.reload()
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    assert log(page).inner_text() == before
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Delete my chat").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(log(page)).not_to_contain_text("are the needles sterile?")


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    expect(log(page)).to_contain_text("automatic assistant")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "question":
            break
    page.keyboard.type("does it hurt?")
    page.keyboard.press("Enter")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    # Focus stays where the visitor types.
    assert page.evaluate("document.activeElement.id") == "question"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("phone-390", {"viewport": {"width": 390, "height": 844}}),
        ("phone-dark-390", {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}),
        ("zoom-400", {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}),
    ],
)
def test_the_page_fits(open_page: Open, name: str, options: dict[str, object]) -> None:
    page = open_page(**options)
    ask(page, "does acupuncture help sciatica?")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"
    shot(page, name)


HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}} ${7*7} <%= 7*7 %>",
    '"><iframe srcdoc="<script>parent.alert(1)</script>">',
    "</p></div><style>body{display:none}</style>",
    "\u202egnp.exe \u0000".replace("\u0000", ""),
)


def test_what_a_visitor_types_is_text_and_nothing_else(page: Page) -> None:
    for number, text in enumerate(HOSTILE, 1):
        ask(page, text)
        expect(log(page).get_by_role("heading", name="You")).to_have_count(number)
        expect(log(page).get_by_role("heading", name="Assistant").last).to_be_visible()
    page.wait_for_timeout(300)
    assert log(page).locator("img, script, iframe, svg[onload], style").count() == 0
    for text in HOSTILE[:3]:
        expect(log(page)).to_contain_text(text)


def test_without_javascript_the_page_says_how_to_reach_the_clinic(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    expect(page.locator("noscript strong")).to_be_visible()


def test_a_lost_network_is_told_and_nothing_is_lost(page: Page, faults: list[str]) -> None:
    expect(log(page)).to_contain_text("automatic assistant")
    page.context.set_offline(True)
    ask(page, "is it safe?")
    expect(log(page)).to_contain_text("is it safe?")
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2, timeout=15_000)
    expect(log(page).get_by_role("heading", name="You")).to_have_count(1)
    stored = page.evaluate("JSON.stringify(sessionStorage)")
    assert isinstance(json.loads(stored), dict)
    faults.clear()
