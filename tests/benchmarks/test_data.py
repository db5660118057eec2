"""Drawing a few examples, and writing them in Rasa's format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from benchmarks.data import drawn, nlu_file, read_banking77, read_clinc150, sample
from bot.problems import Problems

EXAMPLES = {
    "card_arrival": [f"where is card {number}" for number in range(40)],
    "exchange_rate": [f"rate of currency {number}" for number in range(25)],
}


def test_every_intent_gives_as_many_examples_and_none_twice() -> None:
    doubled = {intent: texts * 2 for intent, texts in EXAMPLES.items()}
    chosen = drawn(doubled, each=10)
    assert {intent: len(set(texts)) for intent, texts in chosen.items()} == dict.fromkeys(EXAMPLES, 10)
    assert all(set(chosen[intent]) <= set(EXAMPLES[intent]) for intent in EXAMPLES)


def test_a_seed_draws_the_same_whatever_the_order_and_the_other_intents() -> None:
    turned = {intent: texts[::-1] for intent, texts in reversed(EXAMPLES.items())}
    alone = {"card_arrival": EXAMPLES["card_arrival"]}
    assert drawn(turned, seed=1) == drawn(EXAMPLES, seed=1)
    assert drawn(alone, seed=1)["card_arrival"] == drawn(EXAMPLES, seed=1)["card_arrival"]
    assert drawn(EXAMPLES, seed=1) != drawn(EXAMPLES, seed=2)


def test_an_intent_with_too_few_examples_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="Sample larger"):
        drawn({**EXAMPLES, "rare": ["only one"]})


def test_a_sample_is_the_same_every_time_and_none_means_all() -> None:
    items = [(str(number), "") for number in range(100)]
    assert sample(items, 10) == sample(items, 10)
    assert len(sample(items, 10)) == 10
    assert sample(items, None) == sample(items, 500) == items


def test_the_data_sets_are_read_from_their_files(tmp_path: Path) -> None:
    for name in ("train", "test"):
        (tmp_path / f"banking77_{name}.csv").write_text('text,category\n"on two\nlines, [so]",card_arrival\n')
    parts = {"train": [["hi", "greet"]], "test": [["hello", "greet"]], "oos_test": [["tax?", "oos"]]}
    (tmp_path / "clinc150_full.json").write_text(json.dumps(parts))
    assert read_banking77(tmp_path).test == [("on two lines, (so)", "card_arrival")]
    clinc = read_clinc150(tmp_path)
    assert (clinc.train, clinc.test, clinc.outside) == ({"greet": ["hi"]}, [("hello", "greet")], ["tax?"])


def test_a_missing_data_set_is_named(tmp_path: Path) -> None:
    with pytest.raises(Problems, match=r"banking77_train\.csv.*--datasets"):
        read_banking77(tmp_path)


def test_training_data_is_yaml_with_one_line_an_example() -> None:
    content = YAML(typ="safe").load(nlu_file({"a": ['say "hi": now', "# what?"], "b": ["- dash"]}))
    lines = {part["intent"]: part["examples"].splitlines() for part in content["nlu"]}
    assert lines == {"a": ['- say "hi": now', "- # what?"], "b": ["- - dash"]}
