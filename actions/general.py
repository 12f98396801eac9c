"""What was not understood, and what was understood but is not to be had here."""

import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from actions import guesses, knowledge, meanings, offered, patience, products, tracking
from actions.patience import Patience
from actions.requests import state
from actions.requests.state import PLAN, Request
from actions.turn import Answer, Said, Turn, say
from shop import tone
from shop.picking.mentions import of

FALLBACK = "action_fallback"
# How a yes to a guess may begin that goes on with more than was understood.
IT_IS = re.compile(r"\W*(yes|yeah|yep|yup|it is|that'?s it|right|exactly)\b", re.I)


def fallback(session: Session, turn: Turn) -> Answer:
    """A message without a wish: an answer to what was just offered or guessed, a bare product, a question that a help page
    clearly answers; else a miss."""
    request = _request(turn)
    wish = meanings.told_by_words(turn) or (None if request else meanings.told_by_details(turn))
    answer = (
        (guesses.as_wish(session, turn, wish) if wish else None)
        or offered.answered(session, turn, tracking.OFFERED)
        or _guessed(session, turn)
        or (None if request else guesses.followed(session, turn, patience.of(turn).wish))
    )
    if answer is not None:
        return answer
    if turn.intent == "inform" and of(turn.mentions, "product"):
        return products.info(session, turn)
    page = _clear_page(session, turn)
    if page is not None:
        return page
    if request is not None:
        return _in_a_request(turn, request.asked == PLAN)
    return missed(session, turn)


def goods(session: Session, turn: Turn) -> Answer:
    """A product, as the shop sells it; or, behind a wish, the customer's own: "and what about the lamp?"."""
    asked = None if _request(turn) else patience.of(turn).wish
    further = guesses.again_with_goods(session, turn, turn.customer(session), asked) if asked else None
    return further or products.info(session, turn)


def correct(session: Session, turn: Turn) -> Answer:
    """Something else was meant: another of the orders just offered, or what is yet to be said."""
    return offered.answered(session, turn, tracking.OFFERED) or _guessed(session, turn) or say("utter_correct")


def affirm(session: Session, turn: Turn) -> Answer:
    """A yes to what the bot guessed or asked, or to nothing."""
    if knowledge.asked_whether(turn):
        return knowledge.helped(session, turn)
    counted = patience.of(turn)
    guess = guesses.just_asked(counted, turn)
    return guesses.agreed(session, turn, counted, guess) if guess else say("utter_affirm")


def deny(session: Session, turn: Turn) -> Answer:
    """A no to what the bot guessed or asked, or to nothing."""
    if knowledge.asked_whether(turn):
        return knowledge.not_helped(session, turn)
    counted = patience.of(turn)
    guess = guesses.just_asked(counted, turn)
    if guess is None:
        return say("utter_deny")
    return missed(session, turn) if guess["again"] == WHICH else say("utter_deny_guess")


def missed(session: Session, turn: Turn) -> Answer:
    """A message that was not understood. Each one in a row is answered a level further down."""
    counted = patience.of(turn)
    counted.listen(turn)
    in_a_row = bool(counted.missed_at) and counted.missed_at == offered.before(turn)
    counted.misses = (counted.misses if in_a_row else 0) + 1
    counted.missed, counted.missed_at = counted.missed + 1, turn.message_id
    levels = LEVELS[min(counted.misses, len(LEVELS)) - 1 :]
    answer = next(found for level in levels if (found := level(session, turn, counted)))
    return Answer(answer.said, {**answer.slots, **counted.slot}, then=answer.then)


def outside(session: Session, turn: Turn) -> Answer:
    """A wish that this shop can't fulfil, unless a help page clearly says something to it."""
    page = knowledge.clear(session, turn)
    if page is not None:
        return page
    counted = patience.of(turn)
    if _request(turn) is not None:
        counted.try_again(turn)
    return Answer([Said(_by_turns(OUTSIDE, counted.nth("outside")))], counted.slot)


