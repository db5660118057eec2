"""The claims that no text may make: each is found where it is made, and passes where it is denied."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.knowledge.articles import read_sources
from bot.knowledge.never_repeat import check, claims, claims_in
from bot.knowledge.phrases import PHRASES
from bot.problems import Problems

# Claim: how it is made, and how an article may speak of it.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "it has no side effects": (
        [
            "It has zero side effects.",
            "It is not a drug, and it has no side effects.",
            "Acupuncture is free of side effects.",
            "It has no side effects. No study is perfect.",
        ],
        [
            "It is not without side effects.",
            "No side effects is not true.",
            "Some articles say that there are no side effects. Studies show otherwise.",
            "The side effects are mild.",
        ],
    ),
    "it is free of risk": (
        ["It is completely safe.", "A risk-free treatment."],
        ["It is not completely safe.", "No risk factor was found.", "Serious harm is rare."],
    ),
    "it is painless": (
        ["It is painless.", "It is not only painless but quick.", "The needle never hurts."],
        [
            "It is not painless for everyone.",
            "Is it painless?",
            "Stop if it hurts.",
            "A painless lump needs a doctor.",
        ],
    ),
    "it goes without breaking the skin": (
        ["A non-invasive therapy.", "It is non‑invasive.", "It is noninvasive."],
        ["It is not non-invasive: needles go through the skin."],
    ),
    "a life free of pain": (
        ["You can have a life free of pain.", "Stay pain-free.", "Live without back pain."],
        ["Nobody can promise a life free of pain.", "Move in a pain-free range."],
    ),
    "it treats the root cause": (
        ["Acupuncture treats the root cause of your pain.", "It addresses the underlying cause."],
        [
            "A doctor can look for the underlying cause.",
            "We know of no evidence that acupuncture treats the root cause.",
        ],
    ),
    "it cures": (
        [
            "It is proven to cure back pain.",
            "Acupuncture cures sciatica.",
            "It is a sure cure for back pain.",
        ],
        ["It is not a cure for back pain.", "Nothing is proven to cure it."],
    ),
    "a result is certain": (
        ["Relief is guaranteed.", "It is 100 % effective."],
        ["A result cannot be guaranteed."],
    ),
    "it prevents back pain": (
        ["Regular acupuncture prevents back pain.", "Maintenance sessions prevent a recurrence."],
        ["Acupuncture has not been shown to prevent back pain.", "Regular exercise may prevent back pain."],
    ),
    "NICE recommends acupuncture for low back pain": (
        ["NICE recommends acupuncture for low back pain.", "Acupuncture is recommended by NICE."],
        [
            "NICE does not recommend acupuncture.",
            "NICE advises against offering acupuncture for low back pain.",
            "A nice friend recommends acupuncture.",
        ],
    ),
    "it takes pressure off a nerve": (
        [
            "Needles relieve pressure on the nerve.",
            "It alleviates the pressure on the nerves.",
            "It decompresses it.",
        ],
        [
            "It does not push the disc back or take pressure off a nerve.",
            "An operation can take pressure off a nerve.",
        ],
    ),
    "it is good for the kidneys": (
        ["BL23 is good for kidney health.", "It strengthens the kidneys."],
        ["It does nothing, and certainly not for kidney health.", "Tell us of a kidney problem."],
    ),
    "it opens pores or draws out toxins": (
        ["Cupping opens the pores.", "It draws out toxins.", "A detox for your back."],
        ["Cupping does not draw out toxins.", "Botulinum toxin is a medicine."],
    ),
    "it triggers electromagnetic impulses": (
        ["It triggers electromagnetic impulses in the body."],
        [
            "We know of no study of electromagnetic impulses.",
            "An electromagnetic field can disturb a pacemaker.",
        ],
    ),
    "neurotransmitters are hormones": (
        ["Neurotransmitters are hormones.", "Hormones called neurotransmitters are released."],
        ["Neurotransmitters are not hormones.", "Neurotransmitters and hormones differ."],
    ),
    "it brings oxygen to every cell": (
        ["Oxygen reaches each cell of the body."],
        ["It does not bring oxygen to every cell of the body.", "Blood cells carry oxygen."],
    ),
    "it works better than medicines or physiotherapy": (
        ["It is more effective than medication.", "Acupuncture beats physiotherapy."],
        [
            "It is not settled that acupuncture works better than exercise or physiotherapy.",
            "Some clinics say that it beats medicines. That has not been settled.",
            "In one study people did better than with some medicines.",
        ],
    ),
    # These are not repeated even to deny them.
    "a success rate of 79.7 %": (
        ["It helps 79.7 %.", "The figure of 79,7 % is not true."],
        ["It helps some."],
    ),
    "85 % of working Canadians have back pain": (
        ["Up to 85% of working Canadians have back pain.", "85 in 100 adults have it. That is not true."],
        ["Most people have back pain at some time."],
    ),
    "most people use acupuncture for back pain": (
        ["Most people tend to use acupuncture for back pain."],
        ["Most people get better."],
    ),
    "Study A, B and C": (
        [
            "Study A found less pain.",
            "No evidence stands behind Study C.",
            "Of 150 people, 60 % had less pain.",
        ],
        ["In a study a year later, people were well.", "A session costs 150 dollars."],
    ),
    "30 % for acupuncture, 40 % for physiotherapy, 60 % for both": (
        [
            "Acupuncture alone gave 30 % relief.",
            "Physiotherapy alone: 40%.",
            "Both together gave 60 per cent.",
        ],
        ["A session often lasts 30 to 60 minutes.", "About 30 % of people in the study were men."],
    ),
}


def test_every_claim_has_its_cases() -> None:
    assert [claim.claim for claim in claims()] == list(CASES)


@pytest.mark.parametrize("claim", CASES)
def test_a_claim_is_found_and_its_denial_passes(claim: str) -> None:
    made, denied = CASES[claim]
    for text in made:
        assert [found.claim for found, _ in claims_in(text)] == [claim], text
    for text in denied:
        assert not list(claims_in(text)), text


def test_every_source_of_a_claim_is_known() -> None:
    assert {key for claim in claims() for key in claim.found_in} <= set(read_sources())


def test_the_phrases_make_no_claim(tmp_path: Path) -> None:
    check(PHRASES)
    spoilt = tmp_path / "phrases.yml"
    spoilt.write_text("greeting: Hello.\ngreet: |\n  Hello.\n  It is painless.\n")
    with pytest.raises(Problems, match=r"phrases\.yml:4.*painless"):
        check(spoilt)
