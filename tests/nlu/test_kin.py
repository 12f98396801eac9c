"""Intents that are one wish in different circumstances: not knowing which of them is no reason to doubt the wish."""

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.model import IntentModel, Settings
from shop.text.encoder import encoder

SAID = {
    "change": ["make the lamp large", "the chair in oak instead", "I want another size"],
    "exchange": ["make the lamp small", "the chair in walnut instead", "I want another color"],
    "pay": ["pay by card", "use my gift card", "charge my account"],
}
KIN = ("change", "exchange")
ASKED = "make the stool large, or in oak"


def learned(*kin: tuple[str, ...]) -> IntentModel:
    texts = [text for said in SAID.values() for text in said]
    labels = np.array([intent for intent, said in SAID.items() for _ in said])
    model = encoder()
    return IntentModel(model, Settings(kin=kin)).fit(texts, labels, model.encode(texts))


@pytest.mark.parametrize("unknown", [False, True])
def test_the_likeliest_of_kin_has_the_probability_of_all(unknown: bool) -> None:
    alone, together = learned(), learned((*KIN, "nowhere") if unknown else KIN)
    before, after = alone.scores([ASKED])[0], together.scores([ASKED])[0]
    change, exchange, pay = (alone.intents.tolist().index(intent) for intent in ("change", "exchange", "pay"))
    best, other = sorted((change, exchange), key=lambda intent: -before[intent])
    chances = alone.probabilities([ASKED], alone.encoder.encode([ASKED]))[0]
    share = (chances[change] + chances[exchange]) / max(chances[change], chances[exchange])
    assert after[best] == pytest.approx(before[best] * np.sqrt(share), rel=1e-3)
    assert after[best] > before[best]
    assert (after[other], after[pay]) == pytest.approx((before[other], before[pay]))


def test_a_group_of_which_one_is_known_changes_nothing() -> None:
    assert learned(("change", "nowhere")).scores([ASKED]) == pytest.approx(learned().scores([ASKED]))


def test_kin_outlives_saving(tmp_path: Path) -> None:
    model = learned(KIN)
    model.save(tmp_path)
    assert IntentModel.load(tmp_path, encoder()).scores([ASKED]) == pytest.approx(model.scores([ASKED]))
