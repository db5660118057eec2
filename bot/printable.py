"""Text as people type it: no control characters, which could steer a terminal, a mail or a database."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator


def is_printable(text: str, allowed: str = "\n\r\t") -> bool:
    """Whether there is no control character in `text` but those `allowed`."""
    return not any(
        unicodedata.category(character) in ("Cc", "Cs") and character not in allowed for character in text
    )


def _clean(text: str, allowed: str) -> str:
    if not is_printable(text, allowed):
        raise ValueError("The text holds characters that are no text.")
    return text


def _words(text: str) -> str:
    return _clean(text, "\n\r\t")


def _line(text: str) -> str:
    return _clean(text, "")


# Text that may have several lines, and text on one line.
Words = Annotated[str, AfterValidator(_words)]
Line = Annotated[str, AfterValidator(_line)]
