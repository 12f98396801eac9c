"""One turn of the bot: what comes in as words or as a choice goes through Rasa, what is said comes out as one answer.

Rasa logs an exception of an action and goes on without its events; here it ends the turn, and nothing of it is kept.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from rasa.core.actions.action import Action, ActionExecutionRejection
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.nlg import NaturalLanguageGenerator
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.shared.core.events import ActiveLoop
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

import bot.savings  # noqa: F401  # replaces what Rasa works out anew in every turn
from bot.plain_text import NOTHING, plain
from bot.standing import understood

ACTION_S = 7
FALLBACK = "nlu_fallback"
YES = "affirm"
ANSWERS = ("handoff", "challenge")  # these alone are an answer too
RANKING = 5  # likeliest intents kept with a message
PAYLOAD = re.compile(r"^/(\w+)(\{.*\})?$", re.DOTALL)

Json = dict[str, Any]


class TurnFailed(Exception):
    """The turn has no answer that could be trusted; the customer is told so by the gateway."""


@dataclass(frozen=True)
class Turn:
    """What the gateway asks: the words of a customer, or the option they tapped."""

    conversation: str
    message_id: str | int
    channel: str
    text: str
    choice: Json | None = None
    address: str | None = None  # the gateway's name for where it was written from


@dataclass
class Spoken(OutputChannel):  # type: ignore[misc]  # Rasa has no types
    """Collects what the bot says, under the name of the customer's channel, so that responses can differ by channel."""

    channel: str
    parts: list[Json] = field(default_factory=list)
    extras: Json = field(default_factory=dict)

    def name(self) -> str:
        return self.channel

    async def send_response(self, recipient_id: str, message: Json) -> None:
        custom = message.get("custom") or {}
        self.extras |= {key: custom[key] for key in (*ANSWERS, "request") if key in custom}
        part: Json = {"text": message.get("text") or custom.get("text") or ""}
        if message.get("buttons"):
            part["options"] = once([option(button) for button in message["buttons"]])
        if custom.get("card"):
            part["card"] = custom["card"]
        if part["text"]:
            self.parts.append(part)
        elif len(part) > 1:
            raise TurnFailed("a part without text: it is what a text message gets")


def once(options: list[Json]) -> list[Json]:
    """What an action adds may stand under the response already."""
    return [one for place, one in enumerate(options) if one["choice"] not in [o["choice"] for o in options[:place]]]


def option(button: Json) -> Json:
    """A button's payload, `/intent{"entity": value}`, as the choice that it stands for."""
    match = PAYLOAD.match(button["payload"])
    if not match:
        raise TurnFailed(f"a button's payload is no intent: {button['payload']!r}")
    values = json.loads(match[2] or "{}")
    entities = [{"entity": entity, "value": value} for entity, value in values.items()]
    return {"label": button["title"], "choice": {"intent": match[1], "entities": entities}}


class ActionServer(EndpointConfig):  # type: ignore[misc]
    """The action server with a time-out that fits into the turn's; Rasa's own is five minutes."""

    def __init__(self, of: EndpointConfig) -> None:
        self.__dict__.update(of.__dict__)

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        return await super().request(*args, **{**kwargs, "timeout": ACTION_S})


class TurnProcessor(MessageProcessor):  # type: ignore[misc]
    """The loaded processor for one turn: the first exception is raised, not swallowed."""

    action_endpoint: EndpointConfig | None
    tracker_store: TrackerStore

    def __init__(self, of: MessageProcessor) -> None:
        self.__dict__.update(of.__dict__)
        self.on_circuit_break = _too_many_actions
        if self.action_endpoint:
            self.action_endpoint = ActionServer(self.action_endpoint)
        if isinstance(self.tracker_store, FailSafeTrackerStore):
            # The fail-safe store answers a broken database with an empty memory, and a form is lost unnoticed.
            self.tracker_store = self.tracker_store._tracker_store

    async def _handle_message_with_tracker(self, message: UserMessage, tracker: DialogueStateTracker) -> None:
        if tracker.is_active_loop_rejected:
            # Rasa never asks a form again that was left silent after it declined a message (a person took over).
            tracker.update(ActiveLoop(tracker.active_loop_name), self.domain)
        await super()._handle_message_with_tracker(message, tracker)

    async def _run_action(
        self,
        action: Action,
        tracker: DialogueStateTracker,
        output_channel: OutputChannel,
        nlg: NaturalLanguageGenerator,
        prediction: PolicyPrediction,
    ) -> bool:
        watched = Watched(action)
        again = await super()._run_action(watched, tracker, output_channel, nlg, prediction)
        if watched.error:
            raise TurnFailed(f"{action.name()} failed") from watched.error
        return bool(again)


class Watched:
    """An action that remembers its exception. A rejection is none: it is how a form declines a message."""

    def __init__(self, action: Action) -> None:
        self.action = action
        self.error: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.action, name)

    async def run(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return await self.action.run(*args, **kwargs)
        except ActionExecutionRejection:
            raise
        except Exception as error:
            self.error = error
            raise


def _too_many_actions(*_: Any) -> NoReturn:
    raise TurnFailed("the bot went round in circles")


async def take(agent: Agent, turn: Turn) -> Json:
    """The answer to one message. Whatever it raises, the conversation is then as it was before."""
    processor = TurnProcessor(agent.processor)
    spoken = Spoken(turn.channel)
    message = UserMessage(
        text=plain(turn.text),
        output_channel=spoken,
        sender_id=turn.conversation,
        input_channel=turn.channel,
        message_id=turn.message_id,
        metadata={"message_id": turn.message_id, "channel": turn.channel, "address": turn.address},
    )
    async with agent.lock_store.lock(turn.conversation):
        message.parse_data = chosen(turn) if turn.choice else await recognised(processor, message, turn.text)
        await processor.handle_message(message)
    if not spoken.parts and not spoken.extras.keys() & set(ANSWERS):
        raise TurnFailed("the bot said nothing")
    told = understood(message.parse_data)
    return {"message_id": turn.message_id, "parts": spoken.parts, **spoken.extras, "understood": told}


async def recognised(processor: MessageProcessor, message: UserMessage, written: str) -> Json:
    parsed: Json = await processor.parse_message(message)
    parsed["intent_ranking"] = parsed.get("intent_ranking", [])[:RANKING]
    like_a_command = message.text != written
    if message.text == NOTHING or (like_a_command and parsed["intent"].get("name") == YES):
        # A classifier always finds something, and a "yes" found in slashes or in "/affirm" must not confirm a plan.
        parsed["intent"] = {"name": FALLBACK, "confidence": 1.0}
    return parsed


def chosen(turn: Turn) -> Json:
    """A tapped option as Rasa's own record of an understood message: certain, and never read from text."""
    choice = turn.choice or {}
    entities = [{**entity, "extractor": "choice"} for entity in choice.get("entities", [])]
    intent = {"name": choice["intent"], "confidence": 1.0}
    return {"text": plain(turn.text), "intent": intent, "entities": entities, "intent_ranking": [intent]}
