"""The public port: translates HTTP for the folders that do the work, and nothing more."""
