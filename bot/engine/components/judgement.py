"""What becomes of each question of a message: answered, clarified, refused, booked, handed over, small talk.

Plain rules over what the classifier said, each with a name that stays with the message. Knows nothing of
Rasa's graph; which intent means what comes from config.yml.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.engine.components.follow_ups import About, Entity, FollowUps, points_back
from bot.engine.components.sentences import is_question

ANSWER, CLARIFY, OUT_OF_SCOPE = "answer", "clarify", "out_of_scope"
BOOKING, HANDOFF, SMALLTALK = "booking", "handoff", "smalltalk"

CLEAR = (ANSWER, BOOKING, HANDOFF)

CERTAIN = ("confident", "alike")
UNCERTAIN = ("one_close", "two_close", "unsure", "empty")
"""Rules by which no intent was taken as meant."""

FOLLOWING = "follow_up"
"""The rule by which the last question is asked again for something else."""

LIKELY = 5
"""So many of the likeliest intents of a message are open to what was talked about before it."""

TOPIC_PREFIX = "ask_"
FALLBACK_INTENT = "nlu_fallback"


@dataclass(frozen=True)
class Reading:
    """A text as the pipeline read it: `ranking` has (intent, confidence), the likeliest first."""

    text: str
    ranking: Sequence[tuple[str, float]]
    entities: Sequence[Entity] = ()


@dataclass(frozen=True)
class Question:
    """One thing the visitor wants: `topic` on answers and bookings, `candidates` on clarifications.

    `carried` are entities of an earlier question that this one leans on; `more` asks for the rest of the
    answer that was just given. `beside` marks a caution that was not asked for: it is said only where there is
    something of its own to say.
    """

    text: str
    intent: str | None
    topic: str | None
    disposition: str
    confidence: float
    entities: list[Entity] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    carried: list[Entity] = field(default_factory=list)
    more: bool = False
    beside: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Decision:
    """The questions of one message in the order of its text, at least one, and the rule they came by."""

    rule: str
    questions: list[Question]

    @property
    def intent(self) -> str | None:
        """What the dialogue rules act on: the first question's intent, unless nothing was certain."""
        first = self.questions[0]
        return FALLBACK_INTENT if self.rule in UNCERTAIN else first.intent

    def as_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "questions": [question.as_dict() for question in self.questions]}


