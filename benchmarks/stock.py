"""Stock Rasa: the configuration that `rasa init` gives, on any examples, and a whole assistant of the same answers.

What somebody builds who knows Rasa's documentation: one rule an intent, one custom action that looks the
answer up, Rasa's own server, channel and tracker store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from benchmarks.data import Examples, nlu_file
from benchmarks.projects import Project

# The configuration of `rasa init` in Rasa 3.6.21 with its suggestions taken
# (rasa/engine/recipes/config_files/default_config.yml).
PIPELINE = """\
recipe: default.v1
assistant_id: stock
language: en

pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: 100
    constrain_similarities: true
  - name: EntitySynonymMapper
  - name: ResponseSelector
    epochs: 100
    constrain_similarities: true
  - name: FallbackClassifier
    threshold: 0.3
    ambiguity_threshold: 0.1
"""
POLICIES = """
policies:
  - name: MemoizationPolicy
  - name: RulePolicy
  - name: UnexpecTEDIntentPolicy
    max_history: 5
    epochs: 100
  - name: TEDPolicy
    max_history: 5
    epochs: 100
    constrain_similarities: true
"""
ACTION = "action_answer"
FALLBACK = "nlu_fallback"
SORRY = "I am sorry, I cannot answer that. Please ask in other words, or ask for a person."

ACTIONS_FILE = '''\
"""The custom action: looks the answer up by intent."""

import json
from pathlib import Path

from rasa_sdk import Action

ANSWERS = json.loads(Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))


class ActionAnswer(Action):
    def name(self):
        return "action_answer"

    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text=ANSWERS[tracker.get_intent_of_latest_message(skip_fallback_intent=False)])
        return []
'''

# The two policies that learn from stories want some.
STORIES = (
    ("greet", "ask_does_it_work", "ask_how_many_sessions", "ask_cost", "thank"),
    ("ask_sciatica", "ask_does_it_hurt", "ask_side_effects", "ask_first_visit", "goodbye"),
    ("greet", "what_can_you_do", "ask_chronic_back_pain", "ask_is_it_safe", "ask_booking"),
    ("ask_herniated_disc", "ask_how_soon_results", "ask_insurance", "request_person"),
)


def classifier(name: str, examples: Examples) -> Project:
    """Stock Rasa that only understands, on these examples."""
    files = {"config.yml": PIPELINE, "domain.yml": _domain(examples), "data/nlu.yml": nlu_file(examples)}
    return Project(f"stock-{name}", files)


def assistant(nlu: Path, intents: Iterable[str]) -> Project:
    """Stock Rasa on the examples of the files in `nlu`, with a rule for each of the intents."""
    named = sorted(intents)
    files = {
        "config.yml": PIPELINE + POLICIES,
        "domain.yml": _domain(named, actions=True),
        "data/rules.yml": _rules(named),
        "data/stories.yml": _stories(named),
        **{f"data/nlu/{path.name}": path.read_text(encoding="utf-8") for path in sorted(nlu.glob("*.yml"))},
    }
    return Project("stock-assistant", files, whole=True)


def write_serving_files(folder: Path, answers: dict[str, str], actions_port: int) -> None:
    """What serving needs beside the model: the action with its answers, the endpoint, the channel."""
    (folder / "actions.py").write_text(ACTIONS_FILE, encoding="utf-8")
    (folder / "answers.json").write_text(json.dumps({**answers, FALLBACK: SORRY}), encoding="utf-8")
    endpoint = f"action_endpoint:\n  url: http://127.0.0.1:{actions_port}/webhook\n"
    (folder / "endpoints.yml").write_text(endpoint, encoding="utf-8")
    (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")


def _domain(intents: Iterable[str], actions: bool = False) -> str:
    lines = ['version: "3.1"', "intents:", *(f"  - {intent}" for intent in intents)]
    if actions:
        lines += ["actions:", f"  - {ACTION}"]
    return "\n".join(lines) + "\n"


def _rules(intents: list[str]) -> str:
    lines = ['version: "3.1"', "rules:"]
    for intent in (*intents, FALLBACK):
        lines += [f"- rule: {intent}", "  steps:", f"  - intent: {intent}", f"  - action: {ACTION}"]
    return "\n".join(lines) + "\n"


def _stories(intents: list[str]) -> str:
    lines = ['version: "3.1"', "stories:"]
    for number, story in enumerate(STORIES, 1):
        lines += [f"- story: visit {number}", "  steps:"]
        for intent in story:
            # An intent that was renamed since is left out of its story.
            lines += [f"  - intent: {intent}", f"  - action: {ACTION}"] if intent in intents else []
    return "\n".join(lines) + "\n"
