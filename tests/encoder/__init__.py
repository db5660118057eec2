"""Tests of the sentence encoder; they run with both Pythons."""
