"""A booking agreed in a chat: what is said, what is held, and what is asked next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from bot.booking.appointments import Visitor
from bot.booking.desk import Desk as Receptionist
from bot.booking.desk import Taken
from bot.booking.drafts import Draft, Drafts
from bot.booking.questions import Asked
from bot.booking.refusals import UnknownHold
from bot.conversations.record import Record, Reply
from bot.conversations.tables import Disposition
from tests.booking.conftest import ADA, DANA, FIRST_VISIT, FOLLOW_UP, MONDAY, TUESDAY, Desk, MakeDesk


@dataclass
class Chat:
    """One visitor at the desk; the dialogue's part is played by asking for the first slot that is missing."""

    clinic: Desk
    id: str
    receptionist: Receptionist

    def begins(self, words: str) -> Taken:
        return self.receptionist.begin(self.id, words, {})

    def says(self, words: str) -> Taken:
        return self.receptionist.take(self.id, words, {})

    def presses(self, title: str) -> Taken:
        """Presses a quick reply of the question asked last."""
        payload = dict(self.asked().buttons)[title]
        name, value = payload.removeprefix("/ask_booking").strip("{}").split(": ", 1)
        return self.receptionist.take(self.id, payload, {name.strip('"'): value.strip('"')})

    @property
    def draft(self) -> Draft:
        draft = self.receptionist.drafts.of(self.id)
        assert draft is not None
        return draft

    def asked(self) -> Asked:
        draft = self.draft
        return self.receptionist.questions.ask(draft.asked, self.id, draft)

    def titles(self) -> list[str]:
        return [title for title, _ in self.asked().buttons]


@pytest.fixture
def chat(desk: Desk) -> Chat:
    return chat_at(desk)


def chat_at(desk: Desk) -> Chat:
    greeting = Reply("Hello", Disposition.SMALLTALK)
    conversation_id = Record(desk.database).begin(greeting, None, None)[0].conversation_id
    drafts = Drafts(desk.database, desk.bookings, desk.clock)
    return Chat(desk, conversation_id, Receptionist(desk.bookings, drafts, lambda: desk.clinic, desk.clock))


def test_from_a_wish_to_a_time_that_is_held(chat: Chat) -> None:
    chat.begins("I'd like to book an appointment")
    assert chat.titles() == ["First visit, 60 min", "Follow-up, 45 min", "Cancel the booking"]
    chat.says("it's my first visit")
    assert chat.asked().text.startswith("Which day would suit you?")
    chat.says("monday afternoon")
    question = chat.asked()
    assert question.text == "These times are free on Monday 11 January 2027. Which one would you like?"
    assert question.form == "booking_times"
    assert chat.titles()[:2] == ["1 pm", "1:30 pm"]
    chat.says("the first one please")
    held = chat.draft.held
    assert held is not None
    assert held.starts_at == chat.clinic.at(MONDAY, 13)
    assert "First visit, Monday 11 January 2027, 1 pm to 2 pm (MST)" in chat.asked().text
    assert chat.asked().form == "booking_details"


def test_before_noon_is_not_at_noon(chat: Chat) -> None:
    chat.begins("a follow-up on monday before 10 am")
    assert chat.titles()[:-2] == ["9 am", "9:15 am", "9:30 am", "9:45 am"]


def test_a_time_told_before_the_visit_is_kept_for_it(chat: Chat) -> None:
    chat.begins("something on monday at 3 pm")
    chat.says("a follow-up")
    assert chat.titles()[0] == "3 pm"


def test_days_that_will_not_do_are_not_offered(chat: Chat) -> None:
    chat.begins("a follow-up")
    chat.says("any day but monday")
    assert {title.split()[0] for title in chat.titles()[:-2]} == {"Fri", "Tue", "Wed"}
    chat.says("in the afternoon")
    assert {title.split()[0] for title in chat.titles()[:-2]} == {"Fri", "Tue", "Wed"}, "it is not forgotten"
    chat.says("not tuesday either")
    assert {title.split()[0] for title in chat.titles()[:-2]} == {"Fri", "Wed", "Thu"}, (
        "nor what was said before"
    )
    chat.says("next week")
    assert {title.split()[0] for title in chat.titles()[:-2]} == {"Wed", "Thu", "Fri"}
    chat.says("well, monday then")
    assert "Monday 11 January" in chat.asked().text


