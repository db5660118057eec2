"""A visit is booked in the chat, seen, moved and cancelled: by mouse, finger and keys, in time and too late."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect
from sqlalchemy import update

from bot.booking.tables import Appointment, State
from bot.database import Database, now
from bot.scratch import Stack, scratch_stack
from bot.settings import ROOT
from bot.visitor import Visitor, client
from bot.yaml_files import read
from tests.browser.conftest import Open, shot
from tests.browser.embed.page import IS_THERE, chat, until
from tests.browser.hosts import Site, site
from tests.browser.test_keyboard import focus_on
from tests.browser.test_states import SCREENS, ask, found_in, part

WISH = "I'd like to book a first visit next Tuesday afternoon"
ZONE = "America/Toronto"
# Nothing of these may be found anywhere but in the booking.
NAME, NOTE = "Quillon Canary", "I come by xylobus"
# A number may have three visits to come.
PHONES = (f"+1 403 555 {number}" for number in range(1000, 10_000))
TIME = re.compile(r"\d [ap]m$")


@pytest.fixture(scope="module")
def host() -> Iterator[Site]:
    """A clinic's own website. To a browser it is another site than the one with the chat."""
    with site("localhost") as served:
        yield served


@pytest.fixture(scope="module")
def stack(model: str, host: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A clinic that books online, is closed on Sundays, and has time for all these tests on one afternoon."""
    facts = read(ROOT / "tests" / "data" / "open_clinic.yml")
    facts["time_zone"] = ZONE
    facts["hours"]["sunday"] = []
    facts["practitioners"] = [
        {"name": f"{name} Example"} for name in ("Ada", "Bo", "Cleo", "Dana", "Eli", "Finn")
    ]
    clinic = tmp_path_factory.mktemp("clinic") / "clinic.yml"
    clinic.write_text(json.dumps(facts))  # which is YAML, too
    with scratch_stack(model=model, clinic=clinic, allowed_sites=[host.url]) as running:
        yield running


@pytest.fixture
def page(open_page: Open) -> Page:
    """The page on a wide screen, where the clinic is."""
    return open_page(timezone_id=ZONE)


def card(page: Page) -> Locator:
    return page.locator("#chat .appointment")


def picker(page: Page) -> Locator:
    return page.locator("#chat .picker")


def last(page: Page) -> Locator:
    return page.locator("#chat .message.bot").last


def times(page: Page, wish: str = WISH) -> Locator:
    """Asks for a visit; gives the times that are offered. A day that can be read in two ways is asked back."""
    ask(page, wish)
    which = page.get_by_text("Which day do you mean?")
    expect(picker(page).or_(which)).to_be_visible()
    if which.is_visible():
        choices(page).first.click()
    expect(picker(page)).to_be_visible()
    return choices(page).filter(has_text=TIME)


def choices(page: Page) -> Locator:
    """The quick replies on offer."""
    return page.locator("#chat .message > .choices button")


def hold(page: Page) -> None:
    """Comes to the card for the first time that is offered."""
    times(page).first.click()
    expect(card(page).locator("form")).to_be_visible()


def write(page: Page, **values: str) -> None:
    for name, value in ({"name": NAME, "phone": next(PHONES)} | values).items():
        card(page).locator(f"[name={name}]").fill(value)


def go_on(page: Page) -> None:
    card(page).locator("form .primary").click()


def look_over(page: Page, **values: str) -> Locator:
    """Comes to the summary; gives the button that books."""
    write(page, **values)
    go_on(page)
    expect(card(page).locator("h4")).to_be_focused()
    return card(page).locator(".primary")


def booked(page: Page) -> Locator:
    """The message that a visit is booked, with its links."""
    expect(page.locator("#chat .visit-links a")).to_have_count(2)
    return last(page)


def lapse(stack: Stack) -> None:
    """Five minutes pass for all that is held, as far as the server is concerned."""
    database = Database(stack.settings.database)
    with database.write() as session:
        over = now() - timedelta(seconds=1)
        session.execute(update(Appointment).where(Appointment.state == State.HELD).values(held_until=over))
    database.dispose()


@pytest.mark.parametrize("screen", SCREENS)
def test_a_visit_is_booked(open_page: Open, faults: list[str], screen: str) -> None:
    options: dict[str, Any] = {"timezone_id": ZONE, "reduced_motion": "reduce"} | SCREENS[screen]
    page = open_page(**options)
    found: list[str] = []

    def look(state: str) -> None:
        found.extend(found_in(page, f"booking-{state}-{screen}"))

    offered = times(page)
    look("times")
    picker(page).locator("summary").click()
    expect(picker(page).locator(".times button").first).to_be_visible()
    look("picker")
    offered.first.click()
    expect(card(page).locator("form")).to_be_visible()
    expect(picker(page)).to_have_count(0)
    look("details")
    go_on(page)
    expect(card(page).locator("[name=name]")).to_be_focused()
    write(page, phone="12", note=NOTE)
    go_on(page)
    # What is no number anywhere is told at once.
    phone = card(page).locator("[name=phone]")
    expect(phone).to_be_focused()
    look("refused")
    phone.fill("+1 403 555")
    go_on(page)
    expect(card(page)).to_contain_text(NOTE)
    look("summary")
    # What the server does not take is mended where it was written.
    card(page).locator(".primary").click()
    expect(phone).to_be_focused()
    assert [fault for fault in faults if "422" in fault]  # the browser itself reports what was refused
    faults.clear()
    phone.fill(next(PHONES))
    go_on(page)
    expect(card(page).locator("h4")).to_be_focused()
    card(page).locator(".primary").click()
    assert "Your visit is booked: First visit" in booked(page).inner_text()
    expect(card(page)).to_have_count(0)
    expect(page.locator("#chat .done")).to_be_focused()
    look("booked")
    assert found == []


@pytest.mark.parametrize("screen", ["desktop", "phone"])
def test_a_booked_visit_is_seen_moved_and_cancelled(open_page: Open, screen: str) -> None:
    page = open_page(timezone_id=ZONE, **SCREENS[screen])
    hold(page)
    look_over(page, note=NOTE).click()
    message = booked(page)
    code = re.search(r"code is (\w+)", message.inner_text())
    assert code
    with page.expect_download() as saved:
        message.get_by_role("link", name="Add to your calendar").click()
    assert b"BEGIN:VEVENT" in saved.value.path().read_bytes()
    with page.context.expect_page() as opened:
        message.get_by_role("link", name="See, move or cancel this visit").click()
    visit = opened.value
    expect(visit.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    expect(visit.locator(".visit")).to_contain_text(code[1])
    expect(visit.locator(".visit")).to_contain_text(NAME)
    shot(visit, f"booking-visit-{screen}")
    assert visit.evaluate("opener") is None
    before = visit.locator(".visit").inner_text()
    visit.get_by_role("link", name="Move it").click()
    visit.locator(".choice").last.click()
    visit.locator(".choice").last.click()
    expect(visit.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    assert visit.locator(".visit").inner_text() != before
    visit.get_by_role("link", name="Cancel it").click()
    visit.get_by_role("button", name="Yes, cancel it").click()
    expect(visit.get_by_role("heading", name="Your visit was cancelled")).to_be_visible()
    # There is nothing left to see, move or cancel.
    page.reload()
    expect(page.get_by_text("Your visit is booked")).to_be_visible()
    expect(page.locator("#chat .visit-links")).to_have_count(0)


def test_another_day_is_picked_from_all_that_are_free(page: Page) -> None:
    times(page)
    picker(page).locator("summary").click()
    day = picker(page).get_by_label("Day", exact=True)
    free = picker(page).locator(".times button")
    expect(free.first).to_be_visible()
    expect(day.locator("option:checked")).to_contain_text("Tuesday")
    before = day.input_value()
    picker(page).get_by_role("button", name="Later day").click()
    assert day.input_value() > before
    picker(page).get_by_role("button", name="Earlier day").click()
    assert day.input_value() == before
    # The clinic is closed on Sundays; a Sunday can be looked at, and is passed over.
    sunday = day.locator("option", has_text="Sunday").nth(1).get_attribute("value") or ""
    day.select_option(sunday)
    expect(picker(page)).to_contain_text("No time is free on Sunday")
    expect(free).to_have_count(0)
    shot(page, "booking-picker-empty")
    picker(page).get_by_role("button", name="Later day").click()
    expect(day.locator("option:checked")).to_contain_text("Monday")
    name = picker(page).get_by_role("group", name="Free times on Monday").get_attribute("aria-label") or ""
    monday = name.removeprefix("Free times on ")
    free.nth(2).click()
    said = page.locator("#chat .visitor .bubble").last.inner_text()
    assert re.fullmatch(rf"{monday} \d{{4}}, \d{{1,2}}(:\d\d)? [ap]m", said)
    # What was picked is what is kept.
    expect(card(page).locator("form")).to_be_visible()
    expect(last(page).locator(".bubble")).to_contain_text(said)
    expect(card(page)).to_contain_text(said.replace(re.findall(r" \d{4}", said)[0], ""))


def test_a_clinic_that_is_full_says_so(page: Page) -> None:
    page.route("**/api/v1/slots?*", lambda route: emptied(route, slots=[]))
    times(page)
    picker(page).locator("summary").click()
    expect(picker(page)).to_contain_text("No time is free from")
    expect(picker(page).locator("select")).to_have_count(0)


def emptied(route: Route, **changes: Any) -> None:
    """What the server says, with something else in it."""
    answer = route.fetch()
    route.fulfill(response=answer, json=answer.json() | changes)


def test_what_could_not_be_loaded_is_loaded_again_on_demand(page: Page, faults: list[str]) -> None:
    offered = times(page)
    page.route("**/booking", lambda route: route.abort())
    picker(page).locator("summary").click()
    expect(picker(page).locator(".fault")).to_have_text(
        "The clinic's server cannot be reached at the moment."
    )
    shot(page, "booking-picker-failed")
    page.unroute_all()
    picker(page).get_by_role("button", name="Try again").click()
    expect(picker(page).locator(".times button").first).to_be_visible()
    page.route("**/booking", lambda route: route.abort())
    offered.first.click()
    again = card(page).get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute_all()
    again.click()
    expect(card(page).locator("form")).to_be_visible()
    faults.clear()  # the browser itself reports what it could not fetch


def test_a_double_click_books_once(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    hold(page)
    write(page)
    sent.clear()
    card(page).locator("form .primary").dblclick()
    # What comes into the place of a button is not pressed with it.
    expect(card(page).locator("h4")).to_be_visible()
    card(page).locator(".primary").dispatch_event("click", {"detail": 2})
    page.wait_for_timeout(300)
    assert sent == []
    card(page).locator(".primary").dblclick()
    booked(page)
    assert [url.rpartition("/")[2] for url in sent] == ["appointments"]


def test_a_lost_answer_does_no_harm(page: Page, faults: list[str]) -> None:
    hold(page)
    book = look_over(page)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/api/v1/appointments", lose)
    book.click()
    # It was booked all the same, and the chat tells so by the stream.
    booked(page)
    expect(page.locator("#chat .done")).to_have_text("Booked.")
    faults.clear()  # the browser itself reports what it could not fetch


def test_a_server_that_cannot_be_reached_is_asked_again(page: Page, faults: list[str]) -> None:
    hold(page)
    book = look_over(page)
    page.route("**/api/v1/appointments", lambda route: route.abort())
    book.click()
    expect(book).to_have_accessible_description("The clinic's server cannot be reached at the moment.")
    expect(book).to_be_focused()
    page.unroute_all()
    book.click()
    booked(page)
    faults.clear()  # the browser itself reports what it could not fetch


def test_who_has_as_many_visits_as_possible_is_told_so(page: Page, stack: Stack, faults: list[str]) -> None:
    phone = next(PHONES)
    with client(stack.url) as http:
        for number in range(3):
            book(Visitor(http), http, phone, number)
    hold(page)
    look_over(page, phone=phone).click()
    expect(card(page).locator(".fault")).to_contain_text("At most 3 visits")
    shot(page, "booking-too-many")
    faults.clear()  # the browser itself reports what was refused


def book(visitor: Visitor, http: httpx.Client, phone: str, number: int) -> None:
    """Books one of the times after two weeks, without the chat."""
    day = now().date() + timedelta(days=14)
    query = {"service": "2", "from": f"{day}", "to": f"{day + timedelta(days=7)}"}
    slot = http.get("/api/v1/slots", params=query).json()["slots"][number * 3]
    headers = {"Authorization": f"Bearer {visitor.token}"}
    wanted = {"key": "once", "service_id": 2, "starts_at": slot["starts_at"]}
    held = http.post("/api/v1/holds", json=wanted, headers=headers).raise_for_status().json()
    details = {"hold_id": held["id"], "name": "Ada", "phone": phone}
    http.post("/api/v1/appointments", json=details, headers=headers).raise_for_status()


def test_what_is_written_stays_with_the_form(page: Page, stack: Stack) -> None:
    said: list[str] = []
    page.on("request", lambda request: said.append(f"{request.url} {request.post_data or ''}"))
    hold(page)
    write(page, note=NOTE)
    for language in ("Français", "English"):
        part(page, "menu").locator("summary").click()
        page.get_by_role("button", name=language).click()
        expect(card(page).locator("[name=name]")).to_have_value(NAME)
    go_on(page)
    expect(card(page)).to_contain_text("Is this right?")
    part(page, "menu").locator("summary").click()
    page.get_by_role("button", name="Français").click()
    expect(card(page)).to_contain_text("Est-ce exact?")
    expect(card(page)).to_contain_text(NOTE)
    shot(page, "booking-summary-french")
    card(page).get_by_role("button", name="Modifier").click()
    expect(card(page).locator("[name=note]")).to_have_value(NOTE)
    # Another time is chosen, and nothing has to be written again.
    choices(page).first.click()
    expect(picker(page)).to_be_visible()
    expect(page.locator("#chat .done")).to_have_text("Cette étape est terminée.")
    choices(page).filter(has_text=TIME).last.click()
    expect(card(page).locator("[name=name]")).to_have_value(NAME)
    # Until now none of it has left the page, nor is it kept there.
    assert not [request for request in said if "Quillon" in request or "xylobus" in request]
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "Quillon" not in stored
    go_on(page)
    card(page).locator(".primary").click()
    booked(page)
    assert [request.split()[0].rpartition("/")[2] for request in said if "Quillon" in request] == [
        "appointments"
    ]
    assert "Quillon" not in stack.log.read_text()
    page.reload()
    expect(page.locator("#chat .visit-links a")).to_have_count(2)
    assert "Quillon" not in page.locator("#chat").inner_text()


def test_a_reload_in_the_middle_goes_on(page: Page) -> None:
    offered = times(page)
    page.reload()
    expect(picker(page)).to_be_visible()
    offered.first.click()
    expect(card(page).locator("form")).to_be_visible()
    kept = card(page).locator("dl").inner_text()
    page.reload()
    expect(card(page).locator("dl")).to_have_text(kept, use_inner_text=True)
    expect(picker(page)).to_have_count(0)
    look_over(page).click()
    booked(page)
    page.reload()
    booked(page)
    expect(card(page)).to_have_count(0)


def test_only_the_newest_step_can_be_acted_on(page: Page) -> None:
    hold(page)
    choices(page).filter(has_text="Another time").click()
    expect(picker(page)).to_be_visible()
    expect(card(page)).to_have_count(0)
    choices(page).filter(has_text=TIME).first.click()
    expect(card(page).locator("form")).to_be_visible()
    choices(page).filter(has_text="Cancel the booking").click()
    expect(last(page)).to_contain_text("Nothing was booked.")
    expect(card(page)).to_have_count(0)
    # A question on the way is answered, and the booking goes on.
    hold(page)
    ask(page, "where can I park?")
    expect(page.locator("#chat .extras")).to_have_count(1)
    expect(card(page)).to_have_count(1)
    look_over(page).click()
    booked(page)


def test_two_tabs_show_one_booking(page: Page) -> None:
    hold(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(card(other).locator("form")).to_be_visible()
    write(other, name="Somebody")
    card(other).locator("[name=name]").focus()
    choices(page).filter(has_text="Another time").click()
    # The form closes where it can no longer be sent, and the keyboard is not lost.
    expect(other.locator("#chat .done")).to_be_focused()
    expect(picker(other)).to_be_visible()
    choices(other).filter(has_text=TIME).last.click()
    expect(card(page).locator("form")).to_be_visible()
    look_over(page).click()
    for tab in (page, other):
        booked(tab)
        expect(card(tab)).to_have_count(0)


def test_a_time_that_was_kept_too_long_is_chosen_again(page: Page, stack: Stack, faults: list[str]) -> None:
    hold(page)
    book = look_over(page)
    lapse(stack)
    book.click()
    expect(card(page)).to_contain_text("which are over. Nothing is booked.")
    expect(card(page)).to_be_focused()
    shot(page, "booking-expired")
    card(page).get_by_role("button", name="Choose another time").click()
    expect(page.locator("#chat .visitor .bubble").last).to_have_text("Another time")
    expect(picker(page)).to_be_visible()
    choices(page).filter(has_text=TIME).first.click()
    # Who comes is known already.
    expect(card(page).locator("h4")).to_have_text("Is this right?")
    card(page).locator(".primary").click()
    booked(page)
    faults.clear()  # the browser itself reports what was refused


def test_the_end_of_five_minutes_is_the_servers_to_say(page: Page, stack: Stack) -> None:
    page.clock.install()
    page.reload()
    hold(page)
    heard = page.locator("#chat [data-part=voice]")
    page.clock.fast_forward("04:05")
    expect(heard).to_contain_text("It is kept for one more minute.")
    # This device's clock is ahead: the time is still kept.
    with page.expect_response("**/booking"):
        page.clock.fast_forward("01:00")
    expect(card(page).locator("form")).to_be_visible()
    lapse(stack)
    page.clock.fast_forward("00:11")
    expect(card(page)).to_contain_text("which are over.")


def test_a_visitor_elsewhere_is_told_both_times(open_page: Open) -> None:
    page = open_page(timezone_id="Europe/London")
    hold(page)
    expect(card(page)).to_contain_text(
        re.compile(r"By the clock of this device that is \w+day \d+ \w+, \d+(:\d\d)?\s[ap]m\.")
    )
    expect(card(page)).to_contain_text("by the clock of this device.")
    shot(page, "booking-elsewhere")


def test_the_clinics_clock_is_read_from_the_server_where_it_tells(page: Page) -> None:
    """A browser may know less of the clinic's time zone than its server."""

    def otherwise(route: Route) -> None:
        draft = route.fetch().json()["draft"]
        at = {"starts_at": "2026-11-24T12:00:00-03:30", "ends_at": "2026-11-24T13:15:00-03:30"}
        emptied(route, draft=draft | {"held": draft["held"] and draft["held"] | at})

    page.route("**/booking", otherwise)
    hold(page)
    expect(card(page)).to_contain_text("Tuesday 24 November, 12 pm to 1:15 pm")


def test_a_chat_is_deleted_with_its_visit_and_says_so(page: Page) -> None:
    hold(page)
    look_over(page).click()
    link = booked(page).get_by_role("link", name="See, move or cancel this visit")
    address = link.get_attribute("href") or ""
    hold(page)
    write(page)
    part(page, "menu").locator("summary").click()
    part(page, "erase").click()
    expect(part(page, "confirm-sheet")).to_contain_text("your time is no longer kept")
    part(page, "confirm-sheet").get_by_role("button", name="Delete my chat").click()
    expect(page.get_by_text("Your chat is deleted.").first).to_be_visible()
    assert page.request.get(f"{page.url.rstrip('/')}{address}").status == 404
    # What was written and not sent is forgotten, too.
    hold(page)
    expect(card(page).locator("[name=name]")).to_have_value("")


def test_a_note_with_a_warning_sign_is_answered_with_its_warning_and_books_nothing(
    page: Page, faults: list[str]
) -> None:
    hold(page)
    look_over(page, note="I want to kill myself").click()
    expect(page.locator("#chat .warning.crisis .first")).to_be_in_viewport()
    expect(card(page)).to_have_count(0)
    expect(page.locator("#chat .done")).to_contain_text("Nothing was booked")
    expect(part(page, "log")).not_to_contain_text("code is")
    shot(page, "booking-stopped")
    faults.clear()  # the browser itself reports that it was refused


def test_keys_alone_book_a_visit(page: Page) -> None:
    focus_on(page, part(page, "question"))
    times(page)
    focus_on(page, picker(page).locator("summary"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(picker(page).locator(".times button").first).to_be_visible()
    day = picker(page).get_by_label("Day", exact=True)
    focus_on(page, day)
    before = day.input_value()
    page.keyboard.press("ArrowDown")
    assert day.input_value() > before
    focus_on(page, picker(page).locator(".times button").nth(1))
    page.keyboard.press("Enter")
    expect(part(page, "question")).to_be_focused()
    expect(card(page).locator("form")).to_be_visible()
    # The card does not take the focus: it is gone to.
    expect(part(page, "question")).to_be_focused()
    focus_on(page, card(page).locator("[name=name]"), "Shift+Tab")
    page.keyboard.type(NAME)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("quillon@willow-lane")
    focus_on(page, card(page).locator("form .primary"))
    page.keyboard.press("Enter")
    expect(card(page).locator("h4")).to_be_focused()
    focus_on(page, card(page).get_by_role("button", name="Change"))
    page.keyboard.press("Enter")
    expect(card(page).locator("[name=name]")).to_be_focused()
    email = card(page).locator("[name=email]")
    focus_on(page, email)
    page.keyboard.press("End")
    page.keyboard.type(".example")
    page.keyboard.press("Enter")
    expect(card(page).locator("h4")).to_be_focused()
    focus_on(page, card(page).get_by_role("button", name="Book this visit"))
    page.keyboard.press("Enter")
    booked(page)
    expect(page.locator("#chat .done")).to_be_focused()
    expect(page.locator("#chat .done")).to_have_text("Booked.")
    focus_on(page, page.get_by_role("link", name="See, move or cancel this visit"))


def test_a_page_that_frames_the_chat_is_told_and_nothing_more(
    open_page: Open, stack: Stack, host: Site, faults: list[str]
) -> None:
    script = f'<script src="{stack.url}/widget.js" async></script>'
    page = open_page(host.page("/visit", script), timezone_id=ZONE)
    until(page, IS_THERE)
    page.evaluate("window.told = []; Meridian.on('booked', (...all) => told.push(JSON.stringify(all)))")
    page.evaluate("Meridian.open()")
    frame = chat(page)
    frame.locator("[data-part=question]").fill(WISH)
    frame.locator("[data-part=question]").press("Enter")
    which = frame.get_by_text("Which day do you mean?")
    expect(frame.locator(".picker").or_(which)).to_be_visible()
    if which.is_visible():
        frame.locator(".message > .choices button").first.click()
    frame.locator(".message > .choices button").filter(has_text=TIME).first.click()
    frame.locator(".appointment [name=name]").fill(NAME)
    frame.locator(".appointment [name=phone]").fill(next(PHONES))
    frame.locator(".appointment .primary").click()
    frame.get_by_role("button", name="Book this visit").click()
    link = frame.get_by_role("link", name="See, move or cancel this visit")
    expect(link).to_be_visible()
    shot(page, "booking-framed")
    assert page.evaluate("told") in (["[]"], ["[{}]"], ["[null]"])
    with page.context.expect_page() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    opened.value.wait_for_load_state("networkidle")
    opened.value.close()
    # Everything comes from the two sites.
    assert [fault for fault in faults if not fault.startswith(stack.url)] == []
    faults.clear()
