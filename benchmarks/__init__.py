"""Meridian against stock Rasa: the same data, the same machine, one run (docs/benchmarks.md)."""