def test_days_that_will_not_do_are_known_before_it_is_known_what_for(chat: Chat) -> None:
    chat.begins("can I book any day but friday")
    chat.says("a follow-up")
    assert not any(title.startswith("Fri") for title in chat.titles())


def test_a_time_pressed_on_a_day_that_would_not_do_is_wanted_after_all(chat: Chat) -> None:
    chat.begins("a follow-up on monday")
    chat.says("any day but monday")
    nine = chat.clinic.at(MONDAY, 9)
    chat.receptionist.take(chat.id, "9 am", {"booking_time": nine.isoformat()})
    chat.clinic.clock.passes(minutes=6)
    assert "free for others again" in chat.asked().text
    assert "9 am" in chat.titles()


def test_all_of_it_in_one_message(chat: Chat) -> None:
    chat.begins("can I book a follow-up on tuesday at 10:15 am")
    assert chat.draft.held is not None
    assert chat.draft.held.starts_at == chat.clinic.at(TUESDAY, 10, 15)


def test_quick_replies_alone_lead_to_a_held_time(chat: Chat) -> None:
    chat.begins("book")
    chat.presses("Follow-up, 45 min")
    chat.presses("Mon 11 Jan")
    chat.presses("9 am")
    assert chat.draft.asked == "booking_details"


def test_a_clinic_with_one_kind_of_visit_does_not_ask_for_it(make_desk: MakeDesk) -> None:
    only = make_desk(services=[{"name": "Session", "minutes": 60}], practitioners=[{"name": "Dana"}])
    chat = chat_at(only)
    chat.begins("book me in please")
    assert chat.draft.asked == "booking_day"


def test_a_day_that_can_be_read_in_two_ways_is_asked_back(chat: Chat) -> None:
    chat.begins("a follow-up on 2/3")
    assert chat.asked().text == "Which day do you mean?"
    assert chat.titles()[:2] == ["Tue 2 Mar", "Wed 3 Feb"]
    chat.says("the second one")
    assert chat.draft.day == date(2027, 2, 3)


def test_of_two_readings_only_one_of_which_can_be_booked_that_one_is_meant(chat: Chat) -> None:
    chat.begins("a follow-up on 5/2")  # in sixty days it will not be 2 May
    assert chat.draft.day == date(2027, 2, 5)
    chat.says("4/5")
    assert chat.draft.day == date(2027, 2, 5)


def test_a_day_without_free_times_offers_the_nearest(chat: Chat) -> None:
    chat.begins("a follow-up")
    chat.says("saturday")
    question = chat.asked()
    assert question.text.startswith("Nothing is free on Saturday 9 January 2027. These times are free.")
    assert question.buttons[0][0] == "Mon 11 Jan, 9 am"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("yesterday", "has passed"),
        ("monday at 7 am", "No visit can begin"),
        ("24 june 2027", "60 days"),
        ("today at 9:30 am", "2 hours"),
    ],
)
def test_a_time_that_cannot_be_had_says_why_and_goes_on(chat: Chat, words: str, sentence: str) -> None:
    chat.begins("a follow-up please")
    taken = chat.says(words)
    assert sentence in " ".join(taken.said)
    assert chat.draft.held is None
    assert chat.asked().buttons


def test_a_time_lost_while_typing_offers_the_nearest_three(chat: Chat) -> None:
    chat.begins("a first visit on monday")
    taken_by_another = chat.clinic.at(MONDAY, 10)
    chat.clinic.book(taken_by_another, service=FIRST_VISIT)
    taken = chat.says("10 am")
    assert taken.said
    times = [moment.astimezone(chat.clinic.clinic.zone) for moment in chat.draft.times]
    assert len(times) == 3
    assert chat.asked().form == "booking_times"


def test_another_time_lets_the_held_one_go(chat: Chat) -> None:
    chat.begins("a follow-up on monday at 9 am")
    assert "09:00" not in chat.clinic.free(MONDAY, practitioner=DANA) or chat.draft.held
    first = chat.draft.hold_id
    chat.presses("Another time")
    assert chat.draft.asked == "booking_time"
    chat.says("11 am")
    assert chat.draft.held is not None
    assert chat.draft.hold_id != first
    assert chat.draft.held.starts_at == chat.clinic.at(MONDAY, 11)


