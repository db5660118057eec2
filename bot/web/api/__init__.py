"""The visitor API, version 1."""
