"""The language engine: Rasa 3.6 on Python 3.10, private to the application.

Imports of the rest of `bot` only the sentence encoder.
"""
