"""From a question to an appointment, or to a person who calls back."""
