"""Meridian, the assistant on an acupuncture clinic's website."""
