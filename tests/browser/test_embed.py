"""The chat on other people's websites, in a real browser: hostile pages, strict pages, forged messages, phones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Frame,
    Locator,
    Page,
    Response,
    Route,
    expect,
)

from bot.scratch import Stack, scratch_stack
from tests.browser.conftest import shot
from tests.browser.hosts import Site, site

PAYLOADS = [line for line in (Path(__file__).parent / "xss.txt").read_text().splitlines() if line]
# Runs before anything else in every page and frame: tells what a policy has refused.
TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error("refused by policy:", event.violatedDirective, event.blockedURI, event.sample))"""
IS_THERE = "window.Meridian && !Array.isArray(Meridian)"
KEEP_EVENTS = """window.kept = []; for (const what of
  ["ready", "opened", "closed", "message", "unread", "handoff", "booked", "error"]) {
  Meridian.on(what, (detail) => kept.push([what, detail]));
  document.addEventListener(`meridian:${what}`, () => (window.heard ??= []).push(what)); }"""

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def host() -> Iterator[Site]:
    """A clinic's own website. To a browser `localhost` and 127.0.0.1 are two sites: the frame gets no storage here."""
    with site("localhost") as served:
        yield served


@pytest.fixture(scope="module")
def near() -> Iterator[Site]:
    """A clinic's website at another address of the same site, as www.clinic.example is to chat.clinic.example."""
    with site("127.0.0.1") as served:
        yield served


@pytest.fixture(scope="module")
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


