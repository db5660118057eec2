"""What the website itself calls, hears and decides."""

from __future__ import annotations

from playwright.sync_api import expect

from bot.scratch import Stack
from tests.browser.conftest import shot
from tests.browser.embed.conftest import Visit
from tests.browser.embed.page import KEEP_EVENTS, chat, events, launcher, log, nodes, opened, press_launcher
from tests.browser.hosts import Site


def test_a_site_can_open_ask_close_and_listen(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/api", tag))
    page.evaluate(KEEP_EVENTS)
    page.evaluate("document.querySelector('#own').addEventListener('click', Meridian.open)")
    page.get_by_role("button", name="Ask about needles").click()
    expect(chat(page).get_by_label("Your question")).to_be_focused()
    page.keyboard.press("Escape")
    # Opened from the site's own button, so the focus goes back there.
    expect(page.get_by_role("button", name="Ask about needles")).to_be_focused()
    page.evaluate("Meridian.toggle()")
    page.evaluate("Meridian.ask('  are the needles sterile?  ')")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    expect(log(page)).to_contain_text("are the needles sterile?")
    page.evaluate("Meridian.close()")
    page.wait_for_function("kept.length === 6")
    assert events(page) == ["ready", "opened", "closed", "opened", "message", "closed"]
    assert page.evaluate("heard") == events(page)[1:]
    # That something was said, and nothing of what.
    assert page.evaluate("kept.every(([, detail]) => Object.keys(detail).length === 0)")
    page.evaluate(
        "Meridian.on('opened', window.listener = () => kept.push(['mine', {}])); Meridian.off('opened', listener)"
    )
    page.evaluate("Meridian.open()")
    page.wait_for_function("kept.length === 7")
    page.evaluate("Meridian.destroy()")
    assert page.evaluate("window.Meridian === undefined && document.documentElement.children.length === 2")
    page.wait_for_timeout(200)
    assert len(page.frames) == 1


def test_calls_before_it_is_there_are_made_when_it_is(visit: Visit, host: Site, tag: str) -> None:
    early = """<script>window.ready = 0; (window.Meridian ||= []).push(["on", "opened", () => (window.seen = true)],
      ["on", "ready", () => (window.ready += 1)], ["nothing"],
      ["constructor"], ["ask", "does it hurt?"], ["setTheme", "dark"]);</script>"""
    page = visit(host.page("/early", early + tag))
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    assert page.evaluate("window.seen")
    assert page.evaluate("window.ready") == 1
    assert chat(page).evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 32, 31)"
    shot(page, "embed-dark-1280")
    page.evaluate("Meridian.push(['setTheme', 'light'], ['setLocale', 'fr-CA'])")
    chat(page).wait_for_function("getComputedStyle(document.body).backgroundColor === 'rgb(251, 248, 243)'")
    assert launcher(page)["name"] == "Des questions ?, Clavarder avec Willow Lane Acupuncture"


def test_a_handoff_is_told_to_the_site(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/handoff", tag))
    page.evaluate(KEEP_EVENTS)
    page.evaluate("Meridian.open()")
    chat(page).get_by_role("button", name="Talk to a person").click()
    page.wait_for_function("kept.some(([what]) => what === 'handoff')")


def test_what_comes_while_it_is_closed_is_counted_and_told_politely(
    visit: Visit, host: Site, tag: str
) -> None:
    page = visit(host.page("/unread", tag))
    page.evaluate(KEEP_EVENTS)
    page.evaluate("Meridian.open()")
    expect(log(page)).to_contain_text("automatic assistant")
    page.evaluate("Meridian.close()")
    chat(page).evaluate("""() => {
      document.querySelector("[data-part=question]").value = "does it hurt?";
      document.querySelector("[data-part=composer]").requestSubmit();
    }""")
    page.wait_for_function("kept.some(([what]) => what === 'unread')")
    assert launcher(page)["name"] == "Questions?, Chat with Willow Lane Acupuncture, 1 new message"
    (status,) = nodes(page, "status")
    assert status["live"] == "polite"
    shot(page, "embed-unread-1280")
    # Whatever else changes about the button, the message waits.
    page.evaluate("Meridian.setTheme('dark')")
    assert launcher(page)["name"].endswith("1 new message")
    # Also where the page threw the chat out meanwhile, and its frame counts anew.
    page.evaluate("document.documentElement.lastElementChild.remove()")
    page.wait_for_timeout(500)
    assert launcher(page)["name"].endswith("1 new message")
    page.evaluate("Meridian.open()")
    page.wait_for_timeout(300)
    assert launcher(page)["name"] == "Questions?, Chat with Willow Lane Acupuncture"


def test_calls_that_come_before_the_panel_keep_their_order(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/order", tag))
    page.evaluate(KEEP_EVENTS)
    page.evaluate("Meridian.open(); Meridian.close()")
    page.wait_for_function("kept.length === 3")
    assert events(page) == ["ready", "opened", "closed"]
    assert not opened(page)


def test_a_panel_that_was_not_to_be_had_leaves_a_link_and_loses_no_question(
    visit: Visit, host: Site, tag: str, stack: Stack, faults: list[str]
) -> None:
    page = visit(host.page("/no-panel", tag))
    page.context.route("**/panel.js", lambda route: route.abort())
    page.evaluate("Meridian.ask('does it hurt?')")
    page.wait_for_timeout(500)
    assert "Open the chat in a new tab" in [node["name"] for node in nodes(page, "link")]
    shot(page, "embed-no-panel-1280")
    page.context.unroute_all()
    press_launcher(page)
    expect(log(page)).to_contain_text("does it hurt?")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    assert "Open the chat in a new tab" not in [node["name"] for node in nodes(page, "link")]
    faults.clear()  # the browser itself reports what it could not fetch


def test_a_frame_that_stays_silent_makes_way_for_a_link_and_is_tried_again(
    visit: Visit, host: Site, tag: str, faults: list[str]
) -> None:
    page = visit(host.page("/silent", tag))
    page.evaluate(KEEP_EVENTS)
    page.context.route("**/widget?*", lambda route: route.abort())
    page.evaluate("Meridian.ask('does it hurt?')")
    page.wait_for_function("kept.some(([what]) => what === 'error')")
    assert page.evaluate("kept.find(([what]) => what === 'error')[1]") == {"reason": "frame"}
    assert not opened(page)
    assert "Open the chat in a new tab" in [node["name"] for node in nodes(page, "link")]
    assert "Open the chat in a new tab" in [node["name"] for node in nodes(page, "StaticText")]
    shot(page, "embed-silent-1280")
    page.context.unroute_all()
    press_launcher(page)
    expect(log(page)).to_contain_text("does it hurt?")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    assert opened(page)
    assert "Open the chat in a new tab" not in [node["name"] for node in nodes(page, "link")]
    faults.clear()  # the browser itself reports what it could not fetch


def test_what_the_site_decides_is_not_the_visitors_choice(visit: Visit, near: Site, tag: str) -> None:
    """Neither the language, nor the page: the frame's own address says nothing of where the visitor was."""
    page = visit(near.page("/decides", tag))
    begun: list[str] = []
    page.on("request", lambda request: begun.append(request.post_data or ""))
    page.evaluate("Meridian.ask('does it hurt?')")
    expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
    page.evaluate("Meridian.setLocale('fr-CA')")
    expect(chat(page).get_by_label("Votre question (en anglais)")).to_be_visible()
    assert chat(page).evaluate("sessionStorage.getItem('meridian.language')") is None
    assert any("consent_version" in body for body in begun)
    assert not any("page_url" in body for body in begun)
