"""What is done about a warning sign: its fixed words, a flag on the conversation, an alert to staff.

Finding signs is left to `safety`, keeping what was found to `record`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.conversations.record import Record, Reply
from bot.conversations.tables import Disposition, Message
from bot.knowledge.rendering import render
from bot.knowledge.store import KnowledgeBase
from bot.safety.replies import reply_to
from bot.safety.screen import Finding, Level, Screen

_DISPOSITIONS = {
    Level.EMERGENCY: Disposition.EMERGENCY,
    Level.CRISIS: Disposition.CRISIS,
    Level.CONCERN: Disposition.HANDOFF,
    Level.URGENT: Disposition.URGENT,
}
_STOPPING = {Level.EMERGENCY, Level.CRISIS, Level.CONCERN}
_SAID_BESIDE = {Disposition.ANSWER, Disposition.BOOKING, Disposition.HANDOFF, Disposition.UNAVAILABLE}
# Of a text that no message can be as long as, so much of either end is read.
_HEAD, _TAIL = 5_000, 3_000


@dataclass(frozen=True)
class Warned:
    """What a text comes to: the signs in it, the words to say first, and whether nothing else is said."""

    findings: Sequence[Finding] = ()
    reply: Reply | None = None
    stops: bool = False

    def beside(self, replies: Sequence[Reply]) -> list[Reply]:
        """The replies to a message with the warning before them; only answers stand beside a warning."""
        if self.reply is None:
            return list(replies)
        return [self.reply, *(reply for reply in replies if reply.disposition in _SAID_BESIDE)]


class Warnings:
    """Reads everything that a visitor sends. There is no way to switch it off."""

    def __init__(self, screen: Screen, record: Record, knowledge: KnowledgeBase) -> None:
        self._screen = screen
        self._record = record
        self._knowledge = knowledge

    def read(self, conversation_id: str, text: str) -> Warned:
        """What to say to the signs in `text`: in full to a new one, briefly or not at all to one said before."""
        findings = self._screen.find(
            text if len(text) <= _HEAD + _TAIL else f"{text[:_HEAD]}\n{text[-_TAIL:]}"
        )
        if not findings:
            return Warned()
        known = self._record.signs(conversation_id)
        worst = next((finding for finding in findings if finding.sign not in known), findings[0])
        if findings[0].level in _STOPPING and worst.level not in _STOPPING:
            worst = findings[0]  # known already, and still worse than what is new
        words = reply_to(worst, again=worst.sign in known)
        reply = Reply(render(words, self._knowledge.clinic()), _DISPOSITIONS[worst.level]) if words else None
        return Warned(findings, reply, reply is not None and worst.level in _STOPPING)

    def heard(self, conversation_id: str, text: str) -> Message | None:
        """The warning to a text that is no message of the chat: one that was refused, a note on a form.

        It is stored once; where its signs were warned of before, the warning that was given is given back.

        Raises:
            UnknownConversation.
        """
        warned = self.read(conversation_id, text)
        if not warned.findings:
            return None
        return self._record.warn(conversation_id, warned.reply, warned.findings)
