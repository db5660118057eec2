"""How much one visitor may send: buckets by conversation and by address, each on its own."""

from __future__ import annotations

import math
import time

from anyio import CapacityLimiter
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class TooMany(Exception):
    """A bucket is full; `retry_after` says when to come back, whole seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class Limits:
    """Counts in memory: a restart forgives."""

    def __init__(self, per_conversation: str, per_address: str, conversations_per_address: str) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._per_conversation = parse(per_conversation)
        self._per_address = parse(per_address)
        self._conversations = parse(conversations_per_address)
        self.reading = CapacityLimiter(4)
        """How many refused texts are read for warning signs at a time."""

    def conversation(self, address: str) -> None:
        """Counts a new conversation from an address. Raises `TooMany`."""
        self._count(self._conversations, "begin", address)

    def message(self, conversation_id: str, address: str) -> None:
        """Counts a message. Raises `TooMany`."""
        self._count(self._per_conversation, "conversation", conversation_id)
        self._count(self._per_address, "address", address)

    def has_room(self, conversation_id: str, address: str) -> bool:
        """Whether a message would be let in now; it is not counted."""
        return self._limiter.test(
            self._per_conversation, "conversation", conversation_id
        ) and self._limiter.test(self._per_address, "address", address)

    def look(self, address: str) -> None:
        """Counts a request that belongs to no conversation. Raises `TooMany`."""
        self._count(self._per_address, "address", address)

    def _count(self, limit: RateLimitItem, kind: str, key: str) -> None:
        if not self._limiter.hit(limit, kind, key):
            window = self._limiter.get_window_stats(limit, kind, key)
            raise TooMany(max(1, math.ceil(window.reset_time - time.time())))
