"""Who somebody is and how to reach them, as a form gives it.

It comes here straight from the form and never passes the language engine. Errors are sentences for the visitor.
"""

from __future__ import annotations

from typing import Any

import phonenumbers
from pydantic import BaseModel, ConfigDict, EmailStr, Field, ValidationInfo, field_validator, model_validator

from bot.printable import Line, Words

NAME_CHARACTERS = 100


class Contact(BaseModel):
    """A person. Validate with `context={"region": "CA-AB"}`: it completes a short telephone number."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: Line
    phone: Line | None = Field(None, max_length=40)
    email: EmailStr | None = None
    note: Words | None = Field(None, max_length=500)

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        if not name:
            raise ValueError("Please tell us your name.")
        if len(name) > NAME_CHARACTERS:
            raise ValueError(f"This name is too long. At most {NAME_CHARACTERS} characters are possible.")
        return name

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_none(cls, value: Any, info: ValidationInfo) -> Any:
        return None if isinstance(value, str) and not value.strip() and info.field_name != "name" else value

    @field_validator("phone")
    @classmethod
    def _is_a_number(cls, phone: str | None, info: ValidationInfo) -> str | None:
        return phone and phone_number(phone, str((info.context or {}).get("region", "")))

    @model_validator(mode="after")
    def _can_be_reached(self) -> Contact:
        if self.phone is None and self.email is None:
            raise ValueError("Please leave a telephone number or an e-mail address.")
        return self


def phone_number(phone: str, region: str) -> str:
    """A telephone number in full (E.164), a short one completed for a clinic's region (`CA-AB`).

    Raises:
        ValueError: it is none; with a sentence for the visitor.
    """
    try:
        number = phonenumbers.parse(phone, region.partition("-")[0] or None)
    except phonenumbers.NumberParseException:
        raise ValueError("This does not look like a telephone number.") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError("This telephone number has too few or too many digits.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
