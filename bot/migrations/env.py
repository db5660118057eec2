"""Alembic's entry: runs the migrations on the engine that `Database` hands over."""

from typing import Literal

from alembic import context

from bot.database import Base, Moment
from bot.tables import ALL_TABLES

assert ALL_TABLES  # imported so that every table is known to the metadata


def render_item(type_: str, item: object, _context: object) -> str | Literal[False]:
    if type_ == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    return False


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
