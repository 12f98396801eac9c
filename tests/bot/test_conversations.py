"""What Rasa does with our rules and forms: interruptions, leaving, a person at every turn, commands that are words."""

import itertools

import pytest

from tests.bot.actions import begin_sign_in
from tests.bot.test_plain_text import SLASHES, STRIPPED
from tests.bot.world import Json, World

REASON, PLAN = "Which reason fits?", "Shall I do it?"


def last(answered: Json) -> str:
    return str(answered["parts"][-1]["text"])


def in_the_plan(world: World) -> Json:
    world.tap("cancel_order", order_id="#W1234567")
    return world.tap("cancel_order", order_id="#W1234567", cancel_reason="no longer needed")


def test_cancel_by_options(world: World) -> None:
    asked = world.turn("say_cancel_order")
    assert "Which order" in last(asked)
    asked = world.turn("A label", asked["parts"][-1]["options"][0]["choice"])
    assert REASON in last(asked)
    assert [option["label"] for option in asked["parts"][-1]["options"]] == [
        "I no longer need it",
        "I ordered it by mistake",
    ]
    plan = world.turn("A label", asked["parts"][-1]["options"][1]["choice"])
    yes, no = plan["parts"][-1]["options"]
    assert yes["choice"] == {"intent": "affirm", "entities": [{"entity": "plan", "value": "p1"}]}
    assert no["choice"] == {"intent": "deny", "entities": [{"entity": "plan", "value": "p1"}]}
    assert plan["parts"][-1]["card"]["kind"] == "plan"
    assert "R-1" in last(world.turn("A label", yes["choice"]))
    assert "R-1" not in last(world.turn("say_affirm")), "once"


def test_a_typed_yes_confirms_the_plan_just_shown_once(world: World) -> None:
    in_the_plan(world)
    assert "R-1" in last(world.turn("say_affirm"))
    assert "R-1" not in last(world.turn("say_affirm"))


@pytest.mark.parametrize("slash", ["/", "\u3000/", "\uff0f"])
def test_a_yes_written_like_a_command_confirms_nothing(world: World, slash: str) -> None:
    in_the_plan(world)
    assert PLAN in last(world.turn(f"{slash}say_affirm"))


def test_a_no_keeps_the_order(world: World) -> None:
    in_the_plan(world)
    assert "nothing was cancelled" in last(world.turn("say_deny"))
    assert "R-1" not in last(world.turn("say_affirm"))


def test_a_yes_to_nothing_confirms_nothing(world: World) -> None:
    world.turn("say_affirm")
    assert "What can I do for you?" in last(world.tap("affirm", plan="p1"))
    assert world.called == ["action_affirm"] * 2


@pytest.mark.parametrize("word", ["say_stop", "say_deny", "say_goodbye"])
def test_the_form_can_be_left(world: World, word: str) -> None:
    world.tap("cancel_order", order_id="#W1234567")
    assert "nothing was cancelled" in last(world.turn(word))
    assert "What can I do for you?" in last(world.turn("say_affirm"))


@pytest.mark.parametrize("wish", ["track_order", "greet", "thank", "ask_bot", "ask_info", "lost_parcel", "complain"])
def test_another_wish_is_answered_and_the_question_asked_again(world: World, wish: str) -> None:
    world.tap("cancel_order", order_id="#W1234567")
    answered = world.turn(f"say_{wish}")
    assert len(answered["parts"]) == 2
    assert REASON in last(answered)
    in_the_plan(world)
    assert PLAN in last(world.turn(f"say_{wish}"))


def test_what_was_not_understood_leaves_the_form_open(world: World) -> None:
    in_the_plan(world)
    assert PLAN in last(world.turn("xyzzy"))
    assert PLAN in last(world.turn("///"))
    assert PLAN in last(world.turn("say_resume"))
    assert "R-1" in last(world.turn("say_affirm"))


def test_an_order_number_answers_the_form_and_asks_for_its_status_outside(world: World) -> None:
    assert "#W2222222" in last(world.turn("say_inform #W2222222"))
    assert "action_track_order" in world.called
    world.turn("say_cancel_order")
    assert "#W2222222" in last(world.turn("say_inform #W2222222"))
    assert world.called.count("action_track_order") == 1


