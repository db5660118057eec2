"""Writes the engine's log as JSON lines to stderr, without a word of what visitors wrote, at any level.

Rasa and the libraries under it put messages, entities and whole requests into their log lines, warnings
and exceptions. So of a line that is not ours is kept where it was said, never what it said; of an exception
its types and its place. Lines of `bot` keep their words: they are written to hold none of a visitor's.
"""

import json
import logging
import re
import sys
import time
import traceback
import warnings
from types import TracebackType
from typing import Any

import structlog

OWN = "bot"
FRAMES = 12
_EVENT_KEY = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")  # Rasa's own names of events: processor.message.parse


def configure(level: int = logging.INFO) -> None:
    """Sets up logging, warnings and the last words of a crash; call it before Rasa is imported."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    # Below a warning, a line that may only say where it was said tells nobody anything.
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    logging.getLogger(OWN).setLevel(level)
    structlog.configure(
        processors=[structlog.processors.add_log_level, _keys_only, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    warnings.showwarning = _warning_place  # type: ignore[assignment]  # mypy wants each of its names
    sys.excepthook = _last_words


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"time": _now(), "level": record.levelname.lower(), "logger": record.name}
        if record.name.split(".")[0] == OWN:
            line["message"] = record.getMessage()
        else:
            line["at"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[1]:
            line["exception"] = _describe(record.exc_info[1])
        return json.dumps(line)


def _describe(error: BaseException) -> dict[str, Any]:
    """The types of an exception and of those behind it, and where it came from, the innermost place last."""
    types: list[str] = []
    cause: BaseException | None = error
    while cause and len(types) < FRAMES:
        types.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return {"types": types, "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]}


def _keys_only(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    name = str(event.get("event", ""))
    kept = {"event": name} if _EVENT_KEY.fullmatch(name) else {}
    return {"time": _now(), "level": event.get("level"), "logger": "rasa", **kept}


def _warning_place(
    message: Warning | str, category: type[Warning], filename: str, lineno: int, *_: Any
) -> None:
    # Rasa and what it stands on are old, and turn these on again whatever the filters say.
    if not issubclass(category, DeprecationWarning):
        logging.getLogger(OWN).warning("%s at %s:%s", category.__name__, filename, lineno)


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(OWN).critical("stopped by an unexpected error", exc_info=(kind, error, trace))


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
