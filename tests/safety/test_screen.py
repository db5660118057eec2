"""What the screen finds and what it leaves alone, family by family, without the second net."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.safety.screen import Level, Screen


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen.load()


def worst(screen: Screen, text: str) -> Level | None:
    found = screen.find(text)
    return found[0].level if found else None


EMERGENCIES = {
    "cauda_equina": [
        "I can't feel myself wipe",
        "tingly bum since I lifted the sofa",
        "no feeling down there",
        "no, I can't pee",
        "I have no control of my bladder",
        "My back hurts. I also have difficulty urinating.",
        "my 70yr old dad keeps wetting himself and his back is bad",
        "new trouble with erections since my back pain started",
    ],
    "overdose": ["I took 40 paracetamol", "she swallowed a whole bottle of her tablets"],
    "both_legs": [
        "woke up to both legs numb",
        "shooting pain down both legs",
        "jelly legs",
        "I could feel nothing from the waist down",
    ],
    "foot_drop": ["my foot drags when I walk", "my left leg is getting weaker every day"],
    "chest": ["chst pain", "I can't catch my breath since the needles", "I am coughing blood"],
    "tearing_pain": ["tearing pain between my shoulder blades"],
    "collapse": ["my husband passed out and won't wake up"],
    "stroke": ["her face is drooping on one side", "stabbing shoulder pain and no feeling in my hand"],
    "allergy": ["my tongue is swelling up"],
    "meningitis": ["fever and a stiff neck"],
    "grave_accident": ["I fell off a ladder and my back pain is excruciating"],
    "pregnancy_grave": ["20 weeks pregnant and bleeding heavily"],
}
URGENT = {
    "bladder_trouble": ["I have trouble passing urine"],
    "fever": ["back pain and a fever", "My back is sore. I also have chills."],
    "weight_loss": ["I am losing weight for no reason"],
    "blood": ["there is blood in my urine"],
    "night_pain": ["the pain is worse at night and nothing eases it"],
    "lump": ["there is a lump on my spine"],
    "accident": ["car accident yesterday, now my neck hurts"],
    "cancer": ["I had breast cancer and now I have new back pain"],
    "after_surgery": ["my back pain got worse after the epidural last week"],
    "pregnancy": ["30 weeks pregnant with a terrible headache"],
    "after_needling": ["redness spreading from where the needle went in", "it won't stop bleeding"],
}
CRISES = ["I want to die", "better off dead", "I feel siucidal", "no point living"]
CONCERNS = {
    "child_alone": ["I'm 9 and my back hurts"],
    "abuse": ["my husband hits me", "my carer hurts me"],
    "threat": ["I'll come and burn your clinic"],
}


@pytest.mark.parametrize(("sign", "text"), [(s, t) for s, texts in EMERGENCIES.items() for t in texts])
def test_emergencies_are_found(screen: Screen, sign: str, text: str) -> None:
    found = screen.find(text)
    assert found and found[0].level is Level.EMERGENCY
    assert sign in {finding.sign for finding in found}


@pytest.mark.parametrize(("sign", "text"), [(s, t) for s, texts in URGENT.items() for t in texts])
def test_urgent_signs_are_found(screen: Screen, sign: str, text: str) -> None:
    assert worst(screen, text) is Level.URGENT
    assert sign in {finding.sign for finding in screen.find(text)}


@pytest.mark.parametrize("text", CRISES)
def test_crises_are_found(screen: Screen, text: str) -> None:
    assert worst(screen, text) is Level.CRISIS


@pytest.mark.parametrize(("sign", "text"), [(s, t) for s, texts in CONCERNS.items() for t in texts])
def test_concerns_are_found(screen: Screen, sign: str, text: str) -> None:
    assert [finding.sign for finding in screen.find(text)] == [sign]


@pytest.mark.parametrize(
    "text",
    [
        "no numbness, no bladder trouble",
        "I don't have a fever, weakness or chest pain",
        "Numbness? No. Fever? No.",
        "can acupuncture cause a punctured lung?",
        "what is cauda equina syndrome?",
        "is numbness a side effect?",
        "can acupuncture help with incontinence?",
        "what if I faint?",
        "this pain is killing me",
        "I nearly had a heart attack when I saw the price",
        "I had cauda equina in 2015, surgery fixed it",
        "numb bum from sitting all day",
        "numbness around the needle",
        "both knees hurt",
        "my left leg tingles down to the calf, it's sciatica",
        "I'm 9 weeks pregnant",
        "I take warfarin and I am having chemo",
    ],
)
def test_calm_messages_stay_calm(screen: Screen, text: str) -> None:
    assert screen.find(text) == []


@pytest.mark.parametrize(
    ("denied", "told"),
    [
        ("I have no numbness in my groin", "I have numbness in my groin"),
        ("I never had chest pain", "I have chest pain"),
        ("without any weakness in my legs", "weakness in both my legs"),
        ("I don't want to die", "I want to die"),
        ("my fever has gone and my back pain too", "I have a fever and my back pain too"),
        ("can acupuncture help with chest pain?", "I have chest pain, can acupuncture help?"),
    ],
)
def test_what_is_denied_or_only_asked_is_calm(screen: Screen, denied: str, told: str) -> None:
    assert screen.find(denied) == []
    assert screen.find(told)


def test_one_sign_told_wins_over_many_denied(screen: Screen) -> None:
    text = "No fever, no weakness, no numbness, no chest pain, but I can't pee"
    assert [finding.sign for finding in screen.find(text)] == ["cauda_equina"]


LONG = "I have had a bad back since spring and tried heat, tablets and a new bed. {} How much is a session?"


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.title,
        lambda text: text + "!!!",
        lambda text: text + " 😢🙏",
        lambda text: f"  {text.replace(' ', '   ')}  ",
        lambda text: text.replace("'", "’"),
        lambda text: text.replace("'", ""),
        lambda text: f"hello, {text}",
        lambda text: LONG.format(text + "."),
        lambda text: f"{'Fine otherwise. ' * 300}{text}",
    ],
)
def test_the_way_it_is_typed_changes_nothing(screen: Screen, change: object) -> None:
    assert callable(change)
    for text in [texts[0] for texts in EMERGENCIES.values()] + CRISES:
        before = worst(screen, text)
        assert before in (Level.EMERGENCY, Level.CRISIS)
        assert worst(screen, change(text)) in (Level.EMERGENCY, Level.CRISIS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "?!.,;",
        "😀" * 5000,
        "no " * 5000,
        "cant feel " * 1000,
        "İ" * 100,
        "a" * 10_000,
        "\ud800",
    ],
)
def test_any_text_will_do(screen: Screen, text: str) -> None:
    screen.find(text)


def test_worst_first_and_each_sign_once(screen: Screen) -> None:
    text = "fever and back pain, I can't pee, can't pee at all, and I want to die"
    found = screen.find(text)
    assert [finding.level for finding in found] == [Level.EMERGENCY, Level.CRISIS, Level.URGENT]
    assert len({finding.sign for finding in found}) == len(found)


def test_one_screen_serves_many_threads(screen: Screen) -> None:
    texts = ["I can't pee", "my back aches"] * 50
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(screen.find, texts)) == [screen.find(text) for text in texts]
