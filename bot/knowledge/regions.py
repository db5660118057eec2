"""What depends on where the clinic is: whom to call, what public cover pays, who regulates acupuncturists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, RootModel, field_validator

from bot.problems import Problem
from bot.yaml_files import line_of, read, read_as

REGIONS = Path(__file__).with_name("regions.yml")
OTHER = "other"
CHECK_HOLDS = timedelta(days=365)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Checked(_Strict):
    """`verified` is whether it was seen on a public page on the day `checked`."""

    verified: bool
    checked: date


class EmergencyNumber(_Checked):
    """The number for an emergency, and the page of those who run it."""

    number: str = Field(pattern=r"^\d{3}$")
    source: HttpUrl


class Line(_Checked):
    """A line to call (or a page that lists lines); `how` says what `name` and `number` leave open."""

    name: str
    number: str
    how: str | None = None
    source: HttpUrl

    @property
    def turn_to(self) -> str:
        """A sentence that says to turn there."""
        verb = "Call" if any(character.isdigit() for character in self.number) else "See"
        how = f" ({self.how})" if self.how else ""
        return f"{verb} {self.name}: {self.number}{how}."


class Words(_Checked):
    """What answers say about the region: `short` stands alone, `more` adds; `source` is a key of sources.yml."""

    short: str
    more: str
    source: str


class Region(_Strict):
    """One entry of regions.yml. What is left out is not known and is not said."""

    place: str
    emergency_number: EmergencyNumber | None = Field(None, alias="emergency")
    urgent: Line | None = None
    crisis: list[Line] = Field(min_length=1)
    public_cover: Words | None = None
    regulator: Words | None = None

    @property
    def emergency(self) -> str:
        """Whom to call in an emergency, as it follows `call`."""
        return self.emergency_number.number if self.emergency_number else "your local emergency number"

    def checks(self) -> Iterator[tuple[tuple[str | int, ...], date]]:
        """Everything that was checked: where it stands in the entry, and when."""
        single = {
            "emergency": self.emergency_number,
            "urgent": self.urgent,
            "public_cover": self.public_cover,
            "regulator": self.regulator,
        }
        yield from (((name,), part.checked) for name, part in single.items() if part)
        yield from ((("crisis", position), line.checked) for position, line in enumerate(self.crisis))


class _RegionsFile(RootModel[dict[str, Region]]):
    @field_validator("root")
    @classmethod
    def _has_a_last_resort(cls, root: dict[str, Region]) -> dict[str, Region]:
        if OTHER not in root:
            raise ValueError(f"`{OTHER}` is missing: what is said where no region fits")
        return root


@cache
def regions(path: Path = REGIONS) -> dict[str, Region]:
    """Every region by its code.

    Raises:
        Problems: the file cannot be read or an entry does not fit, with file and line.
    """
    return read_as(path, _RegionsFile).root


def region_of(code: str) -> Region:
    """The most specific entry for a clinic's region: `CA-AB`, else `CA`, else `other`."""
    known = regions()
    country = code.partition("-")[0]
    return known.get(code) or known.get(country) or known[OTHER]


def stale_checks(today: date, path: Path = REGIONS) -> Iterator[Problem]:
    """What was last checked over a year before `today`, each with its line."""
    content = read(path)
    for code, region in regions(path).items():
        for place, checked in region.checks():
            if today - checked > CHECK_HOLDS:
                name = f"{code}: {place[0]}"
                what = f"`{name}` was last checked on {checked}, over a year ago."
                remedy = "Compare it with its source, then write today's date as `checked`."
                yield Problem("M109", what, remedy, path, line_of(content, (code, *place)))
