"""The answers as pages, read over the real app from a real database."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.conversations.record import Record, Reply
from bot.conversations.tables import Disposition
from bot.database import Database
from bot.knowledge.articles import read_articles
from bot.knowledge.clinic import Clinic
from bot.knowledge.library import GROUP_TITLES, Library, slug
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.tables import ClinicFacts
from bot.knowledge.topics import groups
from bot.settings import ROOT
from bot.web.answers import EVIDENCE
from bot.web.api.views import as_seen
from bot.web.html import day, prose
from bot.yaml_files import read_as
from tests.web.answer_files import CLINIC, HOSTILE, add_articles, article

VARIANT = "/answers/how_many_sessions/tailbone-pain"
SIGNED = "/answers/how_many_sessions/jaw"


@pytest.fixture
def articles(database: Database, tmp_path: Path) -> None:
    add_articles(database, tmp_path / "articles")


class _Elements(HTMLParser):
    """Every element with its attributes, and the text of scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and self.found[-1][0] == "script" and data.strip():
            self.scripts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def data_of(html: str) -> dict[str, Any]:
    (script,) = _Elements(html).scripts
    found: dict[str, Any] = json.loads(script)
    return found


def test_every_shipped_article_has_its_page(http: TestClient, database: Database) -> None:
    index = http.get("/answers").text
    clinic = read_as(CLINIC, Clinic)
    entries = Library(database, lambda: clinic).catalogue().entries
    assert len(entries) == len(read_articles())
    for entry in entries:
        page = http.get(f"/answers/{entry.address}", follow_redirects=False)
        assert page.status_code == 200, entry.address
        headings = [int(tag[1]) for tag, _ in _Elements(page.text).found if re.fullmatch("h[1-6]", tag)]
        assert headings[0] == 1
        assert headings.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(headings))
        assert f'href="/answers/{entry.address}"' in index or "/" in entry.address


def test_every_group_of_topics_has_a_title() -> None:
    assert set(groups()) == set(GROUP_TITLES)


def test_every_shipped_variant_has_an_address_of_its_own() -> None:
    addresses = [
        (link.topic, slug(value))
        for shipped in read_articles().values()
        for link in shipped.answers
        for value in link.entity.values()
    ]
    assert len(addresses) == len(set(addresses))
    assert all(last for _, last in addresses)


@pytest.mark.usefixtures("articles")
def test_a_page_says_all_that_its_article_says(http: TestClient) -> None:
    html = http.get(VARIANT).text
    for words in (
        "How many sessions for tailbone pain?</h1>",
        "A few words.",
        "<p>First.</p>\n<p>Second.</p>",
        'Call <a href="tel:911">911</a> if you cannot pass urine.',
        "Low, the studies are few or weak.",
        "One says so, one says otherwise.",
        "Written on 1 November 2026.",
        "Not yet signed off by this clinic.",
        "Due for review on 1 November 2027.",
    ):
        assert words in html, words
    page = _Elements(html)
    (source,) = [link for link in page.all("a") if "nice.org.uk" in (link["href"] or "")]
    assert source["rel"] == "noopener noreferrer"
    links = [link["href"] for link in page.all("a")]
    # Its general answer, its sister, what is related, and back to the chat with this question.
    for address in (
        "/answers/how_many_sessions",
        SIGNED,
        "/answers/how_often",
        "/?ask=how_many_sessions/tailbone-pain#chat",
    ):
        assert address in links, address
    # Booking is a conversation and has no page.
    assert "/answers/booking" not in links


@pytest.mark.usefixtures("articles")
def test_a_general_answer_names_its_variants(http: TestClient) -> None:
    html = http.get("/answers/how_many_sessions").text
    assert f'<a href="{VARIANT}">For tailbone pain</a>' in html
    assert f'<a href="{SIGNED}">For the jaw</a>' in html
    assert http.get("/answers/how_often").text.count(VARIANT) == 0


def test_what_the_clinic_has_not_told_is_not_said(http: TestClient, database: Database) -> None:
    assert "$120" in http.get("/answers/cost").text
    with database.write() as session:
        facts = session.get_one(ClinicFacts, 1)
        facts.facts = {name: fact for name, fact in facts.facts.items() if name != "services"}
    html = http.get("/answers/cost").text
    assert "I have not been told what a visit to Willow Lane Acupuncture costs" in html
    assert "More about this" not in html
    assert "This comes from the clinic itself" not in html


