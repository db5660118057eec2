"""The interface in English and French; what the server says stays English and says so to a screen reader."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from bot.knowledge.clinic import Clinic
from bot.knowledge.phrases import phrase
from bot.scratch import Stack
from bot.settings import ROOT
from bot.yaml_files import read_as
from tests.browser.conftest import Open
from tests.browser.test_page import ask
from tests.browser.test_states import answers, part


def language(page: Page) -> str:
    return str(page.locator("#chat").get_attribute("lang"))


@pytest.mark.parametrize(
    ("prefers", "query", "expected"),
    [
        ("en-CA", "", "en"),
        ("fr-CA", "", "fr"),
        ("de-DE", "", "en"),
        ("en-CA", "?lang=fr", "fr"),
        ("fr-FR", "?lang=en-GB", "en"),
        ("fr-FR", "?lang=tlh", "fr"),
    ],
)
def test_the_language_is_what_the_address_asks_for_else_what_the_browser_prefers(
    open_page: Open, stack: Stack, prefers: str, query: str, expected: str
) -> None:
    page = open_page(locale=prefers)
    page.goto(stack.url + query)
    expect(part(page, "question")).to_be_visible()
    assert language(page) == expected


def test_a_visitor_changes_the_language_and_nothing_is_lost(page: Page) -> None:
    answers(page, "how many treatments do people usually have?").locator("summary").last.click()
    part(page, "person").click()
    page.get_by_label("Your name").fill("Ada")
    part(page, "question").fill("and does it hurt")
    part(page, "menu").locator("summary").click()
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("log", name="Messages")).to_contain_text("Je suis l'assistant automatique")
    expect(page.get_by_label("Votre nom")).to_have_value("Ada")
    expect(page.locator("#chat .evidence")).to_be_visible()
    expect(page.locator("#chat .evidence")).to_contain_text("Pas encore approuvé par cette clinique")
    expect(part(page, "question")).to_have_value("and does it hurt")
    page.reload()
    expect(page.get_by_role("heading", name="Vous")).to_have_count(1)


def test_answers_are_english_in_a_french_chat(open_page: Open) -> None:
    page = open_page(locale="fr-CA")
    extras = answers(page, "are the needles sterile?")
    extras.locator("summary").last.click()
    answer = page.locator("#chat .message.bot").last
    languages = "(all) => all.map((e) => e.closest('[lang]').lang)"
    for english in (".bubble p", ".help p", ".evidence ul", ".choices button"):
        spoken = answer.locator(english).evaluate_all(languages)
        assert spoken, english
        assert set(spoken) == {"en"}, english
    for french in ("h4", "summary", ".feedback", ".strength"):
        assert set(answer.locator(french).evaluate_all(languages)) == {"fr"}, french


def test_no_english_is_left_in_a_french_chat(open_page: Open) -> None:
    """Every text of the chat that is not marked as English differs from what the English chat shows there."""
    texts = """() => {
        const found = [];
        const walker = document.createTreeWalker(document.querySelector("#chat"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const parent = walker.currentNode.parentElement;
            if (!parent.closest("[lang=en], button[lang]")) found.push(walker.currentNode.data);
        }
        for (const e of document.querySelectorAll("#chat [aria-label]")) found.push(e.getAttribute("aria-label"));
        return found;
    }"""
    seen = {}
    for locale in ("en-CA", "fr-CA"):
        page = open_page(locale=locale)
        answers(page, "are the needles sterile?")
        part(page, "person").click()
        expect(page.locator("#chat .callback")).to_be_visible()
        # English text is marked in French only; in English the root itself is English.
        page.evaluate("document.querySelector('#chat').lang = 'fr'")
        seen[locale] = {text for text in page.evaluate(texts) if re.search("[a-z]{3}", text)}
    same = seen["en-CA"] & seen["fr-CA"]
    alike = {
        "Willow Lane Acupuncture",
        "Menu",
        "Messages",
        "Sources",
        "Assistant",
        "Tab",
        "are the needles sterile?",
    }
    assert same <= alike


def test_faults_are_told_in_french(open_page: Open, faults: list[str]) -> None:
    page = open_page(locale="fr-CA")
    ask_in_french = "long " * 220
    part(page, "question").fill(ask_in_french)
    part(page, "question").press("Enter")
    expect(page.locator("#chat .note.caution")).to_have_text(
        "Le message est trop long. Veuillez le raccourcir."
    )
    part(page, "person").click()
    page.get_by_label("Votre nom").fill("Ada")
    page.get_by_label("Téléphone").fill("12")
    page.get_by_role("button", name="Demander qu'on me rappelle").click()
    expect(page.get_by_text("Veuillez vérifier ce numéro de téléphone.")).to_be_visible()
    faults.clear()  # the browser itself reports what was refused


def test_the_greeting_is_the_one_in_the_record(page: Page) -> None:
    said = phrase("greeting", read_as(ROOT / "clinic.yml", Clinic))
    expect(page.locator("#chat .greeting")).to_be_visible()
    shown = page.locator("#chat .greeting .bubble p").all_inner_texts()
    assert " ".join(shown) == said.strip()
    ask(page, "is it safe?")
    expect(page.locator("#chat .message.bot")).to_have_count(2)
    assert page.evaluate("document.querySelectorAll('#chat .greeting').length") == 1
