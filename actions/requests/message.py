"""A customer's message as a request hears it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from actions import meanings
from actions.turn import Turn
from shop.picking.mentions import Mention


@dataclass(frozen=True)
class Message:
    """What the customer wrote or tapped. A tap has no text that counts, and its mentions are certain."""

    intent: str = ""
    text: str = ""
    mentions: tuple[Mention, ...] = ()
    tapped: bool = False

    def all(self, *entities: str) -> list[Mention]:
        return [mention for mention in self.mentions if mention.entity in entities]

    def value(self, entity: str) -> str | None:
        """The first value of this entity."""
        found = self.all(entity)
        return str(found[0].value) if found else None

    def without(self, entities: Iterable[str]) -> "Message":
        taken = frozenset(entities)
        return replace(self, mentions=tuple(m for m in self.mentions if m.entity not in taken))


def of(turn: Turn) -> Message:
    """The message of this turn. What was not understood may be a question that its words tell."""
    intent = (turn.intent == "nlu_fallback" and meanings.told_by_words(turn)) or turn.intent
    return Message(intent, "" if turn.tapped else turn.text, turn.mentions, turn.tapped)


def turn_of(message: Message, turn: Turn) -> Turn:
    """A message of before, as if it were this turn's."""
    entities = [{"entity": m.entity, "value": m.value, "start": m.start, "end": m.end} for m in message.mentions]
    latest = {"intent": {"name": message.intent}, "entities": entities, "text": message.text}
    return turn.hearing({**latest, "metadata": turn.tracker.latest_message["metadata"]})