def _meant(session: Session, turn: Turn, counted: Patience) -> Answer | None:
    """The likeliest meanings; without any, the order that was named, or what is possible at all."""
    options = meanings.likely(turn)
    if options:
        guesses.remember(counted, turn, options, WHICH, yes=len(options) == 1)
        response = _by_turns(MEANT_ONE if len(options) == 1 else MEANT, counted.missed - 1)
        return Answer([Said(response, options=[*options, patience.person()])])
    if of(turn.mentions, "order_id"):
        return tracking.number(session, turn)
    return say(_by_turns(HINT, counted.missed - 1))


def _clear_page(session: Session, turn: Turn) -> Answer | None:
    """A help page that clearly fits, as long as the words were not likelier a wish: "I want my money back" is no question."""
    if turn.intent != "nlu_fallback" or meanings.rather_a_wish(turn):
        return None
    return knowledge.clear(session, turn)


def _page(session: Session, turn: Turn, counted: Patience) -> Answer | None:
    """A help page that fits, now that the likeliest meanings were none."""
    angry = tone.strong(turn.text)
    asked = not (angry or turn.tapped) and turn.intent == "nlu_fallback"
    page = knowledge.near(session, turn, counted) if asked else None
    if page is not None:
        counted.offered = counted.offered or turn.message_id  # by the option under the page
    return page


def _a_person(session: Session, turn: Turn, counted: Patience) -> Answer | None:
    counted.offered = counted.offered or turn.message_id
    return say(_by_turns(PERSON, counted.missed - 1))


def _in_a_request(turn: Turn, at_the_plan: bool) -> Answer:
    """The request asks its question again after this, in other words; from the second time on a person is offered too."""
    counted = patience.of(turn)
    counted.listen(turn)
    counted.missed += 1
    counted.try_again(turn)
    if counted.mood == "stuck" and not counted.offered:
        counted.offered = turn.message_id
        return Answer([Said("utter_person_stuck")], counted.slot)
    response = "utter_miss_plan" if at_the_plan and counted.tries == 1 else _by_turns(MISS, counted.missed - 1)
    return Answer([Said(response)], counted.slot)


def _request(turn: Turn) -> Request | None:
    """The request whose question is open."""
    return state.loaded(turn.slot(state.SLOT)).current if turn.tracker.active_loop_name else None


def _guessed(session: Session, turn: Turn) -> Answer | None:
    counted = patience.of(turn)
    guess = guesses.just_asked(counted, turn)
    if guess is None:
        return None
    yes = IT_IS.match(turn.text) and not turn.tapped and guess["again"] != knowledge.HELPED
    return guesses.picked(session, turn, counted, guess) or (
        guesses.agreed(session, turn, counted, guess) if yes else None
    )


def _by_turns(responses: tuple[str, ...], nth: int) -> str:
    """Never the same words twice in a row."""
    return responses[nth % len(responses)]


WHICH = "utter_meant_which"
MEANT = ("utter_meant", "utter_meant_other")
MEANT_ONE = ("utter_meant_one", "utter_meant_one_other")
HINT = ("utter_fallback", "utter_fallback_other")
PERSON = ("utter_fallback_again", "utter_fallback_person", "utter_fallback_circles", "utter_fallback_team")
MISS = ("utter_miss", "utter_miss_other", "utter_miss_third")
OUTSIDE = ("utter_out_of_scope", "utter_out_of_scope_again")
# What is said to the first, the second, ... message in a row; a level that has nothing to say leaves it to the next.
LEVELS: tuple[Callable[[Session, Turn, Patience], Answer | None], ...] = (_meant, _page, _a_person)
READS = {
    FALLBACK: fallback,
    "action_product_info": goods,
    "action_correct": correct,
    "action_out_of_scope": outside,
}
# A yes or a no may say whether a help page helped.
WRITES = {"action_affirm": affirm, "action_deny": deny}
