"""Tests of the language engine; they run with the engine's own Python."""
