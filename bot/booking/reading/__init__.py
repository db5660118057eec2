"""Reads the words in which visitors say what visit they want: `bot.booking.wishes` puts it together."""
