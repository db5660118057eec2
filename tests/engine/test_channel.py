"""The engine's contract with the application, through a real process, a real model and real actions."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.engine.actions import BREAKS, REJECTS, SILENT
from tests.engine.process import ROOT, TOKEN, Actions, Answer, Engine, send


def questions(answer: Answer) -> list[tuple[Any, str]]:
    """The topic and disposition of each question understood."""
    return [(one["topic"], one["disposition"]) for one in answer.body["understanding"]["questions"]]


def test_a_question_is_understood_and_answered(engine: Engine) -> None:
    answer = engine.say("How much is a session for sciatica?")
    assert answer.status == 200
    understood = answer.body["understanding"]
    assert understood["rule"] == "confident"
    assert understood["entities"] == [{"entity": "condition", "value": "sciatica", "start": 26, "end": 34}]
    assert understood["questions"] == [
        {
            "text": "How much is a session for sciatica?",
            "intent": "ask_cost",
            "topic": "cost",
            "disposition": "answer",
            "confidence": pytest.approx(understood["ranking"][0]["confidence"]),
            "entities": [{"entity": "condition", "value": "sciatica"}],
            "candidates": [],
            "carried": [],
            "more": False,
            "beside": False,
        }
    ]
    assert len(understood["ranking"]) == 5
    assert 0.5 < understood["ranking"][0]["confidence"] <= 1
    (reply,) = answer.body["replies"]
    assert reply["text"] == "action_answer to ask_cost"
    assert reply["buttons"] == [{"title": "The price?", "payload": "/ask_cost"}]
    assert reply["custom"]["topic"] == "cost"
    assert answer.body["model_id"] == engine.get("/health").body["model_id"]


def test_a_synonym_leaves_as_the_value_it_stands_for(engine: Engine) -> None:
    (entity,) = engine.say("how many sessions for a Slipped Disc").body["understanding"]["entities"]
    assert (entity["value"], entity["start"], entity["end"]) == ("herniated disc", 24, 36)


@pytest.mark.parametrize(
    ("text", "topic", "disposition", "action"),
    [
        ("I want to book an appointment", "booking", "booking", "action_start_booking"),
        ("hello there", None, "smalltalk", "action_smalltalk"),
        ("get me a real person", None, "handoff", "action_handoff"),
        ("tell me a joke", None, "out_of_scope", "action_fallback"),
    ],
)
def test_each_disposition_has_its_action(
    engine: Engine, text: str, topic: str | None, disposition: str, action: str
) -> None:
    answer = engine.say(text)
    assert questions(answer) == [(topic, disposition)]
    assert answer.body["replies"][0]["text"].startswith(action)


def test_two_questions_get_two_replies(engine: Engine) -> None:
    answer = engine.say("Does it hurt? And how many sessions do I need?")
    assert answer.body["understanding"]["rule"] == "several_questions"
    assert questions(answer) == [("does_it_hurt", "answer"), ("how_many_sessions", "answer")]
    assert [reply["custom"]["topic"] for reply in answer.body["replies"]] == [
        "does_it_hurt",
        "how_many_sessions",
    ]


def test_a_choice_is_taken_at_its_word(engine: Engine) -> None:
    answer = engine.choose('/ask_how_many_sessions{"condition": "sciatica"}')
    understood = answer.body["understanding"]
    assert understood["rule"] == "choice"
    assert understood["ranking"] == [{"intent": "ask_how_many_sessions", "confidence": 1.0}]
    assert understood["questions"][0]["entities"] == [{"entity": "condition", "value": "sciatica"}]
    assert questions(answer) == [("how_many_sessions", "answer")]


@pytest.mark.parametrize(
    "text", ["/restart", "  // /restart", '/ask_cost{"condition": "sciatica"}', "/greet"]
)
def test_what_a_visitor_types_is_never_a_command(engine: Engine, text: str) -> None:
    answer = engine.say(text)
    assert answer.status == 200
    assert answer.body["understanding"]["rule"] != "choice"
    assert all(one["confidence"] < 1 for one in answer.body["understanding"]["ranking"])


@pytest.mark.parametrize("text", ["", "/", "   ", "🙂", "¿¿¿???", "a" * 8000, "\u202ehurt\u0000?"])
def test_any_text_at_all_gets_a_reply(engine: Engine, text: str) -> None:
    answer = engine.say(text)
    assert answer.status == 200
    assert answer.body["replies"]


@pytest.mark.parametrize(
    "payload",
    [
        "ask_cost",
        "/no_such_intent",
        "/ask_cost{",
        '/ask_cost{"condition": 3}',
        '/ask_cost{"name": "x"}',
        "/ask_cost[]",
    ],
)
def test_a_payload_that_is_not_ours_is_refused(engine: Engine, payload: str) -> None:
    assert engine.choose(payload).status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        [],
        {"conversation_id": "c", "message_id": "m"},
        {"conversation_id": "c", "message_id": "m", "text": "x", "choice": "/greet"},
        {"conversation_id": "", "message_id": "m", "text": "x"},
        {"conversation_id": 1, "message_id": "m", "text": "x"},
        {"conversation_id": "c", "message_id": "m", "text": None},
        {"conversation_id": "c", "message_id": "m", "text": "x" * 8001},
        {"conversation_id": "c", "message_id": "m", "text": "x", "more": 1},
    ],
)
def test_a_body_that_is_no_message_is_refused(engine: Engine, body: Any) -> None:
    answer = engine.post("/message", body)
    assert (answer.status, answer.body["error"]) == (400, "body")


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN[:-1]])
def test_every_route_wants_the_token(engine: Engine, token: str | None) -> None:
    assert engine.get("/health", token).status == 401
    for path in ("/message", "/forget", "/model"):
        assert engine.post(path, {}, token).status == 401


def test_there_is_nothing_else_to_be_found(engine: Engine) -> None:
    root = engine.url.removesuffix("/webhooks/meridian")
    for path in ("/", "/version", "/status", "/conversations/one/tracker", "/webhooks/rest/webhook"):
        answer = send("GET", root + path)
        assert answer.status == 404
        assert "rasa" not in str(answer.body).lower()


@pytest.mark.parametrize("fault", [BREAKS, SILENT, REJECTS])
def test_an_action_that_fails_or_says_nothing_is_told(engine: Engine, fault: str) -> None:
    answer = engine.say(f"{fault}: what does it cost", "failing")
    assert (answer.status, answer.body) == (502, {"error": "action"})
    assert engine.say("what does it cost", "failing").status == 200


def test_one_conversation_takes_turns_and_many_go_side_by_side(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as visitors:
        answers = list(visitors.map(lambda n: engine.say("does it hurt", f"crowd {n // 3}"), range(30)))
    assert [answer.status for answer in answers] == [200] * 30
    # Each turn of a conversation saw those before it, so no two saw equally many events.
    for start in range(0, 30, 3):
        seen = [answer.body["replies"][0]["custom"]["events"] for answer in answers[start : start + 3]]
        assert len(set(seen)) == 3


def test_a_long_conversation_sends_no_more_than_its_bound(engine: Engine) -> None:
    seen = [engine.say("does it hurt", "long").body["replies"][0]["custom"]["events"] for _ in range(40)]
    assert seen[0] < seen[1]
    assert max(seen) == max(seen[:4])


def test_a_forgotten_conversation_begins_anew(engine: Engine) -> None:
    first = engine.say("does it hurt", "brief").body["replies"][0]["custom"]["events"]
    assert engine.say("does it hurt", "brief").body["replies"][0]["custom"]["events"] > first
    assert engine.post("/forget", {"conversation_id": "brief"}).body == {"forgotten": True}
    assert engine.post("/forget", {"conversation_id": "brief"}).body == {"forgotten": False}
    assert engine.say("does it hurt", "brief").body["replies"][0]["custom"]["events"] == first


def test_the_log_never_has_a_visitors_words(engine: Engine) -> None:
    canary = "kanarienvogel"
    engine.say(f"does {canary} hurt for sciatica?")
    engine.say(f"{BREAKS} {canary}, what does it cost")
    engine.choose(f'/ask_cost{{"condition": "{canary}"}}')
    engine.choose(f"/{canary}")
    engine.post("/message", f'{{"text": "{canary}"'.encode())
    engine.post("/model", {"model_file": f"{canary}.tar.gz"})
    log = engine.log.read_text()
    assert "no action answered" in log
    for word in (canary, "sciatica", "The price?", "action_answer to"):
        assert word not in log


def test_another_model_can_take_over(engine: Engine, models: Path) -> None:
    before = engine.get("/health").body
    (models / "copy.tar.gz").write_bytes((models / "small.tar.gz").read_bytes())
    changed = engine.post("/model", {"model_file": "copy.tar.gz"})
    assert changed.status == 200
    assert changed.body == {"model_id": before["model_id"], "model_file": "copy.tar.gz"}
    assert engine.get("/health").body["model_file"] == "copy.tar.gz"
    assert engine.say("does it hurt").status == 200
    assert engine.post("/model", {"model_file": "small.tar.gz"}).status == 200


@pytest.mark.parametrize(
    ("file_name", "status"),
    [
        ("bad.tar.gz", 422),
        ("cut.tar.gz", 422),
        ("none.tar.gz", 404),
        ("../models/small.tar.gz", 404),
        ("", 404),
    ],
)
def test_a_bad_model_leaves_the_good_one(engine: Engine, models: Path, file_name: str, status: int) -> None:
    (models / "bad.tar.gz").write_bytes(b"no archive")
    (models / "cut.tar.gz").write_bytes((models / "small.tar.gz").read_bytes()[:-5000])
    before = engine.get("/health")
    assert engine.post("/model", {"model_file": file_name}).status == status
    assert engine.get("/health") == before
    assert questions(engine.say("does it hurt")) == [("does_it_hurt", "answer")]


def test_without_a_model_it_waits_for_one(models: Path, actions: Actions, tmp_path: Path) -> None:
    with Engine.started(models, actions.url, tmp_path / "log") as engine:
        assert engine.get("/health").status == 503
        assert engine.say("does it hurt").status == 503
        assert engine.post("/model", {"model_file": "small.tar.gz"}).status == 200
        assert engine.say("does it hurt").status == 200


def test_without_actions_it_says_so_and_stops_at_once(models: Path, tmp_path: Path) -> None:
    nowhere = "http://127.0.0.1:9/webhook"
    with Engine.started(models, nowhere, tmp_path / "log", "--model", str(models / "small.tar.gz")) as engine:
        answer = engine.say("does a kanarienvogel hurt?")
        assert (answer.status, answer.body) == (502, {"error": "action"})
        engine.process.send_signal(signal.SIGTERM)
        assert engine.process.wait(timeout=10) in (0, -signal.SIGTERM)
        assert "kanarienvogel" not in engine.log.read_text()


@pytest.mark.parametrize(
    ("options", "token", "words"),
    [
        ((), "", "MERIDIAN_ENGINE_TOKEN"),
        (("--host", "0.0.0.0"), "x", "--allow-remote"),
        (("--model", "no/such.tar.gz"), "x", "no/such.tar.gz|such.tar.gz"),
    ],
)
def test_it_refuses_to_start_unsafely(options: tuple[str, ...], token: str, words: str) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "bot.engine.serve", *options],
        cwd=ROOT,
        env={**os.environ, "MERIDIAN_ENGINE_TOKEN": token},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode not in (0, None)
    assert any(word in started.stderr for word in words.split("|"))


def test_a_model_can_be_checked_without_serving(models: Path) -> None:
    command = [sys.executable, "-m", "bot.engine.serve", "--check", "--model"]
    for file, code in (("small.tar.gz", 0), ("none.tar.gz", 1)):
        checked = subprocess.run([*command, str(models / file)], cwd=ROOT, capture_output=True, check=False)
        assert checked.returncode == code