@pytest.mark.usefixtures("articles")
def test_only_what_is_signed_off_is_for_search_engines(http: TestClient) -> None:
    for path, indexable in ((VARIANT, False), (SIGNED, True), ("/answers", True), ("/answers?q=jaw", False)):
        page = http.get(path)
        named = {meta.get("name"): meta.get("content") for meta in _Elements(page.text).all("meta")}
        assert (named.get("robots") == "noindex") is not indexable, path
        assert (page.headers.get("x-robots-tag") == "noindex") is not indexable, path
    html = http.get(SIGNED).text
    assert "Signed off by Dana Example on 20 November 2026." in html
    assert data_of(html)["lastReviewed"] == "2026-11-20"
    assert "lastReviewed" not in data_of(http.get(VARIANT).text)
    sitemap = http.get("/sitemap.xml")
    assert sitemap.headers["content-type"].startswith("application/xml")
    assert f"<loc>http://testserver{SIGNED}</loc><lastmod>2026-11-01</lastmod>" in sitemap.text
    assert VARIANT not in sitemap.text
    assert "Sitemap: http://testserver/sitemap.xml" in http.get("/robots.txt").text


def test_while_nothing_is_signed_off_the_index_is_not_for_search_engines(http: TestClient) -> None:
    assert http.get("/answers").headers["x-robots-tag"] == "noindex"
    assert "<loc>" not in http.get("/sitemap.xml").text


def test_what_is_signed_off_but_not_told_is_not_for_search_engines(
    http: TestClient, database: Database, tmp_path: Path
) -> None:
    signed = article(
        "cost",
        {"condition": "tailbone pain"},
        needs=["virtual_visits"],
        otherwise="I have not been told.",
        last_reviewed=date(2026, 11, 20),
        reviewed_by="Dana Example",
    )
    add_articles(database, tmp_path / "articles", {"told": signed})
    assert "x-robots-tag" not in http.get("/answers/cost/tailbone-pain").headers
    with database.write() as session:
        facts = session.get_one(ClinicFacts, 1)
        facts.facts = {name: fact for name, fact in facts.facts.items() if name != "virtual_visits"}
    assert http.get("/answers/cost/tailbone-pain").headers["x-robots-tag"] == "noindex"


@pytest.mark.usefixtures("articles")
def test_search_engines_get_the_question_and_its_answer(http: TestClient) -> None:
    html = http.get(VARIANT).text
    data = data_of(html)
    assert data["@type"] == "FAQPage"
    (question,) = data["mainEntity"]
    assert question["name"] == "How many sessions for tailbone pain?"
    assert question["acceptedAnswer"]["text"].startswith("A few words.\n\nFirst.")
    page = _Elements(html)
    (canonical,) = [link for link in page.all("link") if link.get("rel") == "canonical"]
    assert canonical["href"] == data["url"] == f"http://testserver{VARIANT}"
    assert {"name": "description", "content": "A few words."} in page.all("meta")


@pytest.mark.usefixtures("articles")
def test_hostile_words_stay_words(http: TestClient) -> None:
    for path in ("/answers/does_it_hurt/calf", "/answers?q=alert onerror", "/answers/does_it_hurt"):
        page = _Elements(http.get(path).text)
        assert not page.all("img"), path
        assert all(script.get("type") == "application/ld+json" for script in page.all("script")), path
    html = http.get("/answers/does_it_hurt/calf").text
    assert data_of(html)["mainEntity"][0]["name"] == HOSTILE
    assert data_of(html)["reviewedBy"]["name"] == HOSTILE
    searched = _Elements(http.get("/answers", params={"q": HOSTILE}).text)
    assert not searched.all("img")
    assert not searched.all("script")


@pytest.mark.usefixtures("articles")
def test_a_page_that_has_not_changed_is_not_sent_again(http: TestClient, database: Database) -> None:
    for path in (VARIANT, "/answers", "/sitemap.xml", "/robots.txt"):
        first = http.get(path)
        again = http.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        assert (again.status_code, again.content) == (304, b""), path
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "no-cache"
    tag = http.get(VARIANT).headers["etag"]
    with database.write() as session:
        facts = session.get_one(ClinicFacts, 1)
        facts.facts = {**facts.facts, "name": "Another Clinic"}
    assert http.get(VARIANT, headers={"If-None-Match": tag}).status_code == 200


