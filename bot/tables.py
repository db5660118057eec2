"""Every table in one place, for migrations: imports each folder's tables so that `Base` knows them."""

from bot.booking import tables as booking
from bot.conversations import tables as conversations
from bot.knowledge import tables as knowledge

ALL_TABLES = (knowledge, conversations, booking)
