"""As what a message was understood: told to the gateway for the people who may take over, cut to size."""

from typing import Any

OTHERS = 2  # that came next
ENTITIES, LONGEST = 8, 60
LEAST = 0.01  # what is less likely is no runner-up

Json = dict[str, Any]


def understood(parsed: Json) -> Json:
    """Of Rasa's record of the message: what it was taken for, how surely, what it might have been, and what it spoke of."""
    taken = parsed["intent"].get("name")
    ranking = [_likely(one) for one in parsed.get("intent_ranking") or [] if one.get("name") != taken]
    found = {(one["entity"], str(one["value"])[:LONGEST]) for one in parsed.get("entities") or []}
    return {
        **_likely(parsed["intent"]),
        "others": [one for one in ranking if one["confidence"] >= LEAST][:OTHERS],
        "entities": [{"entity": entity, "value": value} for entity, value in sorted(found)[:ENTITIES]],
    }


def _likely(one: Json) -> Json:
    return {"intent": one.get("name"), "confidence": round(float(one.get("confidence") or 0.0), 4)}
