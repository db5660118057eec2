"""Quick replies: what a visitor can press instead of typing."""

from __future__ import annotations

import json
from collections.abc import Mapping

from bot.booking.questions import to_book
from bot.booking.tables import Visit
from bot.knowledge.clinic import Clinic
from bot.knowledge.phrases import phrase
from bot.knowledge.topics import intent_of, topics


def ask_about(topic: str, entities: Mapping[str, str] | None = None) -> tuple[str, str]:
    """A quick reply that asks about a topic, for the entities (kind to name) of the question behind it."""
    named = json.dumps(entities) if entities else ""
    return topics()[topic], f"/{intent_of(topic)}{named}"


def talk_to_a_person(clinic: Clinic) -> tuple[str, str]:
    """A quick reply that asks for a person."""
    return phrase("talk_to_a_person", clinic), "/request_person"


def book_a_first_visit(clinic: Clinic) -> tuple[str, str]:
    """A quick reply that begins a booking, of a first visit where the clinic tells visits apart."""
    return phrase("book_a_first_visit", clinic), to_book(booking_service=Visit.FIRST)


def book_a_visit(clinic: Clinic) -> tuple[str, str]:
    """A quick reply that begins a booking."""
    return phrase("book_a_visit", clinic), to_book()
