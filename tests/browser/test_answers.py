"""The answers as pages in a real browser: from the chat and back, without JavaScript, on a phone, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from bot.database import Database
from bot.knowledge.tables import Article, ArticleLink
from bot.scratch import Stack
from tests.browser.conftest import Open, shot
from tests.browser.test_page import ask, log
from tests.web.answer_files import HOSTILE, add_articles, article

SIZES: dict[str, dict[str, Any]] = {
    "1280": {"viewport": {"width": 1280, "height": 900}},
    "dark-1280": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone-390": {"viewport": {"width": 390, "height": 844}},
    "phone-dark-390": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "zoom-400": {"viewport": {"width": 320, "height": 256}},
}


@pytest.fixture(scope="module")
def variants(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Variants that nobody else asks for, in the shared stack for these tests only."""
    articles = {
        "browser_whiplash": article("how_many_sessions", {"condition": "whiplash"}, title="After whiplash"),
        "browser_jaw": article("how_many_sessions", {"body_part": "jaw"}, title="For a sore jaw"),
        "browser_elbow": article(
            "does_it_hurt",
            {"body_part": "elbow"},
            title=HOSTILE,
            short=HOSTILE,
            more=HOSTILE,
            get_help="Call 911 if your arm is weak.",
            last_reviewed=date(2026, 11, 20),
            reviewed_by="Dana Example",
        ),
    }
    database = Database(stack.settings.database)
    add_articles(database, tmp_path_factory.mktemp("answers") / "articles", articles)
    yield
    with database.write() as session:
        ids = select(Article.id).where(Article.name.in_(articles))
        session.execute(delete(ArticleLink).where(ArticleLink.article_id.in_(ids)))
    database.dispose()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_from_an_answer_in_the_chat_to_its_page_and_back(page: Page) -> None:
    ask(page, "how many treatments do people usually have?")
    page.get_by_text("Sources and how sure this is").click()
    with page.context.expect_page() as opened:
        log(page).get_by_role("link", name="Read this answer as a page (opens a new tab)").click()
    answer = opened.value
    expect(answer.get_by_role("heading", level=1)).to_have_text("How many sessions will I need?")
    assert answer.url.endswith("/answers/how_many_sessions")
    # The chat's tab cannot be reached from the new one.
    assert answer.evaluate("window.opener") is None
    answer.get_by_role("link", name="Ask in the chat").click()
    expect(answer.get_by_label("Your question")).to_have_value("How many sessions will I need?")
    shot(answer, "answers-asked-1280")
    answer.get_by_role("button", name="Send").click()
    expect(log(answer)).to_contain_text("between 6 and 12 sessions")


def test_without_javascript_everything_can_be_found_and_read(open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    page.get_by_role("link", name="read all answers").click()
    page.get_by_label("Search the answers").fill("are the needles sterile?")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("are the needles sterile?")
    shot(page, "answers-search-1280")
    page.get_by_role("link", name="Are the needles sterile?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Are the needles sterile?")
    page.get_by_role("navigation", name="Breadcrumb").get_by_role("link", name="All answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All answers")


@pytest.mark.usefixtures("variants")
def test_hostile_words_are_shown_and_nothing_is_reported(open_page: Open, stack: Stack) -> None:
    page = open_page()
    page.goto(f"{stack.url}/answers/does_it_hurt/elbow")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(page.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    data = page.evaluate("JSON.parse(document.querySelector('[type=\"application/ld+json\"]').textContent)")
    assert data["mainEntity"][0]["name"] == HOSTILE
    page.goto(f"{stack.url}/answers?q=onerror alert")
    expect(page.get_by_role("heading", level=2).first).to_have_text(HOSTILE)


@pytest.mark.usefixtures("variants")
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_fit(open_page: Open, stack: Stack, size: str) -> None:
    page = open_page(**SIZES[size])
    for name, path in (
        ("index", "/answers"),
        ("page", "/answers/sciatica"),
        ("variants", "/answers/how_many_sessions"),
        ("variant", "/answers/how_many_sessions/whiplash"),
        ("hostile", "/answers/does_it_hurt/elbow"),
    ):
        page.goto(stack.url + path)
        assert fits(page), f"{path} scrolls sideways"
        shot(page, f"answers-{name}-{size}", whole=True)


def test_an_unknown_answer_leads_on(open_page: Open, stack: Stack, faults: list[str]) -> None:
    page = open_page()
    page.goto(f"{stack.url}/answers/nonsense")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such answer")
    shot(page, "answers-unknown-1280")
    # The browser itself reports the status.
    assert [fault for fault in faults if "404" in fault]
    faults.clear()


def test_on_paper_an_answer_is_only_itself(open_page: Open, stack: Stack) -> None:
    page = open_page(color_scheme="dark")
    page.goto(f"{stack.url}/answers/sciatica")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="When to get help")).to_be_visible()
    expect(page.get_by_role("link", name="Ask in the chat")).to_be_hidden()
    ink = "getComputedStyle(document.querySelector('.get-help')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    shot(page, "answers-print", whole=True)


def test_a_keyboard_skips_to_the_answer(open_page: Open, stack: Stack) -> None:
    page = open_page()
    page.goto(f"{stack.url}/answers/sciatica")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
