"""What recognition makes of one text, in words."""

from pathlib import Path
from typing import Any

from bot.nlu.trained import Recogniser, quiet, ranking, refused

# The threshold that the classifier bends its scores to; FallbackClassifier's in config.yml.
ANSWER, ASK = 0.5, 0.35
SHOWN = 4


def explain(model: Path, text: str) -> dict[str, Any]:
    """Intent, confidence, runners-up, entities, and why the bot would or would not answer."""
    with quiet():
        (parse,) = Recogniser(model).ask([text])
    ranked = ranking(parse)[:SHOWN]
    return {
        "text": text,
        "intent": ranked[0][0] if ranked else None,
        "confidence": round(ranked[0][1], 3) if ranked else 0.0,
        "runners_up": [{"intent": name, "confidence": round(confidence, 3)} for name, confidence in ranked[1:]],
        "entities": [{key: e[key] for key in ("entity", "value", "start", "end")} for e in parse["entities"]],
        "falls_back": refused(parse),
        "why": why(text, ranked, refused(parse)),
    }


def why(text: str, ranked: list[tuple[str, float]], falls_back: bool) -> str:
    if not text.strip():
        return "There are no words in it."
    if not falls_back:
        return f"{ranked[0][1]:.2f} is at or above the threshold of {ANSWER}: the bot acts on it."
    name, confidence = ranked[0]
    if name == "out_of_scope":
        return "It sounds like nothing that this shop does."
    if confidence >= ASK:
        return f"{confidence:.2f} for {name} is under {ANSWER}, but worth a question: did you mean that?"
    return f"{confidence:.2f} for {name} is far under {ANSWER}: too unlike every example of any intent."
