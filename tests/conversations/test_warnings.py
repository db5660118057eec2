"""Warning signs: said once in full, flagged, and told to staff without a word of the chat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversations.record import Record, Reply, Understood
from bot.conversations.signs import Signs
from bot.conversations.tables import Alert, AlertKind, Conversation, Disposition, Warning
from bot.conversations.warnings import Warned, Warnings
from bot.database import Database
from bot.knowledge.clinic import Clinic
from bot.knowledge.regions import regions
from bot.knowledge.rendering import render
from bot.knowledge.store import KnowledgeBase
from bot.safety.patterns import Level
from bot.safety.replies import MOST_WORDS, replies
from bot.safety.screen import Screen

NUMB = "my bottom is numb and I can't feel myself pee"
CHEST = "now I have bad chest pain too"
FEVER = "I have a fever and my back hurts"
DIE = "I want to kill myself"


class Chat:
    """A conversation whose messages are screened, without an engine."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.record = Record(database)
        self.warnings = Warnings(Screen.load(), Signs(database), KnowledgeBase(database), lambda _: None)
        self.id = self.record.begin(Reply("Hello", Disposition.SMALLTALK), None, None)[0].conversation_id

    def says(self, text: str) -> Warned:
        message = self.record.accept(self.id, f"{text}{len(self.record.messages(self.id))}", text=text)
        warned = self.warnings.answer(self.id, self.warnings.find(text))
        if warned.findings:
            self.warnings.give(message, warned)
        if not warned.stops:
            self.record.answer(message.id, [Reply("…", Disposition.ANSWER)], Understood(rule="confident"))
        return warned

    def age(self, by: timedelta) -> None:
        """Makes all warnings so much older."""
        with self.database.write() as session:
            for warning in session.scalars(select(Warning)):
                warning.created_at -= by

    def flag(self) -> Level | None:
        with self.database.read() as session:
            return session.get_one(Conversation, self.id).flag

    def alerts(self) -> int:
        with self.database.read() as session:
            kinds = session.scalars(select(Alert.kind).where(Alert.conversation_id == self.id))
            return list(kinds).count(AlertKind.WARNING)


def kinds(warned: Warned) -> list[Disposition]:
    return [reply.disposition for reply in warned.replies]


@pytest.fixture
def chat(database: Database) -> Chat:
    return Chat(database)


def test_a_calm_message_comes_to_nothing(chat: Chat) -> None:
    assert chat.says("does it hurt?") == Warned()
    assert (chat.flag(), chat.alerts()) == (None, 0)


def test_a_sign_flags_the_conversation_and_alerts_staff(chat: Chat) -> None:
    warned = chat.says(NUMB)
    assert warned.stops
    assert kinds(warned) == [Disposition.EMERGENCY]
    assert (chat.flag(), chat.alerts()) == (Level.EMERGENCY, 1)


def test_the_same_sign_is_not_said_in_full_again_and_alerts_nobody_again(chat: Chat) -> None:
    first, again = chat.says(NUMB), chat.says(NUMB)
    assert again.stops
    assert len(again.replies[0].text) < len(first.replies[0].text) / 2
    assert chat.alerts() == 1
    assert not chat.says("ok, thank you").findings


def test_a_new_sign_is_said_in_full(chat: Chat) -> None:
    full = chat.says(NUMB).replies
    assert chat.says(CHEST).replies == full
    assert chat.alerts() == 2


def test_an_urgent_sign_said_before_leaves_the_answer_alone(chat: Chat) -> None:
    assert kinds(chat.says(FEVER)) == [Disposition.URGENT]
    again = chat.says(FEVER)
    assert not again.replies
    assert not again.stops
    worse = chat.says(NUMB)
    assert worse.stops
    assert chat.flag() is Level.EMERGENCY


def test_what_is_new_and_less_does_not_hide_what_is_known_and_worse(chat: Chat) -> None:
    chat.says(NUMB)
    both = chat.says(f"{NUMB}. {FEVER}.")
    assert both.stops
    assert kinds(both) == [Disposition.EMERGENCY]


def test_a_sign_that_was_not_said_beside_a_graver_one_is_said_when_it_comes_again(chat: Chat) -> None:
    chat.says(f"{NUMB}. {FEVER}.")
    assert kinds(chat.says(FEVER)) == [Disposition.URGENT]


def test_an_emergency_and_a_crisis_get_the_words_of_both(chat: Chat) -> None:
    assert kinds(chat.says(f"{NUMB}. {DIE}.")) == [Disposition.EMERGENCY, Disposition.CRISIS]


def test_some_hours_later_a_sign_is_new_again(chat: Chat) -> None:
    full = chat.says(DIE).replies
    chat.age(timedelta(hours=7))
    assert chat.says(DIE).replies == full
    assert chat.alerts() == 2


def test_a_child_or_an_abused_person_is_taken_to_a_person(chat: Chat) -> None:
    warned, again = chat.says("my husband hits me"), chat.says("my husband hits me")
    assert warned.stops
    assert again.stops
    assert kinds(warned) == kinds(again) == [Disposition.HANDOFF]
    assert chat.alerts() == 1
    with chat.database.read() as session:
        assert session.get_one(Conversation, chat.id).person_wanted_at


def test_a_text_that_is_no_message_is_warned_of_once(chat: Chat) -> None:
    (given,) = chat.warnings.heard(chat.id, DIE).warnings
    assert given.disposition is Disposition.CRISIS
    chat.says(FEVER)
    (again,) = chat.warnings.heard(chat.id, DIE).warnings
    assert again.id == given.id
    assert not chat.warnings.heard(chat.id, "does it hurt?").warnings
    assert (chat.flag(), chat.alerts()) == (Level.CRISIS, 2), "one for each sign"


@pytest.mark.parametrize("before", [0, 1_300, 5_000, 30_000])
def test_a_sign_anywhere_in_an_endless_text_is_found(chat: Chat, before: int) -> None:
    assert chat.says("blah " * before + NUMB + " blah" * (10_000 if before < 30_000 else 0)).stops


@pytest.mark.parametrize("code", [*regions(), "DE"])
@pytest.mark.parametrize("name", [*replies()])
def test_the_fixed_words_are_few_and_name_whom_to_call(
    name: str, code: str, knowledge: KnowledgeBase
) -> None:
    clinic: Clinic = knowledge.clinic().model_copy(update={"region": code if code != "other" else "FR"})
    text = render(replies()[name], clinic)
    assert len(text.split()) <= MOST_WORDS
    assert "call" in text.lower()
    assert "{" not in text
    assert "acupuncturist" not in text
    if not name.endswith("_again"):
        assert "cannot assess you" in text
    if name == "emergency":
        assert "not drive yourself" in text


def test_all_but_urgent_signs_stop_the_chat() -> None:
    assert {level for level in Level if not level.stops} == {Level.URGENT}


def test_every_level_has_its_words() -> None:
    for level in Level:
        signs = {"child_alone", "abuse", "threat"}
        assert level in replies() or (level is Level.CONCERN and signs <= set(replies()))