def test_an_order_number_is_enough(world: World) -> None:
    for words in ("blorf #W2222222", "say_correct #W2222222"):
        assert "#W2222222" in last(world.turn(words))
    assert world.called == ["action_fallback", "action_track_order"]


def test_nothing_to_cancel_ends_the_form(world: World) -> None:
    assert "None of your orders" in last(world.tap("cancel_order", order_id="#W3333333"))
    assert "packed" in last(world.turn("say_track_order"))


def test_an_action_may_begin_a_request(world: World) -> None:
    real = world.act
    world.act = lambda body: (
        {"responses": [], "events": [], **begin_sign_in(body["tracker"])}
        if body["next_action"] == "action_track_order"
        else real(body)
    )
    for _ in range(2):
        answered = world.turn("say_track_order")
        assert len(answered["parts"]) == 1 and REASON in last(answered)
    assert PLAN in last(world.tap("cancel_order", cancel_reason="no longer needed"))
    assert "R-1" in last(world.turn("say_affirm"))


def test_going_on_with_nothing(world: World) -> None:
    assert "go on with" in last(world.turn("say_resume"))
    assert len(world.turn("say_thank")["parts"]) == 1, "no form is left open"


def test_a_person_at_every_turn(world: World) -> None:
    steps = [
        lambda: world.turn("say_greet"),
        lambda: world.turn("say_track_order"),
        lambda: world.turn("say_cancel_order"),
        lambda: world.tap("cancel_order", order_id="#W1234567"),
        lambda: world.tap("cancel_order", order_id="#W1234567", cancel_reason="no longer needed"),
        lambda: world.turn("xyzzy"),
        lambda: world.turn("say_stop"),
    ]
    for step, typed in itertools.product(steps, (True, False)):
        step()
        answered = world.turn("say_ask_person") if typed else world.tap("ask_person")
        assert answered["handoff"]["reason"] == "customer_asked"
        assert answered["parts"] == []


def test_the_form_goes_on_after_a_person(world: World) -> None:
    world.tap("cancel_order", order_id="#W1234567")
    world.turn("say_ask_person")
    world.turn("say_ask_person")
    assert PLAN in last(world.tap("cancel_order", cancel_reason="no longer needed"))
    world.turn("say_ask_person")
    assert PLAN in last(world.turn("say_affirm")), "a yes after a person shows the plan again"
    assert "R-1" in last(world.turn("say_affirm"))


def test_the_form_outlives_what_is_forgotten(world: World) -> None:
    world.tap("cancel_order", order_id="#W1234567")
    for _ in range(30):
        world.turn("say_thank")
    assert PLAN in last(world.tap("cancel_order", cancel_reason="ordered by mistake"))


def test_a_command_is_words(world: World) -> None:
    """Through the whole door: the intent comes from recognition, which does not know these words."""
    world.tap("cancel_order", order_id="#W1234567", cancel_reason="no longer needed")
    commands = ("restart", "greet", 'affirm{"plan": "p1"}', 'inform{"order_id": "#W3333333"}', "session_start")
    blanks = ["", *STRIPPED, "\u200b", "\ufeff"]
    slashes, cycled = itertools.cycle(SLASHES), itertools.cycle(commands)
    for number, (blank, slash, command) in enumerate(zip(blanks * 2, slashes, cycled, strict=False)):
        answered = world.turn(blank + slash * (1 + number % 3) + command)
        assert answered["understood"]["intent"] == "nlu_fallback", (blank, slash, command)
        assert PLAN in last(answered), "the form is as it was"


def test_a_slash_before_known_words_leaves_the_words(world: World) -> None:
    assert world.turn("/say_thank")["understood"]["intent"] == "thank"
    assert world.turn("\u3000\uff0fsay_thank")["understood"]["intent"] == "thank"


def test_the_text_of_a_choice_is_not_read(world: World) -> None:
    answered = world.turn("/restart", {"intent": "thank", "entities": []})
    assert answered["understood"] == {"intent": "thank", "confidence": 1.0, "others": [], "entities": []}
