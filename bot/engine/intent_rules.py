"""Looks for a rule by a message's intent, and remembers which rules fit a state that a conversation can be in.

Rasa's RulePolicy looks for one on the message's very words first, which takes as long again; no rule is written on
words here, since what a visitor types must not choose an action by itself. And it holds every rule against every
state anew: a tenth of a message's time.
"""

import json
from collections.abc import Sequence
from functools import reduce
from typing import Any
from weakref import WeakKeyDictionary

from rasa.core.policies.rule_policy import RULES, RulePolicy
from rasa.shared.core.constants import USER
from rasa.shared.nlu.constants import TEXT

Found = tuple[str | None, str | None, bool]
"""The action, the rule it comes from, and whether a form goes on after an interruption."""
State = dict[str, Any]

STATES = 2000
"""So many are remembered of a model: intents, entities, slots and actions, never words."""

_by_states = RulePolicy._find_action_from_rules
_fitting: WeakKeyDictionary[RulePolicy, dict[str, frozenset[str]]] = WeakKeyDictionary()


def find_action_from_rules(
    policy: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool
) -> Found:
    """What the rules say to do next, as Rasa's own method gives it: nothing by the message's words."""
    if use_text_for_last_user_input:
        return None, None, False
    if tracker.active_loop_name:
        found: Found = _by_states(policy, tracker, domain, use_text_for_last_user_input=False)
        return found
    states = policy._prediction_states(tracker, domain, rule_only_data=policy._get_rule_only_data())
    rules = reduce(frozenset.intersection, _fit(policy, states))
    # Of several one is part of the other: the longest says the most.
    rule = max(rules, key=len, default="")
    return policy.lookup[RULES].get(rule), rule or policy._create_feature_key(states), False


def _fit(policy: RulePolicy, states: Sequence[State]) -> list[frozenset[str]]:
    """For each state the rules that it fits, the last state first."""
    remembered = _fitting.setdefault(policy, {})
    fitting = []
    for back, state in enumerate(reversed(states)):
        key = json.dumps([back, state])
        fit = remembered.get(key)
        if fit is None:
            rules = policy.lookup[RULES]
            fit = frozenset(rule for rule in rules if policy._is_rule_applicable(rule, back, state))
            if len(remembered) >= STATES:
                remembered.clear()
            if TEXT not in state.get(USER, {}):  # Rasa leaves the words where there is no intent
                remembered[key] = fit
        fitting.append(fit)
    return fitting


def install() -> None:
    """Puts this search in the place of Rasa's."""
    RulePolicy._find_action_from_rules = find_action_from_rules
