"""What the assistant knows: curated articles with their sources, the clinic's own facts, the topics."""
