"""What a run is asked about as it goes: was the representative free, and does anybody wait whom somebody could serve?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from handoff.models import Conversation
from handoff.routing import books, candidates, policy, presence
from handoff.routing.candidates import Desk
from handoff.simulator.clockwork import Clockwork
from shop.ground import clock

AGAIN = timedelta(seconds=30)
GRACE = timedelta(seconds=1)


@dataclass(frozen=True)
class Dedicated:
    """A customer of a dedicated tier, as things stood when they asked."""

    representative: str | None
    free: bool  # on shift, with a place for them


class Watching:
    """Looks at the same tables as the rules, and decides by itself."""

    def __init__(self, time: Clockwork) -> None:
        self.time = time
        self.dedicated: dict[tuple[str, datetime], Dedicated] = {}  # by conversation and when they asked
        self.left_waiting: dict[str, str] = {}  # conversation -> whom it could have been offered to, beyond its steps
        self._before: tuple[str | None, bool] = (None, False)

    def before(self, session: Session, conversation: Conversation) -> None:
        """Just before somebody asks: who looks after them, and has she a place?"""
        self._before = (None, False)
        if conversation.customer_id is None:
            return
        whose = books.representative(session, conversation.customer_id)
        if whose is not None:
            load = presence.loads(session, [whose.id])[whose.id]
            room = load.units + presence.weight(conversation.channel) <= whose.capacity
            self._before = whose.id, room and presence.is_here(whose, clock.now())

    def asked(self, conversation: Conversation) -> None:
        """They have asked."""
        tier = policy.current().tiers[conversation.tier or ""]
        if tier.dedicated:
            self.dedicated[conversation.id, self.time.now] = Dedicated(*self._before)
            self.time.plan(self.time.now + tier.steps + GRACE, self.look, conversation.id)

    def look(self, session: Session, conversation_id: str) -> None:
        """Beyond the sum of the steps: does somebody wait though somebody could serve them? Looks again while they wait."""
        conversation = session.get_one(Conversation, conversation_id)
        if conversation.state not in ("waiting", "offered"):
            return
        if conversation.state == "waiting" and conversation_id not in self.left_waiting:
            refused, _ = candidates.refused(session, conversation)
            desk = Desk(session)
            if desk.pushed(conversation.queue or ""):
                able = [one for one in desk.people if desk.against(one, conversation, refused) is None]
                if able:
                    self.left_waiting[conversation_id] = able[0]
        self.time.plan(self.time.now + AGAIN, self.look, conversation_id)
