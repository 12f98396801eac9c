"""Questions of fact: quoted from the help pages with their title, asked whether it helped, honest where nothing fits."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from actions import general
from shop.ground.db import Database
from shop.knowledge import articles, files
from shop.knowledge.tables import VoteRow
from tests.actions.calls import Bot, Reply
from tests.shop.knowledge.conftest import DEMO
from tests.shop.small import NOW

SLUGS = ("gift-cards", "return-window", "return-conditions", "return-shipping", "where-we-deliver")
QUESTION = "how long do i have to return something"


@pytest.fixture(scope="module", autouse=True)
def help_pages(shop_db: Database) -> Iterator[None]:
    """Some of the demo's, for this module alone."""
    with shop_db.transaction() as session:
        articles.load(session, [draft for draft in files.read(DEMO) if draft.slug in SLUGS], NOW)
    yield
    with shop_db.transaction() as session:
        articles.load(session, [], NOW)


def asked(bot: Bot, text: str = QUESTION) -> Reply:
    return bot.hear("ask_info", text=text).run("action_answer_question")


def tapped(bot: Bot, reply: Reply, label: str) -> Reply:
    intent, entities = reply.choices[label]
    return bot.hear(intent, entities).run(f"action_{intent}")


def votes(bot: Bot) -> list[tuple[str, int, bool]]:
    with bot.db.transaction() as session:
        rows = session.scalars(select(VoteRow).where(VoteRow.conversation_id == bot.conversation))
        return [(row.slug, row.version, row.helped) for row in rows]


def test_a_passage_is_quoted_with_its_page(bot: Bot) -> None:
    reply = asked(bot)
    assert reply.only["response"] == "utter_article"
    assert reply.only["title"] == "How long you can return something"
    assert "within 30 days after delivery" in reply.only["passage"]
    assert reply.only["custom"]["card"] == {
        "kind": "article",
        "slug": "return-window",
        "category": "Returns",
        "title": "How long you can return something",
    }
    assert list(reply.choices) == ["That helped", "That did not help", "Start a return"]
    assert reply.choices["Start a return"] == ("return_items", {})
    assert reply.slots == {"topic": "help"}


def test_visitors_and_customers_get_the_same(bot: Bot) -> None:
    visitor = asked(bot).only
    bot.customer()
    assert asked(bot).said[0]["passage"] == visitor["passage"]


def test_a_text_message_is_short(bot: Bot) -> None:
    bot.channel = "sms"
    passage = asked(bot, "can gift cards be returned or paid out").only["passage"]
    assert "cannot be returned or paid out in cash" in passage
    assert len(passage) <= 320 and "\n" not in passage


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("do you take things back that were opened", "Start a return"),
        ("how can I exchange something I got back then", "Start an exchange"),
        ("do gift cards expire", None),
    ],
)
def test_the_rules_of_sending_back_lead_to_it(bot: Bot, text: str, offered: str | None) -> None:
    assert list(asked(bot, text).choices)[2:] == ([offered] if offered else [])


def test_nothing_fits_is_said_so(bot: Bot) -> None:
    reply = asked(bot, "what is the capital of australia")
    assert reply.only["response"] == "utter_ask_info"
    assert reply.choices["Talk to a person"] == ("ask_person", {})


def test_that_it_helped_is_kept_once(bot: Bot) -> None:
    answer = asked(bot)
    assert tapped(bot, answer, "That helped").only["response"] == "utter_article_helped"
    bot.run("action_article_helped")
    assert votes(bot) == [("return-window", 1, True)]


@pytest.mark.parametrize(
    ("intent", "text", "helped"),
    [("affirm", "yes", True), ("thank", "that helped, thanks", True), ("deny", "not really", False)],
)
def test_whether_it_helped_may_be_said_in_words(bot: Bot, intent: str, text: str, helped: bool) -> None:
    first = asked(bot)
    reply = bot.hear(intent, text=text).run(f"action_{intent}")
    assert votes(bot) == [("return-window", 1, helped)]
    if helped:
        assert reply.only["response"] == "utter_article_helped"
    else:
        assert reply.only["response"] == "utter_article_other" and reply.only["title"] != first.only["title"]
        assert bot.hear("deny", text="no").run("action_deny").only["response"] == "utter_article_not_helped"
        assert [vote for _, _, vote in votes(bot)] == [False, False]


def test_a_yes_to_nothing_is_no_vote(bot: Bot) -> None:
    asked(bot)
    bot.hear("ask_bot", text="are you a bot")
    assert bot.hear("affirm", text="yes").run("action_affirm").only["response"] == "utter_affirm"
    assert votes(bot) == []


