"""A project of seven intents in Rasa's formats, which trains in a second or two."""

from pathlib import Path

EXAMPLES = {
    "ask_cost": """
        what does it cost|how much is a session|price list|is it expensive|what do you charge|fees please
        how much do I pay for the first visit|cost per treatment?|what are your rates|how much money is it
        is a follow-up cheaper|what is the price of one appointment|how pricey is this|do you charge a lot""",
    "ask_does_it_hurt": """
        does it hurt|is it painful|are the needles painful|will I feel pain|ouch? how bad is it|how sore is it
        does the needle sting|I am scared that it hurts|is there any pain|do people find it painful
        do the needles hurt going in|is acupuncture painful|will it be sore|how much does it hurt""",
    "ask_how_many_sessions": """
        how many sessions do I need|number of treatments|how many times must I come|how many visits does it take
        sessions needed for sciatica?|how many appointments will I need|how many treatments until it is better
        is one session enough|how many times a person usually comes|total number of sessions
        how many sessions for a slipped disc|do I need lots of sessions|how many goes does it take""",
    "ask_booking": """
        I want to book an appointment|book me in|can I make an appointment|schedule a visit|reserve a slot
        I would like to see someone on Friday|make a booking|set up an appointment please|book a session
        when can I come in, I want to book|I need an appointment|sign me up for a visit""",
    "greet": "hello|hi|hey there|good morning|good evening|hello there|hiya|hi everybody|hey|greetings",
    "request_person": """
        I want to talk to a person|let me speak to a human|get me a real person|can somebody call me back
        I need to speak with your staff|transfer me to an agent|is there a human here|I want a human to help me
        put me through to someone|connect me with a person""",
    "out_of_scope": """
        what is the weather|tell me a joke|who won the match|order a pizza|write my essay|play some music
        how do I fix my car|what is the capital of France|book a flight to Rome|translate this to Spanish
        set an alarm|what is two plus two|is my phone broken|recommend a film|sing me a song|news today""",
}

VOCABULARY = """
  - lookup: condition
    examples: |
      - sciatica
      - herniated disc
  - synonym: herniated disc
    examples: |
      - slipped disc
"""

ACTIONS = {
    "ask_booking": "action_start_booking",
    "greet": "action_smalltalk",
    "request_person": "action_handoff",
}
SLOTS = ("booking_service", "booking_day", "booking_time")
FORM_ACTIONS = [
    *(f"action_ask_booking_form_{slot}" for slot in SLOTS),
    "validate_booking_form",
    "action_end_booking",
]
END = """  - rule: the end of a booking
    condition:
      - active_loop: booking_form
    steps:
      - action: booking_form
      - active_loop: null
      - slot_was_set:
          - requested_slot: null
      - action: action_end_booking
"""
ENTITIES = ("body_part", "condition", "device", "duration", "medicine", "technique")


def write(folder: Path) -> None:
    """Writes domain.yml and data/ into the folder."""
    data = folder / "data"
    data.mkdir()
    (data / "nlu.yml").write_text('version: "3.1"\nnlu:\n' + "".join(map(_intent, EXAMPLES)) + VOCABULARY)
    rules = {intent: ACTIONS.get(intent, "action_answer") for intent in EXAMPLES}
    rules |= {"out_of_scope": "action_fallback", "nlu_fallback": "action_fallback"}
    (data / "rules.yml").write_text(
        'version: "3.1"\nrules:\n' + "".join(_rule(*rule) for rule in rules.items()) + END
    )
    (folder / "domain.yml").write_text(_domain(sorted({*rules.values(), *FORM_ACTIONS})))


def _intent(name: str) -> str:
    lines = [text.strip() for line in EXAMPLES[name].splitlines() for text in line.split("|") if text.strip()]
    return f"  - intent: {name}\n    examples: |\n" + "".join(f"      - {line}\n" for line in lines)


def _rule(intent: str, action: str) -> str:
    return f"  - rule: {intent}\n    steps:\n      - intent: {intent}\n      - action: {action}\n"


def _domain(actions: list[str]) -> str:
    entities = "".join(f"  - {name}: {{influence_conversation: false}}\n" for name in ENTITIES)
    return (
        'version: "3.1"\nintents:\n'
        + "".join(f"  - {intent}\n" for intent in EXAMPLES)
        + f"entities:\n{entities}actions:\n"
        + "".join(f"  - {action}\n" for action in actions)
        + "slots:\n"
        + "".join(
            f"  {slot}: {{type: text, influence_conversation: false, mappings: [{{type: custom}}]}}\n"
            for slot in SLOTS
        )
        + f"forms:\n  booking_form:\n    required_slots: [{', '.join(SLOTS)}]\n"
        + "session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}\n"
    )
