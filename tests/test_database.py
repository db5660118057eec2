"""What is written lasts, unless it can be made again."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.conftest import MakeDatabase


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def waits_for_the_disk(kind: str, session: Session) -> bool:
    """Whether a commit returns only when the disk has it."""
    if kind == "sqlite":
        return bool(session.scalar(text("PRAGMA synchronous")) == 2)
    return bool(session.scalar(text("SHOW synchronous_commit")) == "on")


def test_only_what_can_be_made_again_does_not_wait_for_the_disk(
    kind: str, make_database: MakeDatabase
) -> None:
    database = make_database()
    for _ in range(2):  # on the same connection, one after the other
        with database.write() as session:
            assert waits_for_the_disk(kind, session)
        with database.write(repeatable=True) as session:
            assert not waits_for_the_disk(kind, session)
