"""How well the assistant understands, and how it is taught."""
