"""The line is cut between the sending of a message and its acknowledgement: the chat loses and doubles nothing.

Seen to fail where the server does not know a message by its `client_message_id`.
"""

from __future__ import annotations

import json

import httpx
from playwright.sync_api import Page, expect, sync_playwright

from bot.scratch import Stack
from tests.browser import chromium
from tests.faults.conftest import CUTS, Message, assert_whole
from tests.faults.line import Cut, line

SECONDS_A_CUT = 15


def ask(page: Page, text: str) -> None:
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")


def transcript(page: Page, url: str) -> list[Message]:
    """What the server has of the chat that the page shows."""
    ticket = json.loads(page.evaluate("localStorage.getItem('meridian.conversation')"))
    answer = httpx.get(
        f"{url}/api/v1/conversations/{ticket['id']}/messages",
        headers={"Authorization": f"Bearer {ticket['token']}"},
        trust_env=False,
    )
    messages: list[Message] = answer.raise_for_status().json()["messages"]
    return messages


def test_what_a_visitor_writes_arrives_once_and_in_order_though_the_line_is_cut(fragile: Stack) -> None:
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS)) as browser,
        line(fragile.settings.port, CUTS) as cut_line,
    ):
        page = browser.new_page()
        page.goto(cut_line.url)
        written: list[str] = []
        shown = page.get_by_role("log", name="Messages")
        while cut_line.left:
            # Three at a time: each must wait for the one before it.
            for _ in range(3):
                written.append(f"are the needles sterile? {len(written) + 1}")
                ask(page, written[-1])
            expect(shown.get_by_text("Sending…")).to_have_count(0, timeout=3 * SECONDS_A_CUT * 1000)
            expect(shown.get_by_role("button", name="try again")).to_have_count(0)
        expect(shown.get_by_role("heading", name="Assistant")).to_have_count(len(written) + 1, timeout=30_000)
        assert_whole(transcript(page, fragile.url), written)
        assert shown.locator(".visitor .bubble").all_inner_texts() == written
        assert len(cut_line.cuts) == CUTS
        assert {Cut.LOST, Cut.UNACKNOWLEDGED} == set(cut_line.cuts)
