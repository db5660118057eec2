"""The chat on other people's websites: hostile and strict pages, pages that change, keyboard and focus."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Route, expect

from bot.scratch import Stack
from tests.browser.conftest import shot
from tests.browser.embed.conftest import Visit
from tests.browser.embed.page import (
    IS_THERE,
    ask,
    chat,
    launcher,
    log,
    nodes,
    opened,
    press_launcher,
    wait_closed,
)
from tests.browser.hosts import Site

# On demand, and by keyboard


def test_one_line_puts_the_chat_on_a_page(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/one-line", tag))
    assert len(page.frames) == 1, "the chat is loaded before it is wanted"
    shot(page, "embed-closed-1280")
    press_launcher(page)
    ask(page, "how many treatments do people usually have?")
    expect(log(page)).to_contain_text("between 6 and 12 sessions")
    shot(page, "embed-answer-1280")


def test_the_keyboard_opens_asks_closes_and_is_back_where_it_was(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/keyboard", tag))
    for _ in range(5):
        page.keyboard.press("Tab")
        if launcher(page).get("focused"):
            break
    assert launcher(page)["name"] == "Questions?, Chat with Willow Lane Acupuncture"
    assert launcher(page)["expanded"] is False
    page.keyboard.press("Enter")
    expect(chat(page).get_by_label("Your question")).to_be_focused()
    page.keyboard.type("does it hurt?")
    page.keyboard.press("Enter")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    page.keyboard.press("Escape")
    page.wait_for_function("document.activeElement !== document.body")
    assert not opened(page)
    assert launcher(page)["focused"] is True


def test_escape_closes_it_and_the_chat_says_so(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/escape", tag))
    page.evaluate("Meridian.open()")
    expect(chat(page).locator("#chat-keys")).to_contain_text("Escape closes the chat.")
    chat(page).get_by_text("Menu", exact=True).click()
    chat(page).get_by_role("button", name="Keyboard and screen readers").click()
    expect(chat(page).get_by_role("dialog")).to_contain_text("closes the chat.")
    chat(page).get_by_role("button", name="Close", exact=True).click()
    expect(chat(page).get_by_role("dialog")).to_have_count(0)
    page.evaluate("Meridian.close()")
    wait_closed(page)
    press_launcher(page)
    expect(chat(page).get_by_label("Your question")).to_be_focused()
    page.get_by_role("button", name="Ask about needles").focus()
    while not launcher(page).get("focused"):
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    wait_closed(page)


def test_however_soon_it_is_opened_again_the_focus_is_in_the_question(
    visit: Visit, host: Site, tag: str
) -> None:
    page = visit(host.page("/again", tag))
    page.evaluate("Meridian.open()")
    for _ in range(8):
        expect(chat(page).get_by_label("Your question")).to_be_focused()
        page.evaluate("Meridian.close(); Meridian.open()")


def test_in_french_on_a_slow_line_the_focus_is_in_the_question(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/slow", tag.replace(" async", ' data-locale="fr-CA" async')))
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.context.route("**/fr.js", hold)
    press_launcher(page)
    expect(chat(page).locator("#chat")).to_have_attribute("aria-busy", "true")
    page.wait_for_timeout(500)
    held.pop().continue_()
    expect(chat(page).get_by_label("Votre question (en anglais)")).to_be_focused()


def test_an_answer_is_copied_from_the_frame(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/copy", tag), permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("Meridian.ask('are the needles sterile?')")
    chat(page).get_by_role("button", name="Copy").click()
    expect(chat(page).get_by_role("button", name="Copied.")).to_be_visible()
    page.get_by_role("heading", name="A clinic").click()
    assert "needles" in page.evaluate("navigator.clipboard.readText()")


# The page around it


def test_hostile_styles_of_the_page_do_not_reach_it(visit: Visit, host: Site, tag: str) -> None:
    hostile = """<style>
      * { all: unset !important; display: none !important; font-size: 60px !important; color: red !important; }
      html, head, body, style, h1 { display: block !important; }
      html > div, body > div { opacity: 0 !important; transform: scale(0.1) !important; left: -9999px !important; }
      div { visibility: hidden !important; pointer-events: none !important; z-index: -1 !important; }
      button, iframe, dialog { width: 1px !important; height: 1px !important; }
      body { transform: rotate(5deg); overflow: hidden; filter: blur(3px); }
    </style>"""
    page = visit(host.page("/hostile", tag, head=hostile))
    press_launcher(page)
    ask(page, "does it hurt?")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    shot(page, "embed-hostile-1280")
    assert chat(page).evaluate("[innerWidth, innerHeight]") == [378, 638]
    press_launcher(page)
    page.wait_for_timeout(100)
    assert not opened(page)


@pytest.mark.parametrize(
    ("name", "attributes"), [("names-this-server", ""), ("uses-a-nonce", ' nonce="abc123" crossorigin')]
)
def test_a_strict_policy_of_the_page_has_nothing_to_refuse(
    visit: Visit, host: Site, stack: Stack, name: str, attributes: str
) -> None:
    scripts = "'nonce-abc123'" if attributes else stack.url
    policy = (
        f"default-src 'none'; script-src {scripts}; frame-src {stack.url}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    script = f'<script src="{stack.url}/widget.js" async{attributes}></script>'
    page = visit(host.page(f"/{name}", script, policy=policy))
    press_launcher(page)
    ask(page, "does it hurt?")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    shot(page, f"embed-policy-{name}-1280")


def test_a_page_that_isolates_itself_can_show_it(visit: Visit, host: Site, stack: Stack) -> None:
    address = host.page("/isolated", f'<script src="{stack.url}/widget.js" async crossorigin></script>')
    host.pages["/isolated"][1].update(
        {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
    )
    page = visit(address)
    assert page.evaluate("crossOriginIsolated")
    page.evaluate("Meridian.open()")
    expect(log(page)).to_contain_text("automatic assistant")


def test_without_storage_the_chat_lasts_as_long_as_the_page(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/no-storage", tag))
    page.evaluate("Meridian.open()")
    blocked = "(() => { try { sessionStorage.length; return false } catch { return true } })()"
    assert chat(page).evaluate(blocked), "the browser has given the frame its storage"
    ask(page, "does it hurt?")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    page.evaluate("Meridian.close()")
    page.wait_for_timeout(100)
    page.evaluate("Meridian.open()")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)


def test_a_site_that_builds_its_pages_in_the_browser_keeps_it(visit: Visit, near: Site, tag: str) -> None:
    page = visit(near.page("/app", tag))
    page.evaluate("Meridian.ask('does it hurt?')")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    page.evaluate(
        "history.pushState({}, '', '/app/next'); document.body.replaceWith(document.createElement('body'))"
    )
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    # Everything is thrown out: it comes back, and the conversation with it.
    page.evaluate("for (const node of [...document.documentElement.children]) node.remove()")
    page.wait_for_timeout(300)
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    assert opened(page)
    page.evaluate("Meridian.close()")
    page.wait_for_timeout(100)
    assert not opened(page)


def test_the_chat_stays_open_from_page_to_page(visit: Visit, near: Site, tag: str) -> None:
    near.page("/second", tag, title="The second page")
    page = visit(near.page("/first", tag))
    page.evaluate("Meridian.ask('does it hurt?')")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    page.get_by_role("link", name="Another page").click()
    page.wait_for_function(IS_THERE)
    expect(page.get_by_role("heading", name="The second page")).to_be_visible()
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    assert opened(page)
    # Nobody asked for it here, so the focus stays with the page.
    assert page.evaluate("document.activeElement === document.body")
    assert page.evaluate("JSON.stringify(sessionStorage)") == '{"meridian":"open"}'


def test_a_second_line_on_the_page_is_ignored(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/twice", tag + tag))
    page.wait_for_timeout(300)
    assert len([node for node in nodes(page, "button") if "Chat with" in node["name"]]) == 1
    with page.expect_console_message(lambda message: "already" in message.text):
        page.evaluate(
            f"document.body.append(Object.assign(document.createElement('script'), {{src: '{src(tag)}'}}))"
        )


def src(tag: str) -> str:
    found = re.search(r'src="([^"]+)"', tag)
    assert found
    return found[1]


def test_a_page_from_right_to_left_has_it_on_the_left(visit: Visit, host: Site, tag: str) -> None:
    line = tag.replace(" async", ' data-label="هل لديك سؤال؟" data-greeting="مرحبا" async')
    address = host.page("/rtl", f"<script>document.documentElement.dir = 'rtl'</script>{line}")
    page = visit(address)
    assert launcher(page)["name"].startswith("هل لديك سؤال؟")
    press_launcher(page, x=48)
    expect(log(page)).to_contain_text("automatic assistant")
    expect(chat(page).locator(".site-greeting")).to_have_text("مرحبا")
    shot(page, "embed-rtl-1280")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
