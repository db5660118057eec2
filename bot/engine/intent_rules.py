"""Looks for a rule by a message's intent at once.

Rasa's RulePolicy first looks for one on the message's very words, which takes as long again; no rule is written on
words here, since what a visitor types must not choose an action by itself.
"""

from typing import Any

from rasa.core.policies.rule_policy import RulePolicy

Found = tuple[str | None, str | None, bool]
"""The action, the rule it comes from, and whether a form goes on after an interruption."""

_by_states = RulePolicy._find_action_from_rules


def find_action_from_rules(
    policy: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool
) -> Found:
    """What the rules say to do next, as Rasa's own method gives it: nothing by the message's words."""
    if use_text_for_last_user_input:
        return None, None, False
    found: Found = _by_states(policy, tracker, domain, use_text_for_last_user_input=False)
    return found


def install() -> None:
    """Puts this search in the place of Rasa's."""
    RulePolicy._find_action_from_rules = find_action_from_rules
