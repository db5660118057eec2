"""A free time, as it is offered."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Slot(NamedTuple):
    """A time at which a visit can be booked; both ends in UTC, without buffers."""

    service_id: int
    practitioner_id: int
    starts_at: datetime
    ends_at: datetime

    def document(self) -> dict[str, int | str]:
        """The slot as plain JSON values."""
        return {
            "service_id": self.service_id,
            "practitioner_id": self.practitioner_id,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }
