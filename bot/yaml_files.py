"""Reads YAML that people write, checks it by a schema, and names file and line of what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedBase
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.problems import Problem, Problems

Schema = TypeVar("Schema", bound=BaseModel)


def read(path: Path) -> Any:
    """The content of a YAML file, with its line numbers.

    Raises:
        Problems: the file is missing, is not UTF-8, or is not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Problems(
            [Problem("M201", "The file is missing.", "Put it back, or name another.", path)]
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        what = "The file is not UTF-8 text."
        raise Problems([Problem("M202", what, "Save it as UTF-8.", path, line)]) from None
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = f"This is not valid YAML: {error.problem or 'it cannot be read'}."
        remedy = "Mend the line named here, or the one before it."
        raise Problems([Problem("M203", what, remedy, path, mark.line + 1 if mark else None)]) from None
    except YAMLError as error:
        raise Problems([Problem("M203", f"This is not valid YAML: {error}", "Mend it.", path)]) from None


def read_as(path: Path, schema: type[Schema]) -> Schema:
    """The content of a YAML file as `schema`.

    Raises:
        Problems: one for every value that does not fit, each with its line.
    """
    return fit(path, read(path), schema)


def fit(path: Path, data: Any, schema: type[Schema]) -> Schema:
    """`data`, read from `path`, as `schema`; raises as `read_as` does."""
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise Problems([_problem(path, data, detail) for detail in error.errors()]) from None


def _problem(path: Path, data: Any, detail: Any) -> Problem:
    place = ".".join(str(step) for step in detail["loc"]) or "the file"
    message = detail["msg"].removeprefix("Value error, ")
    return Problem(
        "M204",
        f"`{place}`: {message[:1].lower()}{message[1:]}.".replace("..", "."),
        "Correct this value.",
        path,
        line_of(data, detail["loc"]),
    )


def line_of(data: Any, location: tuple[int | str, ...]) -> int | None:
    """The line (from 1) of the deepest part of `location` that the data has."""
    line: int | None = None
    for step in location:
        if not isinstance(data, CommentedBase):
            break
        try:
            mark = data.lc.key(step) if isinstance(step, str) else data.lc.item(step)
            data = data[step]  # type: ignore[index]
        except (KeyError, IndexError, TypeError, AttributeError):
            # A missing key: the line of what should have held it.
            break
        line = mark[0] + 1
    if line is None and isinstance(data, CommentedBase):
        line = data.lc.line + 1
    return line