def test_a_page_can_be_asked_for_its_head(http: TestClient) -> None:
    for path in ("/answers", "/answers/sciatica", "/sitemap.xml", "/robots.txt"):
        head, whole = http.head(path), http.get(path)
        assert (head.status_code, head.content) == (200, b""), path
        assert head.headers["etag"] == whole.headers["etag"], path


@pytest.mark.parametrize("path", ["/answers/nonsense", "/answers/sciatica/nonsense", "/answers/a/b/c"])
def test_an_unknown_answer_is_told_kindly(http: TestClient, path: str) -> None:
    page = http.get(path)
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["x-robots-tag"] == "noindex"
    assert "There is no such answer" in page.text
    assert "nonsense" not in page.text
    elements = _Elements(page.text)
    assert [form["action"] for form in elements.all("form")] == ["/answers"]
    assert "/#chat" in [link["href"] for link in elements.all("a")]


def test_an_article_has_one_address(http: TestClient, database: Database, tmp_path: Path) -> None:
    both = article("how_often", {"condition": "tailbone pain"}).model_dump()
    both["answers"] += [{"topic": "how_soon_results", "entity": {"condition": "tailbone pain"}}]
    add_articles(database, tmp_path / "articles", {"both": type(article("cost")).model_validate(both)})
    for path, leads in (
        ("/answers/how_soon_results/tailbone-pain", "/answers/how_often/tailbone-pain"),
        ("/answers/Sciatica/", "/answers/sciatica"),
        ("/answers/", "/answers"),
    ):
        moved = http.get(path, follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (307, leads)


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("needles sterile", "/answers/needles_sterile"),
        ("how much does it cost?", "/answers/cost"),
        ("pregnant", "/answers/pregnancy"),
        ("SCIATICA", "/answers/sciatica"),
    ],
)
def test_the_search_finds_by_words(http: TestClient, asked: str, first: str) -> None:
    page = http.get("/answers", params={"q": asked})
    (found,) = re.findall(r'<ol class="found">(.*?)</ol>', page.text, re.S)
    assert re.findall(r'href="([^"]+)"', found)[0] == first
    # What was searched for stays in no cache.
    assert page.headers["cache-control"] == "no-store"


def test_a_search_without_a_result_offers_everything(http: TestClient) -> None:
    page = http.get("/answers", params={"q": "xyzzy"})
    assert page.status_code == 200
    assert "No answer has these words" in page.text
    assert 'href="/answers/sciatica"' in page.text


def test_the_chat_opens_with_the_question_of_a_page(http: TestClient) -> None:
    assert 'data-question="How many sessions will I need?"' in http.get("/?ask=how_many_sessions").text
    assert 'data-question=""' in http.get("/?ask=<b>").text


@pytest.mark.usefixtures("articles")
def test_an_answer_in_the_chat_names_its_page(database: Database, knowledge: KnowledgeBase) -> None:
    answer = knowledge.edition().answer("how_many_sessions", [("condition", "tailbone pain")])
    assert answer
    reply = Reply(answer.text, Disposition.ANSWER, article_version_id=answer.version_id)
    (seen,) = as_seen(Record(database).begin(reply, None, None), knowledge)
    assert seen.answer
    assert seen.answer.page == VARIANT


def test_the_chat_and_the_pages_say_alike_how_sure_an_answer_is() -> None:
    words = (ROOT / "bot/web/static/languages/en.js").read_text()
    (evidence,) = re.findall(r"^    evidence: \{\n(.+?)^    \},$", words, re.M | re.S)
    assert dict(re.findall(r'^      (\w+): "(.+)",$', evidence, re.M)) == EVIDENCE


def test_only_numbers_that_the_text_says_to_call_are_links() -> None:
    called = {
        "Call 911 or 112 now": ["911", "112"],
        "ring NHS 111": ["111"],
        "phone Health Link on 811": ["811"],
        "Call 116 123": ["116123"],
        "Call +1 403 555 0142": ["+14035550142"],
        "A study from 216 people; call in 100 days": [],
        "Call 403 555 0199": [],
    }
    for text, numbers in called.items():
        assert re.findall(r"tel:([+\d]+)", prose(text, "+1 403 555 0142")) == numbers, text


def test_a_date_is_written_as_people_write_it_there() -> None:
    assert day(date(2026, 11, 1), "CA-AB") == "1 November 2026"
    assert day(date(2026, 11, 1), "US") == "November 1, 2026"
