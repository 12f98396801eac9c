"""As what a message was understood: with what it might have been, cut to size."""

from bot import standing


def test_runners_up_and_what_was_spoken_of_are_told_within_bounds() -> None:
    ranking = [
        {"name": name, "confidence": share}
        for name, share in [("a", 0.61234567), ("b", 0.3), ("c", 0.05), ("d", 0.004)]
    ]
    entities = [{"entity": "product", "value": "x" * 500}, *({"entity": "n", "value": n} for n in range(20))]
    parsed = {"intent": ranking[0], "intent_ranking": ranking, "entities": entities}
    told = standing.understood(parsed)
    assert (told["intent"], told["confidence"]) == ("a", 0.6123)
    assert told["others"] == [{"intent": "b", "confidence": 0.3}, {"intent": "c", "confidence": 0.05}]
    assert len(told["entities"]) == standing.ENTITIES
    assert all(len(one["value"]) <= standing.LONGEST for one in told["entities"])


def test_of_a_message_without_a_ranking_nothing_is_made_up() -> None:
    told = standing.understood({"intent": {"name": "nlu_fallback", "confidence": None}})
    assert told == {"intent": "nlu_fallback", "confidence": 0.0, "others": [], "entities": []}