def test_another_day_and_another_visit(chat: Chat) -> None:
    chat.begins("a follow-up on monday at 9 am")
    chat.says("actually, another day")
    assert chat.draft.asked == "booking_day"
    chat.says("tuesday")
    chat.says("sorry, I meant a first visit")
    assert (chat.draft.service_id, chat.draft.day) == (FIRST_VISIT, TUESDAY)


def test_cancelling_lets_everything_go(chat: Chat) -> None:
    chat.begins("a follow-up on monday at 9 am")
    hold_id = chat.draft.hold_id
    assert hold_id is not None
    assert chat.says("cancel that").ended
    assert chat.receptionist.drafts.of(chat.id) is None
    visitor = Visitor.of(chat.id)
    with pytest.raises(UnknownHold):
        chat.clinic.bookings.held(visitor, hold_id)


def test_starting_over_asks_everything_again(chat: Chat) -> None:
    chat.begins("a follow-up on monday at 9 am")
    assert chat.says("start over").said == ["Let us start again."]
    assert chat.draft == Draft()


def test_a_hold_that_lapsed_is_told_and_the_times_are_offered_again(chat: Chat) -> None:
    chat.begins("a follow-up on monday at 9 am")
    chat.clinic.clock.passes(minutes=6)
    assert chat.draft.asked == "booking_time"
    assert "free for others again" in chat.asked().text
    chat.says("9 am")
    assert chat.draft.asked == "booking_details"


def test_what_is_no_wish_is_left_to_the_answers(chat: Chat) -> None:
    chat.begins("a follow-up")
    before = chat.draft
    for words in ("does it hurt?", "how many sessions do I need?", "thanks", "asdf"):
        assert not chat.says(words).understood, words
    assert chat.draft == before


def test_name_and_number_do_not_belong_in_the_chat(chat: Chat) -> None:
    chat.begins("a follow-up on monday at 9 am")
    taken = chat.says("Ada Example, 403 555 0142")
    assert "into the form below" in taken.said[0]
    assert chat.draft.asked == "booking_details"
    chat.presses("Another time")
    assert "for the form that comes" in chat.says("ada@willow-lane.example").said[0]


def test_a_booking_ends_once_it_is_made(chat: Chat) -> None:
    chat.begins("a follow-up on monday at 9 am")
    hold_id = chat.draft.hold_id
    assert hold_id is not None
    chat.clinic.bookings.confirm(Visitor.of(chat.id), hold_id, ADA)
    assert chat.receptionist.drafts.finish(chat.id, hold_id)
    assert not chat.receptionist.drafts.finish(chat.id, hold_id)
    assert chat.receptionist.drafts.of(chat.id) is None


def test_whoever_comes_back_the_next_day_begins_anew(chat: Chat) -> None:
    chat.begins("a follow-up on tuesday")
    chat.clinic.clock.at += timedelta(days=1)
    assert chat.receptionist.drafts.of(chat.id) is None
    assert not chat.says("10 am").understood


def test_a_visit_of_a_first_timer_from_a_button(chat: Chat) -> None:
    chat.receptionist.begin(chat.id, "/ask_booking", {"booking_service": "first"})
    assert chat.draft.service_id == FIRST_VISIT


@pytest.mark.parametrize(
    "chosen",
    [
        {"booking_day": "soon"},
        {"booking_time": "10:00"},
        {"booking_step": "dance"},
        {"booking_service": "spa"},
        {"booking_service": "99"},
    ],
)
def test_a_quick_reply_that_says_nothing_any_more_changes_nothing(chat: Chat, chosen: dict[str, str]) -> None:
    chat.begins("book")
    chat.receptionist.take(chat.id, "/ask_booking", chosen)
    assert chat.draft.held is None
    assert chat.asked().buttons


def test_the_follow_up_is_offered_by_its_number(chat: Chat) -> None:
    chat.begins("book")
    chat.says("2")
    assert chat.draft.service_id == FOLLOW_UP
