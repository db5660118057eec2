"""Warning signs: what a visitor writes that must not wait, found by rules and by likeness of meaning.

The rules are data (`patterns.yml`), read by clinicians; a second net catches what is said in words no rule has.
"""
