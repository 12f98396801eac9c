"""Questions of fact, answered from the help articles: a passage is quoted, its page is named, and whether it helped is kept.

What searches is imported when it is first needed, or in the background once the server answers: it loads the encoder.
"""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from actions import guesses, patience
from actions.patience import Patience
from actions.turn import Answer, Option, Said, Turn
from shop import wording
from shop.ground import clock
from shop.ground.db import Database
from shop.knowledge import files, votes
from shop.knowledge.hit import Hit

TOPIC = {"topic": "help"}
HELPED = "utter_article_ask"
SECOND = 3  # articles among which a second answer is looked for
REMEMBERED = 300  # characters of a question that are kept for the second answer
TEXT_MOST = 320  # characters of a passage by text message
# Who asks for these rules may have something to send back: what a question's words lead to, and the words that offer it.
STARTS = (
    (
        re.compile(r"\b(exchang(e|es|ed|ing|eable)|swap(s|ped|ping)?)\b", re.I),
        "exchange_items",
        "article_start_exchange",
    ),
    (
        re.compile(r"\breturn(s|ed|ing|able)?\b|\b(send|sent|take|taken|give|bring)(\W+\w+){0,4}\W+back\b", re.I),
        "return_items",
        "article_start_return",
    ),
)


def answer_question(session: Session, turn: Turn) -> Answer:
    """The best passage; where none fits, that honestly, and a person."""
    return near(session, turn) or Answer([Said("utter_ask_info")], TOPIC)


def near(session: Session, turn: Turn, counted: Patience | None = None) -> Answer | None:
    """The article that answers the message, taken for a question."""
    from shop.knowledge import search

    hits = search.fitting(session, turn.text, 1)
    return _told(turn, hits[0], counted or patience.of(turn)) if hits else None


def clear(session: Session, turn: Turn) -> Answer | None:
    """The article that clearly fits words which were not understood."""
    from shop.knowledge import search

    hit = None if turn.tapped else search.certain(session, turn.text)
    return _told(turn, hit, patience.of(turn)) if hit else None


def helped(session: Session, turn: Turn) -> Answer:
    """The customer says that the article helped."""
    _note(session, turn, True)
    return Answer([Said("utter_article_helped")], TOPIC)


def not_helped(session: Session, turn: Turn) -> Answer:
    """It did not: once the next best article, then a person."""
    from shop.knowledge import search

    _note(session, turn, False)
    question = _about(turn).get("question")
    others = search.fitting(session, question, SECOND) if question else []
    second = next((hit for hit in others if hit.article.slug != _about(turn).get("article")), None)
    if second is None:
        return Answer([Said("utter_article_not_helped")], TOPIC)
    return _asking(turn, "utter_article_other", second, _options(second), patience.of(turn))


async def warm(db: Database) -> None:
    """Load the articles and the encoder, so that the first question waits for neither."""
    await db.read(_index)


def _index(session: Session) -> None:
    from shop.knowledge import search

    search.index(session)


def asked_whether(turn: Turn) -> bool:
    """Whether the message before this one was answered with a page, and with the question whether it helped."""
    guess = guesses.just_asked(patience.of(turn), turn)
    return guess is not None and guess["again"] == HELPED


def _told(turn: Turn, hit: Hit, counted: Patience) -> Answer:
    # In the middle of a request its open question follows, and only the newest options can be chosen from.
    if turn.tracker.active_loop_name:
        return Answer([_said(turn, "utter_article_short", hit, ())], TOPIC)
    return _asking(turn, "utter_article", hit, _options(hit, turn.text), counted, _starts(turn.text))


def _asking(
    turn: Turn, response: str, hit: Hit, options: list[Option], counted: Patience, starts: Sequence[Option] = ()
) -> Answer:
    """The page, and whether it helped: what may be tapped may also be said. `starts`: what the rules were asked for, perhaps."""
    guesses.remember(counted, turn, options, HELPED, yes=True)
    return Answer([_said(turn, response, hit, [*options, *starts])], {**TOPIC, **counted.slot})


def _said(turn: Turn, response: str, hit: Hit, options: Sequence[Option]) -> Said:
    article = hit.article
    passage = _short(hit) if turn.channel == "sms" else "\n\n".join(hit.quote)
    card = {"kind": "article", "slug": article.slug, "title": article.title, "category": article.category}
    return Said(response, {"title": article.title, "passage": passage}, options, card)


def _short(hit: Hit) -> str:
    whole = " ".join(hit.quote)
    return whole if len(whole) <= TEXT_MOST else files.shortened(hit.passage, TEXT_MOST)


def _options(hit: Hit, question: str = "") -> list[Option]:
    """Whether it helped. The question goes with the no, so that a second answer can be looked for."""
    about = {"article": hit.article.slug, "version": hit.article.version}
    asked = {"question": question[:REMEMBERED]} if question else {}
    return [
        Option(wording.say("article_helped"), "article_helped", about),
        Option(wording.say("article_not_helped"), "article_not_helped", about | asked),
    ]


def _starts(question: str) -> list[Option]:
    """What the question leads to, if it is of the rules of sending back: one thing at most."""
    return [Option(wording.say(words), intent) for asked, intent, words in STARTS if asked.search(question)][:1]


def _note(session: Session, turn: Turn, helped: bool) -> None:
    about = _about(turn)
    if about.get("article") and about.get("version"):
        slug, version = str(about["article"]), int(about["version"])
        votes.note(session, slug, version, turn.conversation, turn.message_id, helped, clock.now())


def _about(turn: Turn) -> dict[str, Any]:
    """Which page it is about: what the option says, or for an answer in words what was asked just before."""
    tapped = {name: turn.entity(name) for name in ("article", "version", "question")}
    if tapped["article"] or not asked_whether(turn):
        return tapped
    options = patience.of(turn).asked["options"]
    return dict(options[-1][2])


READS = {"action_answer_question": answer_question}
WRITES = {"action_article_helped": helped, "action_article_not_helped": not_helped}
