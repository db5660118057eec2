"""What must not get through: a site that is not named, forged messages, text that would be code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from bot.scratch import Stack
from tests.browser.conftest import shot
from tests.browser.embed.conftest import Visit
from tests.browser.embed.page import IS_THERE, KEEP_EVENTS, chat, events, log, nodes, opened
from tests.browser.hosts import Site, site

PAYLOADS = [line for line in (Path(__file__).parents[1] / "xss.txt").read_text().splitlines() if line]


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
        assert "Open the chat in a new tab" in [node["name"] for node in nodes(page, "link")]
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
