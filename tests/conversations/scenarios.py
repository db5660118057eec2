"""Conversations written down as YAML: what a visitor writes, turn by turn, and what a good reply would be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from bot.conversations.tables import Disposition
from bot.knowledge.phrases import phrases
from bot.knowledge.topics import topics
from bot.problems import Problem, Problems
from bot.visitor import Message
from bot.yaml_files import read_as

FOLDER = Path(__file__).parent


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _outcome(name: str) -> str:
    if name not in topics() and name not in set(Disposition):
        raise ValueError(f"{name} is neither a topic nor a disposition")
    return name


# The phrases that are quick replies and no topics.
_BUTTONS = (
    "talk_to_a_person",
    "book_a_visit",
    "book_a_first_visit",
    "first_available",
    "another_day",
    "another_time",
    "cancel_the_booking",
)


def _button(title: str) -> str:
    if title not in topics().values() and title not in [phrases()[name].strip() for name in _BUTTONS]:
        raise ValueError(f"no quick reply is called {title!r}")
    return title


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from None
    return text


Outcome = Annotated[str, AfterValidator(_outcome)]
Button = Annotated[str, AfterValidator(_button)]
Pattern = Annotated[str, AfterValidator(_pattern)]
AnyOf = Annotated[list[Outcome], BeforeValidator(_listed), Field(min_length=1)]


class Turn(BaseModel):
    """What the visitor does, and what is expected of the replies; every expectation given must hold.

    `answers` has what each reply is, in order: a topic, or a disposition where there is none, or a list of
    those that would do; small talk beside it does not count. `does` lists dispositions that all replies keep to.
    `about` stands in a title or a text; `says` and `never_says` are regular expressions on the text, case aside.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    visitor: str | None = Field(None, min_length=1)
    chooses: int | Button | None = None
    answers: list[AnyOf] | None = Field(None, min_length=1)
    does: Annotated[list[Disposition], BeforeValidator(_listed), Field(min_length=1)] | None = None
    about: str | None = None
    says: Pattern | None = None
    never_says: Pattern | None = None
    offers: Annotated[list[Button], BeforeValidator(_listed)] = Field([])
    form: Literal["callback", "booking_times", "booking_details", "booking_page"] | None = None
    same_answer_as: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _acts_and_expects(self) -> Self:
        if (self.visitor is None) == (self.chooses is None):
            raise ValueError("a turn has either `visitor` or `chooses`")
        if not self.model_fields_set - {"visitor", "chooses"}:
            raise ValueError("a turn expects something")
        return self


class Scenario(BaseModel):
    """One conversation; `name` says what it shows, `known` why the assistant does not manage it yet."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    known: str | None = Field(None, min_length=1)
    turns: list[Turn] = Field(min_length=2)

    @model_validator(mode="after")
    def _looks_back(self) -> Self:
        for number, turn in enumerate(self.turns, 1):
            if number == 1 and turn.chooses is not None:
                raise ValueError("nothing can be chosen in the first turn")
            if turn.same_answer_as and turn.same_answer_as >= number:
                raise ValueError("`same_answer_as` names an earlier turn, counted from 1")
        return self


class _File(RootModel[list[Scenario]]):
    pass


def scenarios(folder: Path = FOLDER) -> dict[str, Scenario]:
    """Every scenario of the folder's YAML files by `file: name`.

    Raises:
        Problems: what does not fit the form, with file and line; or a name used twice in a file.
    """
    found: dict[str, Scenario] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        try:
            read = read_as(path, _File).root
        except Problems as error:
            problems += error.problems
            continue
        for scenario in read:
            key = f"{path.stem}: {scenario.name}"
            if key in found:
                what = f"Two scenarios are called {scenario.name!r}."
                problems.append(Problem("M204", what, "Rename one.", path))
            found[key] = scenario
    if problems:
        raise Problems(problems)
    return found


@dataclass(frozen=True)
class Replies:
    """What came back in one turn."""

    messages: Sequence[Message]

    @property
    def outcomes(self) -> list[str]:
        """What each reply is, topic before disposition; small talk only where there is nothing else."""
        every = [str(message["topic"] or message["disposition"]) for message in self.messages]
        return [outcome for outcome in every if outcome != "smalltalk"] or every

    @property
    def text(self) -> str:
        return "\n".join(str(message["text"]) for message in self.messages)

    @property
    def buttons(self) -> list[dict[str, Any]]:
        return [button for message in self.messages for button in message["quick_replies"]]

    def names(self, subject: str) -> bool:
        """Whether a title or a text names the subject."""
        titles = "\n".join((message["answer"] or {}).get("title", "") for message in self.messages)
        return subject.lower() in f"{titles}\n{self.text}".lower()


def button_of(choice: int | str, replies: Replies) -> str | None:
    """The id of the quick reply with that number, from 1, or that title; none where it is not offered."""
    buttons = replies.buttons
    if isinstance(choice, int):
        return str(buttons[choice - 1]["id"]) if 0 < choice <= len(buttons) else None
    return next((str(button["id"]) for button in buttons if button["title"] == choice), None)


def faults(turn: Turn, replies: Replies, earlier: Sequence[Replies] = ()) -> list[str]:
    """Each expectation of a turn that its replies do not meet, in words; `earlier` are those of turns before."""
    found: list[str] = []
    outcomes, titles = replies.outcomes, [button["title"] for button in replies.buttons]
    if turn.answers and not (
        len(outcomes) == len(turn.answers)
        and all(got in wanted for got, wanted in zip(outcomes, turn.answers, strict=True))
    ):
        expected = ", then ".join(" or ".join(any_of) for any_of in turn.answers)
        found.append(f"expected {expected}; got {', then '.join(outcomes) or 'nothing'}")
    if turn.does:
        dispositions = [message["disposition"] for message in replies.messages]
        if not dispositions or not set(dispositions) <= set(turn.does):
            found.append(
                f"expected {' or '.join(turn.does)}; got {', then '.join(dispositions) or 'nothing'}"
            )
    if turn.about and not replies.names(turn.about):
        found.append(f"expected a reply about {turn.about}")
    if turn.says and not re.search(turn.says, replies.text, re.IGNORECASE):
        found.append(f"expected the words {turn.says!r}")
    if turn.never_says and (said := re.search(turn.never_says, replies.text, re.IGNORECASE)):
        found.append(f"said {said[0]!r}")
    found += [
        f"expected the quick reply {title!r}; got {titles}" for title in turn.offers if title not in titles
    ]
    if turn.form and turn.form not in [message.get("form") for message in replies.messages]:
        found.append(f"expected the form {turn.form}")
    if turn.same_answer_as and replies.text != earlier[turn.same_answer_as - 1].text:
        before = earlier[turn.same_answer_as - 1].outcomes
        found.append(f"expected the answer of turn {turn.same_answer_as} ({before}); got {outcomes}")
    return found
