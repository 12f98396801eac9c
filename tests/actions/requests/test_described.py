"""Items of one product told apart by what they are like, one after the other or at once: each is to be its own."""

import re

import pytest

from shop.models import PENDING
from tests.actions.calls import Bot, Reply
from tests.actions.requests.wares import buy

NAVY, WHITE = ("Linen Shirt", "navy", "M"), ("Linen Shirt", "white", "M")
# What recognition finds; sizes of one letter it leaves to whom the goods are known.
FOUND = re.compile(r"\b(?:(?P<option>navy|white|black)|(?P<product>shirts?)|(?P<item_set>both))\b")


def hear(bot: Bot, intent: str, text: str) -> Reply:
    bot.hear(intent, text=text)
    bot.latest["entities"] = [
        {"entity": found.lastgroup, "value": found[0], "start": found.start(), "end": found.end()}
        for found in FOUND.finditer(text)
    ]
    return bot.form()


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (["the navy one should be black", "the white one in L"], ["black M", "white L"]),
        (["the navy one should be black", "make both size L"], ["black L", "white L"]),
        (["the navy one should be black", "black for the white one too"], ["black M", "black M"]),
        (["the navy one in white and the white one in black"], ["white M", "black M"]),
        (["L for the navy one and black for the white one"], ["navy L", "black M"]),
        (["both in black", "make both size L"], ["black L", "black L"]),
        (["both in black", "the white one in L"], ["black M", "black L"]),
    ],
)
@pytest.mark.parametrize("wish", ["exchange both shirts", "exchange a shirt"])
def test_each_is_to_be_its_own(bot: Bot, wish: str, said: list[str], wanted: list[str]) -> None:
    buy(bot, bot.customer(), [NAVY, WHITE])
    hear(bot, "exchange_items", wish)
    replies = [hear(bot, "inform", text) for text in said]
    if replies[-1].responses == ["utter_ask_exchange_more"]:
        replies.append(hear(bot, "inform", "that's all"))
    assert replies[-1].responses == ["utter_exchange_plan"], replies[-1].responses
    chosen = bot.slots["request"]["current"]["known"]["variants"].values()
    assert [variant.removeprefix("Linen Shirt ") for variant in chosen] == wanted


def test_a_bare_answer_is_for_the_item_that_was_asked_for(bot: Bot) -> None:
    """The white one is also one of those to be exchanged; that is no reason to take it for a description."""
    buy(bot, bot.customer(), [NAVY, WHITE])
    hear(bot, "exchange_items", "exchange both shirts")
    assert hear(bot, "inform", "the white one").last["item"] == "Linen Shirt (white, M)"
    assert hear(bot, "inform", "navy in L").responses == ["utter_exchange_plan"]
    assert list(bot.slots["request"]["current"]["known"]["variants"].values()) == [
        "Linen Shirt white M",
        "Linen Shirt navy L",
    ]


def test_what_the_last_one_should_be_is_said_when_more_is_asked_for(bot: Bot) -> None:
    buy(bot, bot.customer(), [NAVY, ("Stoneware Mug", "blue")])
    hear(bot, "exchange_items", "exchange the shirt")
    noted = hear(bot, "inform", "they need an L")
    assert noted.responses == ["utter_ask_exchange_more"] and "navy, L" in noted.only["items"]
    assert hear(bot, "deny", "no").responses == ["utter_exchange_plan"]


@pytest.mark.parametrize("text", ["actually no, i'll keep everything", "keep them all"])
def test_who_keeps_everything_leaves(bot: Bot, text: str) -> None:
    buy(bot, bot.customer(), [NAVY, ("Stoneware Mug", "blue")])
    bot.says("return_items", text="return something")
    assert bot.says("deny", {"item_set": "all"}, text=text).responses == ["utter_return_dropped"]


def test_exchange_is_another_word_for_a_change_once_the_order_is_known(bot: Bot) -> None:
    buy(bot, bot.customer(), [NAVY, WHITE], status=PENDING)
    hear(bot, "change_items", "change both shirts")
    assert hear(bot, "exchange_items", "make both size L").responses == ["utter_items_plan"]