@dataclass(frozen=True)
class Judge:
    """Applies the rules.

    `dispositions` names for every intent that is not simply answered what becomes of it. From a confidence of
    `answer` an intent is taken as meant; up to three topics whose confidences reach `clarify` together are
    offered. A candidate below `candidate` is not worth offering. The intents of `alike` ask the same of different
    things, so their confidences count together: a visitor is not asked to choose between them.
    """

    dispositions: Mapping[str, str]
    answer: float
    clarify: float
    candidate: float
    follow_ups: FollowUps = field(default_factory=FollowUps)
    alike: frozenset[str] = frozenset()

    def decide(
        self,
        whole: Reading,
        parts: Sequence[Reading] = (),
        about: About | None = None,
        again: Reading | None = None,
    ) -> Decision:
        """The decision on a message and the candidate questions found inside it.

        `about` is what was last answered, `again` the message read behind it (`FollowUps.again`).
        """
        decision = self._by_itself(whole, parts)
        if about is not None:
            decision = self._following(decision, whole, about, again)
        before = [*_plain(whole.entities), *(about.entities if about else ())]
        return replace(decision, questions=[self._carrying(one, before) for one in decision.questions])

    def _by_itself(self, whole: Reading, parts: Sequence[Reading]) -> Decision:
        """The decision without regard to what came before.

        Parts count when at least two are certain, differ, and one of them can be served; or when one can and
        beside it there is small talk only ("How are you? What does it cost?"). Otherwise the message is one
        question. Beside a certain part, another that has one likely reading only is taken to mean it: to be asked
        back about one half of a message, or not to be answered on it, would be worse.
        """
        apart = self._apart([self._one(part) for part in parts])
        if any(decision.rule in CERTAIN for decision in apart):
            apart = [self._meant(decision) for decision in apart]
        questions = [question for decision in apart for question in decision.questions]
        if any(question.disposition in CLEAR for question in questions):
            if sum(decision.rule in CERTAIN for decision in apart) > 1:
                return Decision("several_questions", questions)
            if len(questions) == 1:
                return self._with_cautions(apart[0], whole)
        return self._with_cautions(self._one(whole), whole)

    def _meant(self, decision: Decision) -> Decision:
        """The decision on a part, with the one reading that is close taken as meant."""
        (question,) = decision.questions
        if decision.rule != "one_close":
            return decision
        disposition, (topic,) = self._disposition(str(question.intent)), question.candidates
        return Decision("alike", [replace(question, disposition=disposition, topic=topic, candidates=[])])

    def _with_cautions(self, decision: Decision, whole: Reading) -> Decision:
        """The decision on one question, and an answer each for what else in the message speaks for care."""
        (question,) = decision.questions
        further = self.follow_ups.cautions(question.intent, whole.entities)
        if decision.rule != "confident" or not further:
            return decision
        intent = str(self.follow_ups.beside)
        beside = [
            replace(
                self._question(Reading(whole.text, [(intent, question.confidence)], [entity])), beside=True
            )
            for entity in further
        ]
        return Decision("several_questions", [question, *beside])

    def choice(
        self, text: str, intent: str, entities: Sequence[Entity], about: About | None = None
    ) -> Decision:
        """The decision on a quick reply that the visitor chose: certain, and not read by the classifier."""
        question = self._question(Reading(text, [(intent, 1.0)], entities))
        return Decision("choice", [self._carrying(question, about.entities if about else ())])

    def _following(self, decision: Decision, whole: Reading, about: About, again: Reading | None) -> Decision:
        """The decision in the light of what was last answered, or the same where the message stands alone."""
        if decision.rule == "several_questions":
            return decision
        (question,) = decision.questions
        if question.intent in self.follow_ups.more and decision.rule == "confident":
            return Decision("more", [self._same(question, about)])
        if self.follow_ups.takes_along(whole.text, whole.entities, question.intent, about):
            intent = TOPIC_PREFIX + about.topic
            confidence = (
                dict(again.ranking).get(intent, question.confidence) if again else question.confidence
            )
            taken = replace(question, intent=intent, topic=about.topic, disposition=ANSWER, candidates=[])
            return Decision(FOLLOWING, [replace(taken, confidence=confidence)])
        if decision.rule in UNCERTAIN and again and again.ranking and points_back(whole.text):
            intent, confidence = again.ranking[0]
            likely = [name for name, _ in whole.ranking[:LIKELY] if self._disposition(name) in CLEAR]
            # The words of the last topic are in the text: that they are found again says nothing.
            if confidence >= self.answer and intent in likely and intent != TOPIC_PREFIX + about.topic:
                return Decision("in_context", [self._question(replace(again, text=whole.text))])
            topics = [name[len(TOPIC_PREFIX) :] for name in likely if name.startswith(TOPIC_PREFIX)][:3]
            if decision.rule == "unsure" and whole.ranking[0][0] in likely and len(topics) > 1:
                return Decision("two_close", [self._unclear(whole, CLARIFY, topics)])
        return decision

    @staticmethod
    def _same(question: Question, about: About) -> Question:
        return replace(
            question,
            intent=TOPIC_PREFIX + about.topic,
            topic=about.topic,
            disposition=ANSWER,
            entities=list(about.entities),
            more=True,
        )

    def _carrying(self, question: Question, before: Sequence[Entity]) -> Question:
        if question.topic is None or question.more:
            return question
        carried = self.follow_ups.carried(question.text, question.topic, question.entities, before)
        return replace(question, carried=carried)

    @staticmethod
    def _apart(decisions: Sequence[Decision]) -> list[Decision]:
        """The parts that a visitor would want a reply to, each answer once, in the order of the text."""
        kept: dict[str | None, Decision] = {}
        for decision in decisions:
            (question,) = decision.questions
            # What nothing can be said to is told only of a whole question: not of "I am 45." or "Really?".
            if question.disposition in CLEAR or (
                question.disposition != SMALLTALK and _is_whole_question(question.text)
            ):
                kept.setdefault(question.intent, decision)
        return list(kept.values())

    def _one(self, reading: Reading) -> Decision:
        if not reading.ranking:
            return Decision("empty", [self._unclear(reading, CLARIFY)])
        if reading.ranking[0][1] >= self.answer:
            return Decision("confident", [self._question(reading)])
        if self._together(reading) >= self.answer:
            return Decision("alike", [self._question(reading)])
        close = [
            (intent, confidence)
            for intent, confidence in reading.ranking[:3]
            if self._disposition(intent) in (ANSWER, BOOKING) and confidence >= self.candidate
        ]
        if close and sum(confidence for _, confidence in close) >= self.clarify:
            topics = [intent[len(TOPIC_PREFIX) :] for intent, _ in close]
            if len(close) > 1:
                return Decision("two_close", [self._unclear(reading, CLARIFY, topics)])
            if close[0] == reading.ranking[0]:
                return Decision("one_close", [self._unclear(reading, CLARIFY, topics)])
        return Decision("unsure", [self._unclear(reading, OUT_OF_SCOPE)])

    def _together(self, reading: Reading) -> float:
        """The confidence of the likeliest intent and those alike to it."""
        likeliest, confidence = reading.ranking[0]
        if likeliest not in self.alike:
            return confidence
        return sum(each for intent, each in reading.ranking[:LIKELY] if intent in self.alike)

    def _question(self, reading: Reading) -> Question:
        intent, confidence = reading.ranking[0]
        disposition = self._disposition(intent)
        topic = intent[len(TOPIC_PREFIX) :] if disposition in (ANSWER, BOOKING) else None
        return Question(reading.text, intent, topic, disposition, confidence, _plain(reading.entities))

    @staticmethod
    def _unclear(reading: Reading, disposition: str, candidates: Sequence[str] = ()) -> Question:
        intent, confidence = reading.ranking[0] if reading.ranking else (None, 0.0)
        entities = _plain(reading.entities)
        return Question(reading.text, intent, None, disposition, confidence, entities, list(candidates))

    def _disposition(self, intent: str) -> str:
        named = self.dispositions.get(intent)
        return named or (ANSWER if intent.startswith(TOPIC_PREFIX) else OUT_OF_SCOPE)


def may_follow(rule: str, text: str, about: About | None) -> bool:
    """Whether a message that was decided by `rule` is worth reading once more, behind what was last answered."""
    open_still = rule == FOLLOWING or (rule in UNCERTAIN and points_back(text))
    return open_still and FollowUps.again(text, about) is not None


def _is_whole_question(text: str) -> bool:
    return is_question(text) and len(text.split()) > 2


def _plain(entities: Sequence[Entity]) -> list[Entity]:
    return [{"entity": entity["entity"], "value": entity["value"]} for entity in entities]
