"""Works out once whether a domain is empty.

Rasa asks it of every message, and for that writes out the whole domain and an empty one to compare them.
"""

from rasa.shared.core.domain import Domain

_KNOWN = "_known_to_be_empty"

_compared = Domain.is_empty


def is_empty(domain: Domain) -> bool:
    """What Rasa's own comparison says; a domain that messages are asked of does not change."""
    if not hasattr(domain, _KNOWN):
        setattr(domain, _KNOWN, _compared(domain))
    return bool(getattr(domain, _KNOWN))


def install() -> None:
    """Puts this in the place of Rasa's."""
    Domain.is_empty = is_empty
