"""Rasa's custom actions: adapters between the engine's questions and what the app knows."""
