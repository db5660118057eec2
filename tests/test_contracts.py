"""What must hold between the parts: who may import whom, and that Rasa's files, actions and topics agree."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.actions.booking import form_actions
from bot.actions.question import BOOKING_FORM, QuestionAction
from bot.actions.server import question_actions
from bot.booking.desk import Desk
from bot.booking.drafts import SLOTS
from bot.conversations.signs import WARNINGS
from bot.conversations.tables import Disposition
from bot.database import Database
from bot.knowledge.phrases import phrases
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.topics import intent_of, rasa_files, topics
from bot.safety.net import LIBRARY
from bot.safety.patterns import load_patterns
from bot.safety.statements import load_statements
from bot.settings import ROOT, Settings
from bot.yaml_files import read
from tests.conversations.scenarios import scenarios

# Lower may not import higher; what stands beside each other may not import each other.
LAYERS = [
    {"web"},
    {"learning", "booking"},
    {"conversations"},
    {"knowledge", "safety"},
    {"encoder"},
]
ACTIONS_MAY_USE = {"actions", "knowledge", "booking", "conversations"}
# Single modules below every folder, free to be used by all.
GROUND = {"settings", "database", "problems", "yaml_files", "logs", "visitor", "printable"}
# Other people's sentences, which stay outside; the folder may be absent.
REAL_QUESTIONS = Settings().shared / "questions"
# Single modules above every folder, used by none of them.
TOP = {"cli", "doctor", "scratch", "setup", "supervisor", "tables"}


def imports() -> list[tuple[Path, str]]:
    """Every import of our own modules: the file, and the folder or module below bot/ it names."""
    found = []
    for path in (ROOT / "bot").rglob("*.py"):
        if ".venv" in path.parts or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [(path.relative_to(ROOT / "bot"), name) for name in names]
    return found


def layer(folder: str) -> int | None:
    return next((number for number, names in enumerate(LAYERS) if folder in names), None)


def test_imports_go_one_way() -> None:
    for path, name in imports():
        parts = name.split(".")
        folder = path.parts[0].removesuffix(".py")
        if parts[0] != "bot" or len(parts) < 2:
            continue
        target = parts[1]
        if target == folder or target in GROUND or folder in TOP:
            continue
        if folder == "actions":
            assert target in ACTIONS_MAY_USE, f"{path} imports {name}"
        elif folder == "engine":
            assert target == "encoder", f"{path} imports {name}"
        elif folder in GROUND:
            pytest.fail(f"{path} imports {name}")
        elif target == "actions":
            assert folder == "web", f"{path} imports {name}"
        else:
            above, below = layer(folder), layer(target)
            assert above is not None, f"{folder} has no place in the layers"
            assert below is not None, f"{path} imports {name}"
            assert below > above, f"{path} imports {name}"


def test_only_the_engine_imports_rasa() -> None:
    for path, name in imports():
        if path.parts[0] != "engine":
            assert name.split(".")[0] not in ("rasa", "tensorflow"), f"{path} imports {name}"


def test_rasas_files_are_in_step_with_the_topics() -> None:
    for path, content in rasa_files(ROOT).items():
        assert path.read_text() == content, f"{path.name} is out of step: run `./meridian topics`"


def nlu_examples() -> dict[str, list[str]]:
    """Every training example by intent."""
    examples: dict[str, list[str]] = {}
    for path in sorted((ROOT / "bot/data/nlu").glob("*.yml")):
        for entry in read(path)["nlu"]:
            if "intent" in entry:
                lines = (line.removeprefix("- ") for line in entry["examples"].splitlines())
                examples.setdefault(entry["intent"], []).extend(line for line in lines if line)
    return examples


def test_every_topic_has_training_examples() -> None:
    examples = nlu_examples()
    assert {intent_of(topic): len(examples.get(intent_of(topic), [])) >= 20 for topic in topics()} == {
        intent_of(topic): True for topic in topics()
    }


def test_no_example_teaches_two_intents() -> None:
    seen: dict[str, str] = {}
    for intent, lines in nlu_examples().items():
        for line in lines:
            assert seen.setdefault(plain(line), intent) == intent, line


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk.of(database, KnowledgeBase(database).clinic)


@pytest.fixture
def actions(knowledge: KnowledgeBase, desk: Desk) -> list[QuestionAction]:
    return question_actions(knowledge, desk)


def test_every_intent_is_answered(actions: list[QuestionAction]) -> None:
    """Each intent of the domain has a rule whose action is registered, and examples to be recognised by."""
    domain = read(ROOT / "domain.yml")
    intents = {next(iter(entry)) if isinstance(entry, dict) else entry for entry in domain["intents"]}
    ruled = {}
    for path in (ROOT / "bot/data/rules").glob("*.yml"):
        for rule in read(path)["rules"]:
            steps = list(rule["steps"])
            if "intent" not in steps[0]:
                continue  # the end of a form
            ruled[steps[0]["intent"]] = steps[1]["action"]
    # Rasa adds nlu_fallback to every domain itself.
    assert set(ruled) == intents | {"nlu_fallback"}
    assert set(ruled.values()) == {action.action_name for action in actions}
    assert intents == set(nlu_examples())


def test_domain_actions_and_registered_actions_are_the_same(
    actions: list[QuestionAction], desk: Desk
) -> None:
    registered = {action.name() for action in (*actions, *form_actions(desk, actions[0]))}
    assert set(read(ROOT / "domain.yml")["actions"]) == registered


def test_the_form_asks_for_what_the_draft_holds() -> None:
    domain = read(ROOT / "domain.yml")
    assert list(domain["forms"][BOOKING_FORM]["required_slots"]) == list(SLOTS) == list(domain["slots"])


def test_every_disposition_the_engine_decides_has_its_action(actions: list[QuestionAction]) -> None:
    decided = {disposition for action in actions for disposition in action.dispositions}
    assert decided == set(Disposition) - {Disposition.UNAVAILABLE, *WARNINGS}


def test_every_smalltalk_intent_has_its_phrase() -> None:
    rules = read(ROOT / "bot/data/rules/requests.yml")["rules"]
    smalltalk = [r["steps"][0]["intent"] for r in rules if r["steps"][1]["action"] == "action_smalltalk"]
    assert smalltalk
    assert set(smalltalk) <= set(phrases())


def plain(text: str) -> str:
    """A sentence without case and punctuation; one without a word stays as it is."""
    return " ".join(re.findall(r"[a-z0-9]+", text.lower().replace("'", "").replace("’", ""))) or text


def questions_of(*folders: Path, unless: str = "") -> list[str]:
    """The texts of every `.jsonl` in the folders, except those files that begin with `unless`."""
    paths = [path for each in folders for path in sorted(each.glob("*.jsonl"))]
    paths = [path for path in paths if not unless or not path.name.startswith(unless)]
    return [json.loads(line)["text"] for path in paths for line in path.read_text().splitlines()]


def scenario_sentences() -> list[str]:
    """What visitors write in the scenarios, except the few words that anybody would choose ("does it hurt?")."""
    turns = [turn.visitor or "" for scenario in scenarios().values() for turn in scenario.turns]
    return [text for text in turns if len(text.split()) > 3]


def test_no_evaluation_question_is_in_the_training_data() -> None:
    """The real questions are other people's, and what is scored must not be taught."""
    taught = {plain(line) for lines in nlu_examples().values() for line in lines}
    # The statements that score the warning screen hold everyday questions, too; no intent is scored on them.
    scored = questions_of(REAL_QUESTIONS, ROOT / "tests/data", unless="warnings")
    held_out = [*scored, *scenario_sentences()]
    assert [text for text in held_out if plain(text) in taught] == []


def test_no_real_question_is_in_the_project() -> None:
    theirs = {plain(text) for text in questions_of(REAL_QUESTIONS)}
    ours = [*questions_of(ROOT / "tests/data"), *scenario_sentences()]
    assert [text for text in ours if plain(text) in theirs] == []


def test_no_question_is_scored_twice() -> None:
    seen = Counter(map(plain, questions_of(ROOT / "tests/data")))
    assert [text for text, count in seen.items() if count > 1] == []


def test_the_screen_was_not_taught_what_it_is_scored_on() -> None:
    signs = {family.sign for family in load_patterns().families}
    taught = {plain(each.text) for path in LIBRARY for each in load_statements(signs, path).all()}
    scored = [*questions_of(REAL_QUESTIONS, ROOT / "tests/data"), *scenario_sentences()]
    assert [text for text in scored if plain(text) in taught] == []
