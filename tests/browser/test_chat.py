"""What the chat does besides asking and answering: refuses kindly, copies, remembers, and links to sources alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.test_page import ask, log
from tests.browser.test_states import answers, part

NUMB = "I can't feel myself pee and my saddle is numb. "


def test_a_refused_message_still_gets_its_warning_and_gets_it_once(page: Page, faults: list[str]) -> None:
    ask(page, "is it safe?")
    expect(log(page).locator(".extras")).to_have_count(1)
    ask(page, NUMB * 25)
    expect(log(page).locator(".warning .first")).to_be_in_viewport()
    expect(log(page).locator(".note")).to_contain_text("at most 1000")
    # It comes twice, with the refusal and by the stream.
    page.wait_for_timeout(1_000)
    expect(log(page).locator(".warning")).to_have_count(1)
    assert page.get_by_label("Your question").input_value().startswith(NUMB)
    page.reload()
    expect(log(page).locator(".warning")).to_have_count(1)
    faults.clear()  # the browser itself reports what was refused


def test_an_answer_is_copied_with_its_sources(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    answers(page, "how many treatments do people usually have?")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("How many sessions will I need?\n\nMany people have between 6 and 12 sessions")
    assert "https://" in copied


def test_a_browser_that_may_not_copy_says_so(page: Page) -> None:
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    answers(page, "are the needles sterile?")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="You can select the text instead")).to_be_visible()


def test_an_answer_links_to_its_sources_and_nothing_else(page: Page) -> None:
    answers(page, "how many treatments do people usually have?").locator("summary").last.click()
    assert log(page).locator("a").count() > 1
    for link in log(page).locator("a").all():
        assert link.evaluate("(a) => a.closest('.evidence') !== null")
        assert link.get_attribute("rel") == "noopener noreferrer"


def test_feedback_is_still_there_after_a_reload(page: Page) -> None:
    answers(page, "are the needles sterile?")
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_role("button", name="Hard to understand").click()
    expect(page.get_by_role("button", name="Hard to understand", pressed=True)).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="No", exact=True, pressed=True)).to_be_visible()
    expect(page.get_by_role("button", name="Hard to understand", pressed=True)).to_be_visible()


def test_a_dropped_file_is_not_taken_and_the_page_stays(page: Page) -> None:
    expect(part(page, "question")).to_be_visible()
    prevented = page.evaluate(
        """() => ["dragover", "drop"].map((kind) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File(["x"], "scan.pdf", { type: "application/pdf" }));
            const event = new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true });
            document.querySelector("[data-part=thread]").dispatchEvent(event);
            return event.defaultPrevented;
        })"""
    )
    assert prevented == [True, True]
    expect(log(page)).to_contain_text("Pictures and files cannot be sent here.")


def test_pasted_words_are_taken_even_where_a_picture_comes_along(page: Page) -> None:
    expect(part(page, "question")).to_be_visible()
    prevented = part(page, "question").evaluate(
        """(input) => {
            const clipboardData = new DataTransfer();
            clipboardData.items.add(new File(["x"], "words.png", { type: "image/png" }));
            clipboardData.setData("text/plain", "it hurts");
            const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
            input.dispatchEvent(event);
            return event.defaultPrevented;
        }"""
    )
    assert not prevented
    expect(log(page).locator(".note")).to_have_count(0)


def test_before_the_first_word_there_is_nothing_to_save(page: Page) -> None:
    part(page, "menu").locator("summary").click()
    part(page, "save").click()
    expect(log(page)).to_contain_text("Nothing is kept yet")
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(("days", "word"), [(0, "Today"), (1, "Yesterday"), (400, None)])
def test_days_stand_between_messages(page: Page, days: int, word: str | None) -> None:
    now = datetime.now().astimezone()
    answers(page, "are the needles sterile?")
    page.clock.set_fixed_time(now + timedelta(days=days))
    page.reload()
    expect(log(page).locator(".day")).to_have_text(word or f"{now.day} {now:%B} {now.year}")


def test_after_midnight_today_is_yesterday(page: Page, faults: list[str]) -> None:
    answers(page, "are the needles sterile?")
    expect(log(page).locator(".day")).to_have_text("Today")
    page.clock.set_fixed_time(datetime.now().astimezone() + timedelta(days=1))
    page.context.set_offline(True)
    ask(page, "does it hurt?")
    expect(log(page).locator(".day")).to_have_text(["Yesterday", "Today"])
    page.close()
    faults.clear()  # the browser itself reports what it could not send


NOTE = "I want to kill myself"


@pytest.mark.parametrize("phone", ["(403) 555-0142", "12"], ids=["taken", "refused"])
def test_a_warning_sign_on_the_form_is_answered_with_its_warning(
    page: Page, faults: list[str], phone: str
) -> None:
    part(page, "person").click()
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Phone").fill(phone)
    page.get_by_label("What is it about?").fill(NOTE)
    page.get_by_role("button", name="Ask for a call back").click()
    expect(log(page).locator(".warning.crisis .first")).to_be_in_viewport()
    expect(page.get_by_text("Your details are with the clinic.")).to_have_count(1 if phone != "12" else 0)
    # It comes twice, with the answer and by the stream.
    page.wait_for_timeout(1_000)
    expect(log(page).locator(".warning .first")).to_be_in_viewport()
    expect(log(page).locator(".warning")).to_have_count(1)
    expect(log(page)).not_to_contain_text("Nothing is booked yet")
    faults.clear()  # the browser itself reports what was refused


def test_a_form_that_could_not_be_fetched_is_fetched_again_on_demand(page: Page, faults: list[str]) -> None:
    page.route("**/seldom.css", lambda route: route.abort())
    part(page, "person").click()
    note = page.locator("#chat .note.caution")
    expect(note).to_contain_text("This could not be loaded.")
    expect(page.locator("#chat .callback")).to_have_count(0)
    # The clinic can be called meanwhile.
    expect(page.locator("#chat .message a.or-call")).to_be_visible()
    page.unroute_all()
    note.get_by_role("button", name="Try again").click()
    expect(page.locator("#chat .callback form")).to_be_visible()
    expect(note).to_have_count(0)
    faults.clear()  # the browser itself reports what it could not fetch
