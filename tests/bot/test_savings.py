"""What bot.savings remembers is what Rasa works out."""

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.utils.common import all_subclasses

import bot.savings
from tests.bot.world import World

ACTION = RemoteAction("action_track_order", None)


def test_every_event_is_found_by_its_name() -> None:
    for kind in all_subclasses(Event):
        first = next(other for other in all_subclasses(Event) if other.type_name == kind.type_name)
        assert Event.resolve_by_type(kind.type_name) is first
    with pytest.raises(ValueError, match="Unknown event name 'news'"):
        Event.resolve_by_type("news")


def test_an_empty_domain_is_told_from_one_with_something_in_it() -> None:
    empty, full = Domain.empty(), Domain.from_dict({"intents": ["greet"]})
    assert [empty.is_empty(), full.is_empty(), empty.is_empty(), full.is_empty()] == [True, False, True, False]


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"events": [], "responses": []},
        {"events": [{"event": "slot", "name": "topic", "value": [1, None]}], "responses": [{"text": "Hi", "x": 1}]},
    ],
)
def test_a_good_answer_of_an_action_passes(result: Any) -> None:
    assert ACTION._validate_action_result(result)


@pytest.mark.parametrize("result", [None, [], {"events": {}}, {"responses": ["Hi"]}, {"events": [{"name": "topic"}]}])
def test_a_bad_one_is_refused_in_rasas_words(result: Any) -> None:
    with pytest.raises(ValidationError) as remembered:
        ACTION._validate_action_result(result)
    with pytest.raises(ValidationError) as original:
        bot.savings._explained(ACTION, result)
    assert remembered.value.message == original.value.message


def test_a_bad_one_fails_the_turn(world: World) -> None:
    world.act = lambda body: {"events": [{"name": "topic"}], "responses": []}
    assert world.ask("say_track_order").status_code == 500