def until(page: Page, expression: str) -> None:
    """Waits until an expression is true; `wait_for_function` is refused where the page's policy forbids `eval`."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {expression}")


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


def events(page: Page) -> list[str]:
    return [what for what, _ in page.evaluate("kept")]


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


# Who may, and who may not


def test_a_site_that_is_not_named_cannot_show_the_chat(
    browser: Browser, stack: Stack, tag: str, faults: list[str]
) -> None:
    with site() as stranger:
        page = browser.new_page()
        page.goto(stranger.page("/", tag))
        page.wait_for_function(IS_THERE)
        page.evaluate(KEEP_EVENTS)
        page.evaluate("Meridian.open()")
        page.wait_for_function("kept.some(([what]) => what === 'error')")
        shot(page, "embed-refused-1280")
        assert all(stack.url not in frame.url for frame in page.frames)
        assert [node["name"] for node in nodes(page, "link")][-1] == "Open it in a new tab"
        page.close()


def test_forged_messages_are_ignored(visit: Visit, host: Site, stack: Stack, tag: str) -> None:
    page = visit(host.page("/forged", tag))
    page.evaluate(KEEP_EVENTS)
    page.evaluate("Meridian.open()")
    expect(log(page)).to_contain_text("automatic assistant")
    # To the page, as if from the frame: from a frame of its own, and from itself.
    page.evaluate("""() => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      for (const type of ["close", "unread", "handoff", "error"]) {
        const forged = {type, count: 7, meridian: type};
        postMessage(forged, "*");
        frame.contentWindow.eval(`parent.postMessage(${JSON.stringify(forged)}, "*")`);
      }
      frame.remove();
    }""")
    # To the frame: no greeting is taken twice, and none from the frame's own window.
    chat(page).evaluate("""() => {
      const {port1, port2} = new MessageChannel();
      port1.postMessage({type: "ask", text: "forged"});
      postMessage({type: "meridian:hello"}, "*", [port2]);
    }""")
    page.wait_for_timeout(500)
    assert opened(page)
    assert events(page) == ["ready", "opened"]
    expect(log(page)).not_to_contain_text("forged")


def test_a_window_of_a_stranger_cannot_talk_to_the_chat(
    browser: Browser, stack: Stack, faults: list[str]
) -> None:
    with site() as stranger:
        page = browser.new_page()
        page.goto(stranger.page("/", ""))
        with page.expect_popup() as popup:
            page.evaluate(f"window.other = open('{stack.url}/widget')")
        expect(popup.value.get_by_role("log", name="Messages")).to_contain_text("automatic assistant")
        page.evaluate("""() => {
          const {port1, port2} = new MessageChannel();
          port1.postMessage({type: "ask", text: "forged"});
          port1.onmessage = () => (window.answered = true);
          other.postMessage({type: "meridian:hello"}, "*", [port2]);
        }""")
        popup.value.wait_for_timeout(500)
        expect(popup.value.get_by_role("log", name="Messages")).not_to_contain_text("forged")
        assert not page.evaluate("window.answered")
        page.close()


def test_an_answer_is_copied_from_the_frame(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/copy", tag), permissions=["clipboard-read", "clipboard-write"])
    page.evaluate("Meridian.ask('are the needles sterile?')")
    chat(page).get_by_role("button", name="Copy").click()
    expect(chat(page).get_by_role("button", name="Copied.")).to_be_visible()
    page.get_by_role("heading", name="A clinic").click()
    assert "needles" in page.evaluate("navigator.clipboard.readText()")


def test_escape_closes_it_and_the_chat_says_so(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/escape", tag))
    page.evaluate("Meridian.open()")
    expect(chat(page).locator("#chat-keys")).to_contain_text("Escape closes the chat.")
    chat(page).get_by_text("Menu", exact=True).click()
    chat(page).get_by_role("button", name="Keyboard and screen readers").click()
    expect(chat(page).get_by_role("dialog")).to_contain_text("closes the chat.")
    chat(page).get_by_role("button", name="Close", exact=True).click()
    page.evaluate("Meridian.close()")
    press_launcher(page)
    expect(chat(page).get_by_label("Your question")).to_be_focused()
    page.get_by_role("button", name="Ask about needles").focus()
    while not launcher(page).get("focused"):
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not opened(page)


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


# The site's own calls


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


# How it looks


def test_any_colour_of_the_clinic_can_be_read(visit: Visit, host: Site, tag: str, stack: Stack) -> None:
    """Black or white on the button, and the colour as text on each ground of the chat, by the formula of WCAG."""
    page = visit(host.page("/colour", tag.replace(" async", ' data-color="hsl(55 90% 60%)" async')))
    press_launcher(page)
    expect(log(page)).to_contain_text("automatic assistant")
    shot(page, "embed-yellow-1280")
    worst = chat(page).evaluate(
        """async (folder) => {
      const {contrast, parse, textOn} = await import(`${folder}/widget/colour.js`);
      const {readable} = await import(`${folder}/widget/shade.js`);
      let worst = 21;
      for (let r = 0; r <= 255; r += 15) for (let g = 0; g <= 255; g += 15) for (let b = 0; b <= 255; b += 15) {
        worst = Math.min(worst, contrast(textOn([r, g, b]), [r, g, b]));
        for (const ground of ["#e6f1ee", "#ffffff", "#fbf8f3"]) {
          worst = Math.min(worst, contrast(readable([r, g, b], parse("#e6f1ee")), parse(ground)));
        }
        for (const ground of ["#25403b", "#1e2e2c", "#14201f"]) {
          worst = Math.min(worst, contrast(readable([r, g, b], parse("#25403b")), parse(ground)));
        }
      }
      return worst;
    }""",
        static(stack),
    )
    say(f"lowest contrast of 5,832 colours: {worst:.2f}")
    assert worst >= 4.5


def static(stack: Stack) -> str:
    found = re.search(r"(/static/[0-9a-f]+)/", httpx.get(f"{stack.url}/widget.js", trust_env=False).text)
    assert found
    return stack.url + found[1]


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.mark.parametrize("options", [PHONE, PHONE | {"color_scheme": "dark"}], ids=["light", "dark"])
def test_on_a_phone_it_takes_the_whole_screen(
    visit: Visit, host: Site, tag: str, options: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    page = visit(host.page("/phone", tag), **options)
    kind = request.node.callspec.id
    shot(page, f"embed-phone-closed-{kind}-390")
    page.touchscreen.tap(390 - 48, 844 - 48)
    # No keyboard covers the half of it before anybody wants to write.
    expect(chat(page).locator("#chat")).to_be_focused()
    expect(log(page)).to_contain_text("automatic assistant")
    assert chat(page).evaluate("[innerWidth, innerHeight]") == [390, 844]
    shot(page, f"embed-phone-{kind}-390")
    # What is behind it cannot be reached.
    assert not nodes(page, "heading") or all(node["name"] != "A clinic" for node in nodes(page, "heading"))
    chat(page).get_by_role("button", name="Close the chat").tap()
    page.wait_for_timeout(200)
    assert launcher(page)["focused"] is True
    assert [node["name"] for node in nodes(page, "heading")] == ["A clinic"]


def test_forced_colours_and_little_motion(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/forced", tag), forced_colors="active", reduced_motion="reduce")
    press_launcher(page)
    expect(log(page)).to_contain_text("automatic assistant")
    shot(page, "embed-forced-1280")
    assert (
        chat(page).evaluate("getComputedStyle(document.documentElement).getPropertyValue('--moment')")
        == "0ms"
    )


# What it costs


def test_it_is_light_and_moves_nothing(visit: Visit, host: Site, stack: Stack, tag: str) -> None:
    observe = """<script>window.shifts = []; window.longest = 0;
      const all = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({type});
      all("layout-shift", ({value}) => shifts.push(value));
      all("longtask", ({duration}) => { longest = Math.max(longest, duration); });</script>"""
    address = host.page("/light", tag, head=observe)
    longest = []
    for _ in range(3):
        responses: list[Response] = []
        page = visit(address, seen=responses)
        page.wait_for_timeout(300)
        on_every_page = weights(responses, stack)
        page.evaluate("Meridian.ask('does it hurt?')")
        expect(log(page).get_by_role("heading", name="Assistant")).to_have_count(2)
        page.wait_for_timeout(300)
        assert page.evaluate("shifts") == []
        longest.append(page.evaluate("longest"))
        if longest[-1] <= 50:
            break
    everything = weights(responses, stack)
    for url, size in everything.items():
        say(f"{size:>7} {url.removeprefix(stack.url)}")
    say(f"{sum(on_every_page.values()):>7} bytes on every page (at most 4,000)")
    say(f"{sum(everything.values()):>7} bytes to the first answer (wanted: 30,000; rasa-webchat: 211,000)")
    say(f"{len(everything):>7} requests; longest task {longest[-1]:.0f} ms; no layout shift")
    assert sum(on_every_page.values()) <= 4_000
    # Not yet what is wanted; it must not grow meanwhile.
    assert sum(everything.values()) <= 31_900
    # The best of three: a machine under load has long tasks of its own.
    assert min(longest) <= 50


def weights(responses: list[Response], stack: Stack) -> dict[str, int]:
    """What each body weighed on the line."""
    ours = [response for response in responses if response.url.startswith(stack.url)]
    return {response.url: response.request.sizes()["responseBodySize"] for response in ours}


def say(figure: str) -> None:
    """A figure for the report of the run (`pytest -s`)."""
    print(figure)  # noqa: T201


# Nothing that anybody writes is more than text


def test_nothing_that_is_written_is_run(visit: Visit, host: Site, tag: str) -> None:
    assert len(PAYLOADS) >= 150
    page = visit(host.page("/written", tag))
    page.evaluate("Meridian.open()")
    expect(log(page)).to_contain_text("automatic assistant")
    batches = ["\n".join(PAYLOADS[start : start + 10]) for start in range(0, len(PAYLOADS), 10)]
    for number, batch in enumerate(batches, 1):
        assert len(batch) <= 1_000
        page.evaluate("(text) => Meridian.ask(text)", batch)
        expect(log(page).get_by_role("heading", name="You")).to_have_count(number)
    expect(log(page).locator(".visitor .state", has_text=re.compile(r"^\d"))).to_have_count(
        len(batches), timeout=30_000
    )
    shown = log(page).locator(".visitor .bubble").all_inner_texts()
    for payload in PAYLOADS:
        assert any(payload in text for text in shown), payload
    foreign = (
        "script, iframe, img, style, object, embed, base, meta, link, video, audio, form, [onerror], [onload]"
    )
    assert log(page).locator(foreign).count() == 0


def test_nothing_that_a_reply_says_is_run(visit: Visit, host: Site, stack: Stack, tag: str) -> None:
    """The server's own words are text, too: assistant's, staff's and notices, quick replies, titles and sources."""

    def hostile(route: Any) -> None:
        messages = []
        for number, payload in enumerate(PAYLOADS, 1):
            author = ("bot", "staff", "system", "bot")[number % 4]
            article = {
                "title": payload, "more": payload, "get_help": payload, "evidence": "low", "disagreement": payload,
                "sources": [{"title": payload, "publisher": payload, "year": 2020, "url": payload}],
                "edited_at": payload, "last_reviewed": payload, "reviewed_by": payload, "review_due": payload,
                "page": payload,
            }  # fmt: skip
            disposition = "emergency" if number % 7 == 0 else "answer"
            messages.append(
                {"id": f"m{number}", "seq": number, "author": author, "text": payload, "disposition": disposition,
                 "topic": payload, "confidence": 1, "quick_replies": [{"id": payload, "title": payload}], "form": None,
                 "answer": article if number % 2 and disposition == "answer" else None, "in_reply_to": None,
                 "client_message_id": None, "created_at": "2026-11-21T12:00:00Z"}
            )  # fmt: skip
        begun = route.fetch().json()
        route.fulfill(status=201, json=begun | {"messages": messages})

    page = visit(host.page("/replied", tag))
    page.context.route("**/api/v1/conversations", hostile)
    page.evaluate("Meridian.ask('does it hurt?')")
    expect(log(page)).to_contain_text(PAYLOADS[-1])
    assert log(page).locator(".message").count() >= len(PAYLOADS)
    for each in log(page).locator("details").all():
        each.evaluate("(details) => { details.open = true; }")
    links = log(page).locator("a").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(links) <= {"http:", "https:", "tel:"}
    foreign = "script, iframe, img, style, object, embed, base, meta, link, video, audio, [onerror], [onload]"
    assert log(page).locator(foreign).count() == 0


