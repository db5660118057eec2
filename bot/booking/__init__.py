"""From a question to an appointment. For now: requests that a person calls back."""