def test_if_not_the_second_best_comes_and_then_a_person(bot: Bot) -> None:
    first = asked(bot)
    second = tapped(bot, first, "That did not help")
    assert second.only["response"] == "utter_article_other"
    assert second.only["custom"]["card"]["slug"] in SLUGS and second.only["title"] != first.only["title"]
    last = tapped(bot, second, "That did not help")
    assert last.only["response"] == "utter_article_not_helped"
    assert ("ask_person", {}) in last.choices.values()
    assert [helped for _, _, helped in votes(bot)] == [False, False]
    assert {slug for slug, _, _ in votes(bot)} == {"return-window", second.only["custom"]["card"]["slug"]}


def test_without_a_second_a_person_is_offered_at_once(bot: Bot) -> None:
    reply = tapped(bot, asked(bot, "do you ship to alaska and hawaii"), "That did not help")
    assert reply.only["response"] == "utter_article_not_helped"


def test_in_the_middle_of_a_request_it_is_answered_and_the_request_goes_on(bot: Bot) -> None:
    order = bot.order(bot.customer(), 1)
    bot.says("cancel_order", {"order_id": order})
    for channel in ("web", "sms"):
        bot.channel = channel
        answer = asked(bot)
        assert answer.last["response"] == "utter_article_short"
        assert answer.choices == {}, "the options that count are those of the open question"
        assert bot.form().last["response"].startswith("utter_ask_cancel_reason")


def test_a_vote_in_the_middle_of_a_request_leaves_it_open(bot: Bot) -> None:
    order = bot.order(bot.customer(), 1)
    answer = asked(bot)
    bot.says("cancel_order", {"order_id": order})
    intent, entities = answer.choices["That did not help"]
    declined = bot.hear(intent, entities).run("validate_request_form")
    assert (declined.said, declined.slots) == ([], {})
    assert bot.run(f"action_{intent}").only["response"] == "utter_article_other"
    assert bot.form().responses == ["utter_ask_cancel_reason"]
    assert bot.says("inform", {"cancel_reason": "no longer needed"}).last["response"] == "utter_cancel_plan"


def unclear(bot: Bot, text: str, **likely: float) -> Reply:
    """Words that recognition is not sure about."""
    bot.hear("nlu_fallback", text=text)
    ranking = {"nlu_fallback": 0.5, **likely}
    bot.latest["intent_ranking"] = [{"name": name, "confidence": score} for name, score in ranking.items()]
    return bot.run("action_fallback")


def test_what_was_not_understood_but_clearly_stands_in_a_page_is_answered(bot: Bot) -> None:
    assert unclear(bot, QUESTION, ask_info=0.4, return_items=0.3).only["response"] == "utter_article"
    assert unclear(bot, "gift cards expire or what", greet=0.2).last["response"] == "utter_article"
    assert bot.hear("out_of_scope", text="do gift cards expire").run("action_out_of_scope").last["response"] == (
        "utter_article"
    )


def test_a_wish_that_is_likelier_comes_before_the_page(bot: Bot) -> None:
    assert unclear(bot, QUESTION, return_items=0.45, ask_info=0.3).only["response"] == "utter_meant_one"


def test_nothing_is_quoted_where_no_page_clearly_fits(bot: Bot) -> None:
    assert unclear(bot, "what is the capital of australia", ask_info=0.4).only["response"].startswith("utter_fallback")
    reply = bot.hear("out_of_scope", text="tell me about the moon").run("action_out_of_scope")
    assert reply.last["response"].startswith("utter_out_of_scope")


def test_at_the_second_miss_a_page_that_fits_comes_before_a_person(bot: Bot) -> None:
    assert unclear(bot, "what is the capital of australia").only["response"] == "utter_fallback"
    reply = unclear(bot, QUESTION, return_items=0.45)
    assert reply.last["response"] == "utter_article"
    assert ("ask_person", {}) in reply.choices.values()
    assert unclear(bot, "what is the capital of australia").last["response"] in general.PERSON


def test_in_the_middle_of_a_request_an_unclear_question_is_answered_too(bot: Bot) -> None:
    order = bot.order(bot.customer(), 1)
    bot.says("cancel_order", {"order_id": order})
    assert unclear(bot, QUESTION, ask_info=0.4).only["response"] == "utter_article_short"
    assert bot.form().responses == ["utter_ask_cancel_reason"]


def test_a_changed_article_is_quoted_at_once(bot: Bot, shop_db: Database) -> None:
    drafts = [draft for draft in files.read(DEMO) if draft.slug in SLUGS]
    longer = [
        files.Draft(d.slug, d.locale, d.title, d.category, d.body.replace("30 days", "31 days"), d.asked)
        for d in drafts
    ]
    asked(bot)
    with shop_db.transaction() as session:
        articles.load(session, longer, NOW)
    reply = asked(bot)
    assert "31 days" in reply.only["passage"]
    assert reply.choices["That helped"][1] == {"article": "return-window", "version": 2}
