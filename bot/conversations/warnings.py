"""What is said to warning signs: their fixed words, each once in full, whatever else is going on.

Finding signs is left to `safety`; keeping them, the flag and the alert to `signs`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.conversations.record import Reply
from bot.conversations.signs import Signs
from bot.conversations.tables import Disposition, Message
from bot.knowledge.rendering import render
from bot.knowledge.store import KnowledgeBase
from bot.safety.replies import reply_to
from bot.safety.screen import Finding, Level, Screen

log = logging.getLogger(__name__)

_DISPOSITIONS = {
    Level.EMERGENCY: Disposition.EMERGENCY,
    Level.CRISIS: Disposition.CRISIS,
    Level.CONCERN: Disposition.HANDOFF,
    Level.URGENT: Disposition.URGENT,
}
_SAID_BESIDE = {Disposition.ANSWER, Disposition.BOOKING, Disposition.HANDOFF, Disposition.UNAVAILABLE}
# A text that no message can be as long as is read at both ends and in pieces of this length between.
_PIECE, _OVERLAP, _MOST_PIECES = 4_000, 400, 16


@dataclass(frozen=True)
class Warned:
    """What a text comes to: the signs in it, what to say to them, and whether nothing else is said.

    `said` are the signs whose words are among the replies in full.
    """

    findings: Sequence[Finding] = ()
    replies: Sequence[Reply] = ()
    said: frozenset[str] = frozenset()
    stops: bool = False


@dataclass(frozen=True)
class Heard:
    """What was said to a text that is no message of the chat, and whether nothing else is done with it."""

    warnings: Sequence[Message] = ()
    stops: bool = False


def beside_warning(replies: Sequence[Reply]) -> list[Reply]:
    """Those of the replies to a message that may stand beside its warning: answers."""
    return [reply for reply in replies if reply.disposition in _SAID_BESIDE]


class Warnings:
    """Reads everything that a visitor sends. There is no way to switch it off.

    `on_stop` ends what is in progress in a conversation.
    """

    def __init__(
        self, screen: Screen, signs: Signs, knowledge: KnowledgeBase, on_stop: Callable[[str], None]
    ) -> None:
        self._screen = screen
        self._signs = signs
        self._knowledge = knowledge
        self._on_stop = on_stop

    def find(self, text: str) -> list[Finding]:
        """The signs in `text`, worst first; nothing when it is calm."""
        found: dict[str, Finding] = {}
        for piece in _pieces(text):
            for finding in self._screen.find(piece):
                found.setdefault(finding.sign, finding)
        return sorted(found.values(), key=lambda finding: finding.level.rank)

    def answer(self, conversation_id: str, findings: Sequence[Finding]) -> Warned:
        """What to say to signs: in full to a new one, briefly or not at all to one said before."""
        if not findings:
            return Warned()
        return self._said_to(findings, self._signs.known(conversation_id))

    def give(self, message: Message, warned: Warned) -> list[Message]:
        """Stores what is said to the signs in a message of the chat, once, and gives it.

        Raises:
            UnknownConversation: it was erased meanwhile.
        """
        return self._signs.warn(
            message.conversation_id,
            warned.replies,
            warned.findings,
            warned.said,
            message_id=message.id,
            stops=warned.stops,
        )

    def heard(self, conversation_id: str, *texts: str | None) -> Heard:
        """Reads texts that are no message of the chat: one that was refused, a note on a form.

        Their warnings are stored once; where a text is sent again, those that were given are given back.

        Raises:
            UnknownConversation.
        """
        warned = self.answer(conversation_id, self.find("\n".join(filter(None, texts))))
        if not warned.findings:
            return Heard()
        given = [] if warned.said else self._signs.warned(conversation_id, warned.replies)
        given = given or self._signs.warn(conversation_id, warned.replies, warned.findings, warned.said)
        return Heard(given, warned.stops)

    def stop(self, conversation_id: str) -> None:
        """Ends what is in progress in a conversation in which signs stop everything else; after they were answered.

        What fails there is logged: it keeps no warning back.
        """
        try:
            self._on_stop(conversation_id)
        except Exception as error:
            log.error("not ended", extra={"conversation_id": conversation_id, "fault": type(error).__name__})

    def words(self, text: str) -> list[str]:
        """The fixed words to the signs in a text that belongs to no conversation."""
        return [reply.text for reply in self._said_to(self.find(text), frozenset()).replies]

    def _said_to(self, findings: Sequence[Finding], known: frozenset[str]) -> Warned:
        stops = any(finding.level.stops for finding in findings)
        replies: dict[str, Reply] = {}
        said = set()
        for level in dict.fromkeys(finding.level for finding in findings):
            if stops and not level.stops:
                continue  # nothing beside what stops; it is new when it comes again
            of_level = [finding for finding in findings if finding.level is level]
            new = [finding for finding in of_level if finding.sign not in known]
            for finding in new or of_level[:1]:
                if words := reply_to(finding, again=not new):
                    text = render(words, self._knowledge.clinic())
                    replies.setdefault(text, Reply(text, _DISPOSITIONS[level]))
            said |= {finding.sign for finding in new}
        return Warned(findings, list(replies.values()), frozenset(said), stops)


def _pieces(text: str) -> Iterator[str]:
    """The whole text; of one that is far too long for a message as much as can be read in time, the end too."""
    if len(text) <= _PIECE:
        yield text
        return
    starts = range(0, len(text), _PIECE - _OVERLAP)
    for start in starts[: _MOST_PIECES - 1]:
        yield text[start : start + _PIECE]
    if len(starts) >= _MOST_PIECES:
        yield text[-_PIECE:]
