"""Where the questions inside a message are found."""

import time

import pytest

from bot.engine.components.sentences import is_question, questions


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("whats it cost, and can i park there?", ["whats it cost", "can i park there?"]),
        ("Does it hurt? How long does a session last?", ["Does it hurt?", "How long does a session last?"]),
        ("how much does it cost and does it hurt?", ["how much does it cost", "does it hurt?"]),
        ("is it safe, do i need a referral", ["is it safe", "do i need a referral"]),
        ("Where are you; are you open on Saturday", ["Where are you", "are you open on Saturday"]),
        ("How much is it?And do you take insurance?", ["How much is it?", "do you take insurance?"]),
        (
            "how does it work\nhow often should I come\nwhat does it cost",
            ["how does it work", "how often should I come", "what does it cost"],
        ),
        ("1) does it hurt 2) is it safe", ["does it hurt", "is it safe"]),
        ("Opening times?\nPrices?", ["Opening times?", "Prices?"]),
        ("hi, do i need a referral, and what does it cost", ["do i need a referral", "what does it cost"]),
        ("I'd like to book. Also where do I park?", ["I'd like to book.", "where do I park?"]),
        # A statement stays with the question it explains.
        (
            "I have sciatica. How many sessions would I need, and what does it cost?",
            ["I have sciatica. How many sessions would I need", "what does it cost?"],
        ),
        (
            "I have sciatica. Does it help, and how many sessions would I need?",
            ["I have sciatica. Does it help", "how many sessions would I need?"],
        ),
        ("Is it safe? Does it hurt? I am pregnant.", ["Is it safe?", "Does it hurt? I am pregnant."]),
        # No more than four, and a lone word without a mark is none.
        ("What is it? Does it hurt? Is it safe? Is it dear? Is it far?", 4),
        ("does it hurt? how", []),
    ],
)
def test_questions_are_told_apart(text: str, parts: list[str] | int) -> None:
    found = [text[start:end] for start, end in questions(text)]
    assert (len(found) if isinstance(parts, int) else found) == parts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "does it help sciatica",
        "tell me about cupping and how it works",
        "I am 45. I take warfarin. Is it safe?",
        "Can I drive and exercise afterwards?",
        "I've had a bad back since 2.5 years ago, e.g. in the morning. Will Dr. Lee help?",
        "Thanks! One more thing: can I eat before?",
        "If I have cancer can I have it and is fine with me?",
        "What should I do when it hurts",
    ],
)
def test_one_question_has_no_parts(text: str) -> None:
    assert questions(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "does it hurt",
        "And how much is it",
        "Prices?",
        "I'd like to know the price",
        "what",
        # Whichever of its sentences asks.
        "I have sciatica. Does it help",
        "Does it help? I have sciatica.",
        "My back hurts; is it safe, I am 45.",
    ],
)
def test_a_question_is_one_by_its_words_or_its_mark(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", ["I am 45.", "my back hurts", "thanks", "", "I am 45. My back hurts."])
def test_a_statement_is_no_question(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize(
    "piece", [" ", "\n", "\t", "and ", "is it, ", "what ", "?", ",", "- ", "hi ", "1) ", "how aaa "]
)
def test_no_text_takes_long(piece: str) -> None:
    def seconds(length: int) -> float:
        begun = time.perf_counter()
        questions("is it " + piece * (length // len(piece)) + " x")
        return time.perf_counter() - begun

    # Eight times the text may take eight times as long, with room for a busy machine; not sixty-four times.
    assert seconds(16_000) < 30 * max(seconds(2_000), 0.001)