def test_nothing_that_the_site_says_is_run(visit: Visit, host: Site, stack: Stack) -> None:
    """Attributes of the line, the page's title and address, a name and a note for a call back."""
    attributes = ("label", "greeting", "color", "position", "locale", "theme")
    for number, payload in enumerate(PAYLOADS):
        quoted = payload.replace("&", "&amp;").replace('"', "&quot;")
        data = f'data-{attributes[number % len(attributes)]}="{quoted}"'
        host.page(f"/said-{number}", f'<script src="{stack.url}/widget.js" {data} async></script>')
    page = visit(f"{host.url}/said-0")
    for number in range(len(PAYLOADS)):
        page.goto(f"{host.url}/said-{number}")
        page.wait_for_function(IS_THERE)
        page.evaluate("(text) => { document.title = text; }", PAYLOADS[number])
        if number % 25 in (0, 1):
            page.evaluate("Meridian.open()")
            expect(log(page)).to_contain_text("automatic assistant")
            page.evaluate("Meridian.destroy()")


def test_a_name_is_a_name(visit: Visit, host: Site, tag: str) -> None:
    page = visit(host.page("/name", tag))
    page.evaluate("Meridian.open()")
    chat(page).get_by_role("button", name="Talk to a person").click()
    chat(page).get_by_label("Your name").fill(PAYLOADS[0][:100])
    chat(page).get_by_label("Phone").fill("(403) 555-0142")
    chat(page).get_by_label("What is it about?").fill("\n".join(PAYLOADS[:8]))
    chat(page).get_by_role("button", name="Ask for a call back").click()
    expect(log(page)).to_contain_text("Nothing is booked yet")
