"""What the visitor API takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bot.conversations.tables import Author
from bot.printable import Line, Words

MAX_TEXT = 1000
MAX_REASON = 500
MAX_ID = 64


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class BeginConversation(_Request):
    """Begins a conversation."""

    consent_version: Line | None = Field(
        None, max_length=40, description="Version of the privacy line shown."
    )
    page_url: Line | None = Field(None, max_length=2000, description="The page the chat was opened on.")

    @field_validator("page_url")
    @classmethod
    def _without_query(cls, url: str | None) -> str | None:
        """Only the page: a query may carry what the visitor searched for."""
        if not url:
            return None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        if parts.scheme not in ("http", "https"):
            return None
        return urlunsplit((parts.scheme, parts.hostname or "", parts.path, "", ""))[:500]


class SendMessage(_Request):
    """A message, or the id of a quick reply. What is wrong with a text is told where its warning signs are read."""

    client_message_id: Line = Field(
        min_length=1, max_length=MAX_ID, description="Made by the client; the same id is the same message."
    )
    text: str | None = Field(None, description=f"1 to {MAX_TEXT} characters.")
    choice: Line | None = Field(None, min_length=1, max_length=64)

    @field_validator("text")
    @classmethod
    def _fits(cls, text: str | None) -> str | None:
        if text is None:
            return None
        if not text:
            raise ValueError("The message is empty. Please type your question.")
        return text

    @model_validator(mode="after")
    def _one_of_them(self) -> SendMessage:
        if (self.text is None) == (self.choice is None):
            raise ValueError("Send either `text` or `choice`.")
        return self


class GiveFeedback(_Request):
    """Whether a reply helped."""

    message_id: Line = Field(max_length=32)
    helpful: bool
    reason: Words | None = Field(None, description=f"At most {MAX_REASON} characters.")


class QuickReply(BaseModel):
    """Something to press; send its id as `choice`."""

    id: str
    title: str


class SourceOut(BaseModel):
    """A source of an answer."""

    model_config = ConfigDict(from_attributes=True)

    title: str
    publisher: str | None
    year: int | None
    url: str | None


class AnswerOut(BaseModel):
    """Why an answer can be trusted. Without `last_reviewed` the clinic has not signed it off."""

    title: str
    more: str | None
    get_help: str | None
    evidence: Literal["strong", "moderate", "low", "disputed", "practical"]
    disagreement: str | None
    sources: list[SourceOut]
    edited_at: date
    last_reviewed: date | None
    reviewed_by: str | None
    review_due: date
    page: str | None = Field(description="Where the article stands as a page: a path on this server.")


class FeedbackOut(BaseModel):
    """What the visitor said of a reply."""

    model_config = ConfigDict(from_attributes=True)

    helpful: bool
    reason: str | None


class MessageOut(BaseModel):
    """A message of the transcript. `seq` counts without gaps."""

    id: str
    seq: int
    author: Author
    text: str
    disposition: str | None
    topic: str | None
    confidence: float | None
    quick_replies: list[QuickReply]
    form: str | None
    answer: AnswerOut | None
    in_reply_to: str | None
    client_message_id: str | None
    feedback: FeedbackOut | None
    created_at: datetime


class TokenOut(BaseModel):
    """A token and when it expires."""

    token: str
    expires_at: datetime
    expires_in: int = Field(description="Seconds: for a client whose clock may be wrong.")


class ConversationOut(TokenOut):
    """A new conversation."""

    id: str
    messages: list[MessageOut]


class TurnOut(BaseModel):
    """A stored message and its replies; where replies are late they come by the stream."""

    message: MessageOut
    replies: list[MessageOut]


class MessagesOut(BaseModel):
    """Messages in order."""

    messages: list[MessageOut]


class RepliesOut(BaseModel):
    """Replies to something that is no message."""

    replies: list[MessageOut]


class ProblemOut(BaseModel):
    """A problem document (RFC 9457). A refused message that tells of a warning sign has its warning in `reply`."""

    type: str
    title: str
    status: int
    detail: str
    reply: MessageOut | None = None
