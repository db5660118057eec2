"""The fixed words of a warning. Which numbers they name is left to whoever fills in the clinic and its region."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, RootModel, model_validator

from bot.safety.screen import Finding
from bot.yaml_files import read_as

REPLIES = Path(__file__).with_name("replies.yml")
MOST_WORDS = 50


_OWN_WORDS = {"child_alone", "abuse", "threat"}
_NEEDED = {"emergency", "crisis", "urgent", "emergency_again", "crisis_again", "concern_again", *_OWN_WORDS}


class _Replies(RootModel[dict[str, Annotated[str, Field(min_length=20)]]]):
    @model_validator(mode="after")
    def _none_is_missing(self) -> Self:
        if missing := _NEEDED - self.root.keys():
            raise ValueError(f"there must be words for {', '.join(sorted(missing))}")
        return self


@cache
def replies() -> dict[str, str]:
    """Every fixed text, a template over `clinic` and `region`, by the sign or the level it is for."""
    return read_as(REPLIES, _Replies).root


def reply_to(finding: Finding, *, again: bool = False) -> str | None:
    """The text for a sign, else for its level; `again` where it was given before. None: once was enough."""
    known = replies()
    if again:
        return known.get(f"{finding.level}_again")
    return known.get(finding.sign) or known[finding.level]
