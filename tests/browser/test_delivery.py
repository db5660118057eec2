"""Nothing a visitor writes is lost or doubled: over a reload, a lost network, two tabs, a restart of the server."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Route, WebSocketRoute, expect

from bot.scratch import Stack, scratch_stack
from tests.browser.conftest import Open
from tests.stack.test_faults import process, wait_ready

KEY = "meridian.conversation"
SLOW = 30_000  # milliseconds


@pytest.fixture(scope="module")
def stack(model: str) -> Iterator[Stack]:
    """A stack of its own: its server is killed."""
    with scratch_stack(model=model) as running:
        yield running


class Unexpected(list[str]):
    """What the browser complains of, but for requests that fail: here they fail on purpose."""

    def append(self, fault: str) -> None:
        if not fault.startswith(("Failed to load resource", "WebSocket connection to")):
            super().append(fault)


@pytest.fixture
def faults() -> list[str]:
    return Unexpected()


def log(page: Page) -> Locator:
    return page.get_by_role("log", name="Messages")


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")


def asked(page: Page) -> Locator:
    """What the visitor said, as it stands in the chat."""
    return log(page).locator(".visitor .bubble")


def answers(page: Page) -> Locator:
    """What the assistant said; the first is its greeting."""
    return log(page).get_by_role("heading", name="Assistant")


def ticket(page: Page) -> dict[str, Any]:
    """The conversation that the browser keeps."""
    found: dict[str, Any] = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')"))
    return found


def stored(page: Page) -> list[str]:
    """What the server has from the visitor, in its order."""
    kept = ticket(page)
    answer = page.request.get(
        f"{page.url}api/v1/conversations/{kept['id']}/messages",
        headers={"Authorization": f"Bearer {kept['token']}"},
    )
    messages = answer.json()["messages"]
    assert [message["seq"] for message in messages] == list(range(1, len(messages) + 1))
    return [message["text"] for message in messages if message["author"] == "visitor"]


def wait_for(page: Page, what: Callable[[], bool]) -> None:
    """Waits until it is so."""
    for _ in range(SLOW // 100):
        if what():
            return
        page.wait_for_timeout(100)
    pytest.fail("it did not come about")


def expect_said(page: Page, *texts: str) -> None:
    """The chat and the server have these from the visitor, each once and in this order, and all are answered."""
    expect(asked(page)).to_have_text(list(texts), timeout=SLOW)
    expect(log(page).get_by_text("Sending…")).to_have_count(0, timeout=SLOW)
    expect(answers(page)).to_have_count(len(texts) + 1, timeout=SLOW)
    assert stored(page) == list(texts)
    assert page.evaluate("Object.keys(localStorage)") == [KEY]


def test_a_conversation_begins_with_the_first_word_and_keeps_its_greeting(open_page: Open) -> None:
    page = open_page()
    begun: list[str] = []
    page.on("request", lambda request: begun.append(request.url) if request.method == "POST" else None)
    expect(log(page)).to_contain_text("automatic assistant")
    page.reload()
    expect(log(page)).to_contain_text("automatic assistant")
    assert begun == []
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    expect(log(page).get_by_text("automatic assistant")).to_have_count(1)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_page_that_is_loaded_again_while_it_sends(open_page: Open, arrived: bool) -> None:
    """The server has the message and the page does not know; or the message never left."""
    page = open_page()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    left = threading.Event()

    def hold(route: Route) -> None:
        if arrived:
            route.fetch()
        left.set()

    page.route("**/messages", hold)
    page.route_web_socket("**/stream", lambda socket: None)  # opens, and brings nothing
    page.reload()
    expect(asked(page)).to_have_count(1)
    ask(page, "does it hurt?")
    ask(page, "how long does it take?")
    while not left.is_set():
        page.wait_for_timeout(50)
    page.unroute_all()
    page.reload()
    expect_said(page, "is it safe?", "does it hurt?", "how long does it take?")


def test_what_is_written_without_a_network_waits_and_is_told(open_page: Open) -> None:
    page = open_page()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    page.context.set_offline(True)
    ask(page, "does it hurt?")
    ask(page, "how long does it take?")
    expect(log(page).get_by_text("Waits until you are online again")).to_have_count(2)
    page.context.set_offline(False)
    expect_said(page, "is it safe?", "does it hurt?", "how long does it take?")


def test_what_a_closed_tab_could_not_send_another_sends(open_page: Open) -> None:
    page = open_page()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    other = page.context.new_page()
    other.goto(page.url)
    expect(asked(other)).to_have_count(1)
    page.context.set_offline(True)
    ask(page, "does it hurt?")
    expect(log(page).get_by_text("Waits until you are online again")).to_be_visible()
    page.close()
    other.context.set_offline(False)
    expect_said(other, "is it safe?", "does it hurt?")


def test_what_waits_in_two_tabs_is_sent_once(open_page: Open) -> None:
    one = open_page()
    ask(one, "is it safe?")
    expect_said(one, "is it safe?")
    other = one.context.new_page()
    other.goto(one.url)
    expect(asked(other)).to_have_count(1)
    one.context.set_offline(True)
    ask(one, "does it hurt?")
    ask(one, "how long does it take?")
    expect(log(one).get_by_text("Waits until you are online again")).to_have_count(2)
    posts = watch_posts(one, other)
    slow: list[Route] = []

    def hold(route: Route) -> None:
        slow.append(route)

    one.context.route("**/messages", hold)
    one.context.set_offline(False)  # both hear of it at once, and both look at what is left
    while asked(one).count() > len(stored(one)):
        one.wait_for_timeout(500)
        while slow:
            slow.pop().continue_()
    one.context.unroute_all()
    for page in (one, other):
        expect_said(page, "is it safe?", "does it hurt?", "how long does it take?")
    assert len(posts) == len(set(posts)) == 2


def watch_posts(*pages: Page) -> list[str]:
    """The client ids of the messages that these tabs send from now on, but for what never left the browser."""
    posts: list[str] = []

    def sent(request: Request) -> str | None:
        if not request.url.endswith("/messages") or request.method != "POST":
            return None
        return str(json.loads(request.post_data or "{}")["client_message_id"])

    def note(request: Request) -> None:
        if key := sent(request):
            posts.append(key)

    # A browser may say that it is online a moment before it is.
    def take_back(request: Request) -> None:
        if key := sent(request):
            posts.remove(key)

    for page in pages:
        page.on("request", note)
        page.on("requestfailed", take_back)
    return posts


def test_what_is_refused_in_one_tab_is_not_refused_again_in_another(open_page: Open) -> None:
    one = open_page()
    ask(one, "is it safe?")
    expect_said(one, "is it safe?")
    other = one.context.new_page()
    other.goto(one.url)
    expect(asked(other)).to_have_count(1)
    one.context.set_offline(True)
    ask(one, "too long " * 120)
    expect(log(one).get_by_text("Waits until you are online again")).to_be_visible()
    posts = watch_posts(one, other)
    one.context.set_offline(False)
    for page in (one, other):
        expect(asked(page)).to_have_text(["is it safe?"], timeout=SLOW)
    other.wait_for_timeout(500)
    assert len(posts) == 1
    given_back = [page.get_by_label("Your question").input_value() for page in (one, other)]
    assert sorted(len(text) > 0 for text in given_back) == [False, True]


def test_what_comes_too_soon_waits_and_keeps_its_order(open_page: Open, model: str) -> None:
    with scratch_stack(model=model, rate_per_conversation="2/10 seconds") as busy:
        page = open_page(busy.url + "/")
        texts = [
            "is it safe?",
            "does it hurt?",
            "my saddle is numb and I can't feel myself pee",
            "how long is it?",
        ]
        ask(page, texts[0])
        expect(answers(page)).to_have_count(2)
        # The second is on its way until all are written.
        held: list[Route] = []

        def hold(route: Route) -> None:
            if texts[1] in (route.request.post_data or ""):
                held.append(route)
            else:
                route.continue_()

        page.route("**/messages", hold)
        for text in texts[1:]:
            ask(page, text)
        wait_for(page, lambda: bool(held))
        answer = held[0].fetch()
        expect(log(page).locator(".note")).to_contain_text("What you wrote is sent in")
        # What was sent before, and is answered only now, says nothing of what waits.
        held[0].fulfill(response=answer)
        expect(log(page).locator(".note")).to_contain_text("What you wrote is sent in")
        expect(log(page).get_by_text("Waits to be sent")).to_have_count(2)
        # The warning does not wait.
        expect(log(page).locator(".warning .first")).to_be_in_viewport(timeout=1_000)
        assert page.get_by_label("Your question").input_value() == ""
        expect(asked(page)).to_have_text(texts, timeout=SLOW)
        wait_for(page, lambda: stored(page) == texts)
        expect(log(page).get_by_text("Waits to be sent")).to_have_count(0)
        expect(log(page).locator(".note")).to_have_count(0, timeout=SLOW)


def test_a_late_word_about_a_deleted_chat_leaves_the_new_one_alone(open_page: Open) -> None:
    page = open_page()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/handoff", hold)
    page.get_by_role("button", name="Talk to a person").click()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Delete my chat").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(log(page).get_by_text("Your chat is deleted")).to_be_visible()
    ask(page, "does it hurt?")
    expect_said(page, "does it hurt?")
    with page.expect_response("**/handoff"):
        held.pop().continue_()
    page.wait_for_timeout(500)
    expect_said(page, "does it hurt?")
    expect(log(page).locator(".note")).to_have_count(0)


def test_what_is_written_while_the_chat_is_deleted_is_given_back(open_page: Open) -> None:
    page = open_page()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    deleting: list[Route] = []
    sending: list[Route] = []

    def hold(route: Route) -> None:
        {"DELETE": deleting, "POST": sending}[route.request.method].append(route)

    page.route("**/conversations/*", hold)
    page.route("**/messages", hold)
    ask(page, "nobody wants this back")
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="Delete my chat").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    ask(page, "and this came later")
    page.wait_for_timeout(200)
    deleting.pop().continue_()
    expect(log(page).get_by_text("Your chat is deleted")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value("and this came later")
    page.unroute_all()
    page.get_by_role("button", name="Send").click()
    expect_said(page, "and this came later")


def test_two_tabs_are_one_conversation(open_page: Open) -> None:
    one = open_page()
    other = one.context.new_page()
    other.goto(one.url)
    posts = watch_posts(one, other)
    texts = []
    for number in range(1, 7):
        texts.append(f"are the needles sterile? {number}")
        ask((one, other)[number % 2], texts[-1])
        if number % 3 == 0:  # else both write at once
            expect(asked(one)).to_have_count(number, timeout=SLOW)
    for page in (one, other):
        expect(asked(page)).to_have_count(len(texts), timeout=SLOW)
        expect(answers(page)).to_have_count(len(texts) + 1, timeout=SLOW)
    in_order = stored(one)
    assert sorted(in_order) == texts
    # Each tab's own keep their order, and both tabs show what the server has.
    for own in (texts[0::2], texts[1::2]):
        assert [text for text in in_order if text in own] == own
    expect_said(one, *in_order)
    expect_said(other, *in_order)
    assert ticket(one) == ticket(other)
    assert len(posts) == len(set(posts)) == len(texts)


def test_a_tab_that_has_said_nothing_joins_what_another_begins(open_page: Open) -> None:
    one = open_page()
    other = one.context.new_page()
    other.goto(one.url)
    expect(answers(other)).to_have_count(1)
    ask(one, "is it safe?")
    expect_said(other, "is it safe?")
    # Deleted in one, it is gone in both; what comes next begins anew in both.
    one.get_by_text("Menu", exact=True).click()
    one.get_by_role("button", name="Delete my chat").click()
    one.get_by_role("dialog").get_by_role("button", name="Delete my chat").click()
    expect(asked(other)).to_have_count(0)
    expect(log(other).get_by_text("Your earlier chat has ended")).to_be_visible()
    ask(other, "does it hurt?")
    expect_said(other, "does it hurt?")
    expect_said(one, "does it hurt?")


def test_a_killed_server_is_waited_for(open_page: Open, stack: Stack) -> None:
    page = open_page()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    process(stack, "bot.web.serve").kill()
    ask(page, "does it hurt?")
    ask(page, "how long does it take?")
    expect(asked(page)).to_have_count(3)
    wait_ready(stack)
    expect_said(page, "is it safe?", "does it hurt?", "how long does it take?")


def test_a_server_that_stays_away_is_admitted_and_can_be_tried_again(open_page: Open) -> None:
    page = open_page()
    page.clock.install()
    page.reload()
    page.route("**/api/v1/**", lambda route: route.abort())
    ask(page, "is it safe?")
    again = log(page).get_by_role("button", name="Not sent: try again")
    # The browser's clock runs ahead, yet what it asks for fails at the pace of this machine.
    until = time.monotonic() + SLOW / 1_000
    while not again.is_visible() and time.monotonic() < until:
        page.clock.run_for(1_000)
        page.wait_for_timeout(50)
    expect(again).to_be_visible(timeout=1)
    page.unroute_all()
    again.click()
    page.clock.resume()
    expect_said(page, "is it safe?")


def test_a_chat_that_begins_slowly_loses_nothing(open_page: Open) -> None:
    page = open_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/api/v1/conversations", hold)
    ask(page, "is it safe?")
    page.wait_for_timeout(4_000)  # meanwhile new messages are asked for
    expect(asked(page)).to_have_text(["is it safe?"])
    held[0].continue_()
    expect_said(page, "is it safe?")
    expect(log(page).get_by_text("Your earlier chat has ended")).to_have_count(0)


@pytest.mark.parametrize("spoilt", ["token", "conversation"])
def test_a_refused_token_begins_anew_and_keeps_what_was_typed(open_page: Open, spoilt: str) -> None:
    page = open_page()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    kept = ticket(page)
    page.context.set_offline(True)
    ask(page, "does it hurt?")
    expect(log(page).get_by_text("Waits until you are online again")).to_be_visible()
    if spoilt == "token":
        changed = json.dumps(kept | {"token": "nonsense"})
        page.evaluate("value => localStorage.setItem('meridian.conversation', value)", changed)
    else:
        authorization = {"Authorization": f"Bearer {kept['token']}"}
        page.request.delete(f"{page.url}api/v1/conversations/{kept['id']}", headers=authorization)
    page.context.set_offline(False)
    expect(log(page).get_by_text("Your earlier chat has ended")).to_be_visible(timeout=SLOW)
    expect(page.get_by_label("Your question")).to_have_value("does it hurt?")
    page.get_by_label("Your question").press("Enter")
    expect_said(page, "does it hurt?")
    assert ticket(page)["id"] != kept["id"]


def test_a_token_is_renewed_in_time(open_page: Open) -> None:
    page = open_page()
    page.clock.install()
    page.reload()
    ask(page, "is it safe?")
    expect_said(page, "is it safe?")
    with page.expect_response("**/token") as renewed:
        page.clock.fast_forward("50:00")
        page.clock.run_for(61_000)
    assert renewed.value.status == 200
    page.clock.resume()
    assert ticket(page)["token"] == renewed.value.json()["token"]
    ask(page, "does it hurt?")
    expect_said(page, "is it safe?", "does it hurt?")


def test_where_nothing_may_be_stored_the_page_itself_remembers(open_page: Open) -> None:
    page = open_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    page.reload()
    ask(page, "is it safe?")
    expect(answers(page)).to_have_count(2, timeout=SLOW)
    # And says so, instead of what it says elsewhere.
    expect(log(page).locator(".note")).to_contain_text("This page alone remembers the chat")
    page.get_by_role("button", name="How your data is used").click()
    expect(page.get_by_role("dialog")).to_contain_text("This page alone remembers the chat.")
    expect(page.get_by_role("dialog")).not_to_contain_text("in all its tabs")
    page.get_by_role("button", name="Close").click()
    assert not asks_before_leaving(page)
    page.context.set_offline(True)
    ask(page, "does it hurt?")
    expect(log(page).get_by_text("Waits until you are online again")).to_be_visible()
    # What is not sent would be lost with the page.
    assert asks_before_leaving(page)
    page.context.set_offline(False)
    expect(asked(page)).to_have_text(["is it safe?", "does it hurt?"])
    expect(answers(page)).to_have_count(3, timeout=SLOW)
    assert not asks_before_leaving(page)


def asks_before_leaving(page: Page) -> bool:
    """Whether the browser would ask the visitor to stay."""
    asks: bool = page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    return asks


def test_a_line_that_is_dead_without_a_word_is_given_up(open_page: Open) -> None:
    page = open_page()
    page.clock.install()
    page.reload()
    opened: list[str] = []

    def silence(socket: WebSocketRoute) -> None:
        opened.append(socket.url)  # opens, and never answers

    page.route_web_socket("**/stream", silence)
    ask(page, "is it safe?")
    expect(answers(page)).to_have_count(2, timeout=SLOW)
    assert len(opened) == 1
    page.clock.run_for(31_000)
    page.wait_for_timeout(200)
    assert len(opened) == 2
