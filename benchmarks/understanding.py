"""What a served model makes of texts, and how much of it is right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import mean
from typing import Any

import httpx

from benchmarks.data import DataSet, sample
from benchmarks.figures import auroc, share
from benchmarks.progress import track
from benchmarks.projects import Trained
from benchmarks.serving import rasa_server
from benchmarks.stock import FALLBACK


@dataclass(frozen=True)
class Understood:
    """The intent that a model names for a text, with its confidence in it."""

    intent: str | None
    confidence: float


def understood(url: str, texts: Sequence[str], what: str, fallback: bool = False) -> Iterator[Understood]:
    """Asks a served model for the intent of each text.

    Without `fallback` the intent is the best the classifier found, however unsure it was.
    """
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        for text in track(texts, what, len(texts)):
            parsed = http.post("/model/parse", json={"text": text}).raise_for_status().json()
            yield _named(parsed, fallback)


def scored(model: Trained, data: DataSet, size: int | None) -> dict[str, Any]:
    """Right answers on at most `size` test questions, and how well confidence tells the outside ones.

    The result is kept beside the model and not measured again for the same questions.
    """
    test = sample(data.test, size)
    outside = [text for text, _ in sample([(text, "") for text in data.outside], size)]
    name = f"scores-{hashlib.sha256(json.dumps([test, outside]).encode()).hexdigest()[:12]}"
    kept = model.kept(name)
    if kept is None:
        kept = _measured(model, data.name, test, outside)
        model.keep(name, kept)
    return kept


def averaged(scores: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Several draws of examples as one: means, and each draw's share.

    All draws are asked the same questions, so the interval is that of one draw's number of them.
    """
    count = round(mean(one["right"]["count"] for one in scores))
    total = scores[0]["right"]["total"]
    areas = [one["auroc"] for one in scores if one["auroc"] is not None]
    return {
        "right": share(count, total),
        "auroc": round(mean(areas), 4) if areas else None,
        "draws": [one["right"]["share"] for one in scores],
        "training_seconds": round(mean(one["training_seconds"] for one in scores), 1),
    }


def _measured(model: Trained, name: str, test: list[tuple[str, str]], outside: list[str]) -> dict[str, Any]:
    with rasa_server(model) as server:
        inside = list(understood(server.url, [text for text, _ in test], f"{name}: test questions"))
        others = list(understood(server.url, outside, f"{name}: questions of no intent")) if outside else []
    right = sum(answer.intent == intent for answer, (_, intent) in zip(inside, test, strict=True))
    confidences = [answer.confidence for answer in inside], [answer.confidence for answer in others]
    return {
        "right": share(right, len(test)),
        "auroc": round(auroc(*confidences), 4) if outside else None,
        "outside": len(outside),
        "training_seconds": model.seconds,
    }


def _named(parsed: dict[str, Any], fallback: bool) -> Understood:
    ranking = [parsed["intent"]] if fallback else parsed["intent_ranking"]
    best = next((one for one in ranking if fallback or one["name"] != FALLBACK), None)
    return Understood(best["name"], float(best["confidence"])) if best else Understood(None, 0.0)
