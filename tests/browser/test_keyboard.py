"""Without a mouse, and without eyes: everything the chat does is done with keys, and heard once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.test_delivery import wait_for
from tests.browser.test_page import ask, log
from tests.browser.test_states import answers, part

# More presses than the page has stops.
ENOUGH = 80


def focus_on(page: Page, wanted: Locator, key: str = "Tab") -> None:
    """Goes with a key until the wanted has the focus, as a visitor would.

    Raises:
        AssertionError: it cannot be reached this way.
    """
    for _ in range(ENOUGH):
        page.keyboard.press(key)
        if wanted.evaluate("(e) => e === document.activeElement"):
            return
    pytest.fail(f"{key} never comes to {wanted}")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent"))


def test_a_question_is_asked_and_the_sources_are_opened(page: Page) -> None:
    question = page.get_by_label("Your question")
    focus_on(page, question)
    page.keyboard.type("how many treatments do people usually have?")
    page.keyboard.press("Enter")
    expect(log(page)).to_contain_text("between 6 and 12 sessions")
    expect(question).to_be_focused()
    focus_on(page, page.get_by_text("Sources and how sure this is"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".evidence")).to_be_visible()
    focus_on(page, log(page).get_by_role("button", name="No", exact=True))
    page.keyboard.press("Enter")
    focus_on(page, page.get_by_role("button", name="Hard to understand"))
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Hard to understand", pressed=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_focused()


def test_a_first_question_and_a_quick_reply_are_chosen(page: Page) -> None:
    focus_on(page, page.get_by_role("button", name="Does it hurt?"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    choice = page.get_by_role("group", name="Suggested replies").get_by_role("button").last
    expect(choice).to_be_visible()
    focus_on(page, choice, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(log(page).get_by_role("heading", name="You")).to_have_count(2)
    expect(page.get_by_label("Your question")).to_be_focused()


def test_a_call_back_is_asked_for_and_a_mistake_is_gone_to(page: Page) -> None:
    person = page.get_by_role("button", name="Talk to a person")
    focus_on(page, person)
    page.keyboard.press("Enter")
    name = page.get_by_label("Your name")
    expect(name).to_be_visible()
    # The form does not take the focus: it is gone to.
    expect(person).to_be_focused()
    send = page.get_by_role("button", name="Ask for a call back")
    focus_on(page, send, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description("Please write your name.")
    page.keyboard.type("Ada")
    page.keyboard.press("Tab")
    page.keyboard.type("(403) 555-0142")
    focus_on(page, send)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your details are with the clinic.")).to_be_focused()


def test_the_chat_is_saved_and_deleted(page: Page) -> None:
    answers(page, "are the needles sterile?")
    menu = part(page, "menu").locator("summary")
    focus_on(page, menu, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(part(page, "save")).to_be_visible()  # what it holds comes when it is first wanted
    page.keyboard.press("ArrowDown")
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    text = saved.value.path().read_text()
    assert text.startswith("Your chat with Willow Lane Acupuncture")
    assert "are the needles sterile?" in text
    expect(menu).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # asks first, and Escape keeps it
    expect(log(page)).to_contain_text("are the needles sterile?")
    expect(menu).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "Enter", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(log(page)).to_contain_text("Your chat is deleted")
    expect(log(page)).not_to_contain_text("are the needles sterile?")


def test_an_arrow_key_waits_for_what_the_menu_holds(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/seldom.css", hold)
    menu = part(page, "menu").locator("summary")
    focus_on(page, menu, "Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(menu).to_be_focused()
    wait_for(page, lambda: bool(held))
    held[0].continue_()
    expect(part(page, "save")).to_be_focused()


def test_the_arrows_go_from_message_to_message(page: Page) -> None:
    answers(page, "are the needles sterile?")
    question = page.get_by_label("Your question")
    page.keyboard.press("Escape")
    expect(question).to_be_focused()
    messages = log(page).get_by_role("article")
    expect(messages).to_have_count(3)
    focus_on(page, messages.last, "Shift+Tab")
    expect(messages.last).to_have_accessible_name("Assistant, " + str(time_of(page)))
    page.keyboard.press("ArrowUp")
    for _ in range(ENOUGH):  # the answer is longer than the view and is scrolled through first
        if messages.nth(1).evaluate("(e) => e === document.activeElement"):
            break
        page.keyboard.press("ArrowUp")
    expect(messages.nth(1)).to_be_focused()
    page.keyboard.press("Home")
    expect(messages.first).to_be_focused()
    page.keyboard.press("End")
    expect(messages.last).to_be_focused()
    # There is one stop among the messages, and it is where the visitor was.
    assert log(page).locator(".message[tabindex='0']").count() == 1
    page.keyboard.press("Escape")
    expect(question).to_be_focused()


def time_of(page: Page) -> str:
    """The time of the last message, as its heading has it after the name."""
    return log(page).get_by_role("heading", level=3).last.inner_text().split(", ")[1]


def test_every_message_is_heard_once_and_nothing_else_is_live(page: Page) -> None:
    live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert]"
    assert page.locator(live).count() == 1
    page.evaluate(
        """() => {
            window.heard = [];
            const voice = document.querySelector("[data-part=voice]");
            new MutationObserver((changes) => {
                for (const { addedNodes } of changes) for (const node of addedNodes) heard.push(node.textContent);
            }).observe(voice, { childList: true });
        }"""
    )
    answers(page, "are the needles sterile?")
    heard = page.evaluate("heard")
    assert [text.split()[0] for text in heard] == ["You:", "Assistant:"]
    assert "Are the needles sterile?" in heard[1]
    assert "suggested replies" in heard[1]
    assert "Was this helpful?" not in heard[1]
    page.reload()
    expect(log(page)).to_contain_text("Yes, they should be")
    assert part(page, "voice").inner_text() == ""


def test_a_message_that_arrives_moves_nobody(page: Page) -> None:
    answers(page, "are the needles sterile?")
    more = page.get_by_text("Sources and how sure this is")
    more.focus()
    page.evaluate(
        """() => {
            const input = document.querySelector("[data-part=question]");
            input.value = "does it hurt?";
            input.form.requestSubmit();
            document.querySelector(".extras summary:last-of-type").focus();
        }"""
    )
    expect(page.locator("#chat .extras")).to_have_count(2)
    assert focused(page) == "Read more"


def test_what_moves_is_still_for_those_who_want_it_so(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    ask(page, "is it safe?")
    message = log(page).locator(".message").last
    assert message.evaluate("(e) => getComputedStyle(e).animationName") == "none"
