"""What is trained again and what is not, and what stock Rasa is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from benchmarks import contest, machine, meridian, stock
from benchmarks.projects import Project, Trained, kept, trained
from bot.settings import Settings

PROJECT = stock.classifier("tiny", {"greet": ["hi", "hello"], "bye": ["bye", "see you"]})


def test_the_key_stays_while_nothing_changes() -> None:
    assert stock.classifier("tiny", {"greet": ["hi", "hello"], "bye": ["bye", "see you"]}).key == PROJECT.key


@pytest.mark.parametrize(
    "other",
    [
        stock.classifier("tiny", {"greet": ["hi", "hey"], "bye": ["bye", "see you"]}),
        replace(PROJECT, files={**PROJECT.files, "config.yml": stock.PIPELINE.replace("100", "99")}),
        replace(PROJECT, depends="another encoder"),
    ],
    ids=["data", "configuration", "code beside it"],
)
def test_the_key_changes_with_all_that_decides_a_training(other: Project) -> None:
    assert other.key != PROJECT.key


def test_the_key_changes_with_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    before = PROJECT.key
    monkeypatch.setattr(machine, "identity", lambda: "another processor, 64 cores")
    assert PROJECT.key != before


def test_what_was_trained_is_not_trained_again(tmp_path: Path) -> None:
    assert kept(PROJECT, tmp_path) is None
    folder = tmp_path / f"{PROJECT.name}-{PROJECT.key}"
    folder.mkdir()
    (folder / "training.json").write_text('{"seconds": 260.0}')
    model = trained(PROJECT, tmp_path, "no time")
    assert model.seconds == 260.0
    assert model.kept("scores") is None
    model.keep("scores", {"right": 1})
    assert Trained(folder, model.training).kept("scores") == {"right": 1}


def test_stock_rasa_gets_every_example_a_rule_and_an_answer_for_each_intent() -> None:
    settings = Settings()
    project = contest.stock_assistant(settings)
    yaml = YAML(typ="safe")
    intents = yaml.load(project.files["domain.yml"])["intents"]
    rules = yaml.load(project.files["data/rules.yml"])["rules"]
    assert {"ask_cost", "greet", "out_of_scope"} <= set(intents)
    assert {rule["rule"] for rule in rules} == {*intents, stock.FALLBACK}
    assert set(contest.stock_answers(settings)) == set(intents)
    for path in (settings.home / "bot" / "data" / "nlu").glob("*.yml"):
        assert project.files[f"data/nlu/{path.name}"] == path.read_text(encoding="utf-8")
    told = yaml.load(project.files["data/stories.yml"])["stories"]
    assert all(step.get("intent", "greet") in intents for story in told for step in story["steps"])


def test_our_classifier_on_other_data_keeps_its_settings_and_leaves_the_clinic_out() -> None:
    settings = Settings()
    project = meridian.classifier(settings, "tiny", {"greet": ["hi"], "bye": ["bye"]})
    yaml = YAML(typ="safe")
    parts = {part["name"]: part for part in yaml.load(project.files["config.yml"])["pipeline"]}
    whole = {part["name"]: part for part in yaml.load((settings.home / "config.yml").read_text())["pipeline"]}
    assert [name.rpartition(".")[2] for name in parts] == [
        "IntentNames",
        "SpellingMender",
        "SentenceEncoderFeaturizer",
        "SentenceIntentClassifier",
    ]
    for name, part in parts.items():
        encoder = {"encoder": str(settings.home / "models/encoder")} if "encoder" in whole[name] else {}
        assert part == {**whole[name], **encoder}
