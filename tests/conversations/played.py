"""Plays a conversation for a test, and keeps what was said and what the database held before and after."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, exists, select
from sqlalchemy.orm import Session

from handoff.entry.chat.lines import Line, NoAnswer, Outbox, Phone, Web, identity
from handoff.entry.chat.replay import Unmet, play
from handoff.entry.chat.script import Channel, Script
from handoff.models import Address
from shop.ground.jobs import Job
from tests.conversations import given, state
from tests.system.product import Product

Case = tuple[Path, Channel]


@dataclass
class Played:
    """A conversation that came to its end, or to the turn that was not as expected."""

    script: Script
    before: state.State
    after: state.State = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    wrong: str = ""

    @property
    def transcript(self) -> str:
        return "\n".join(self.told)


class Player:
    """Plays against the running product."""

    def __init__(self, product: Product, engine: Engine) -> None:
        self.product, self.engine = product, engine

    def play(self, file: Path, channel: Channel) -> Played:
        script = given.script(file, channel)
        person = script.person or ""
        played = Played(script, state.of(self.engine, person))
        line, outbox = self.line(script, channel), self.outbox(script, channel)
        try:
            for exchange in play(script, channel, line, outbox):
                played.told += [f"> {exchange.did}", *exchange.answer.texts, f"  {list(exchange.answer.labels)}"]
        except (Unmet, NoAnswer) as error:
            played.wrong = str(error)
        finally:
            line.close()
            outbox.close()
        played.after = state.of(self.engine, person)
        played.receipts = state.receipts(self.engine, person)
        return played

    def line(self, script: Script, channel: Channel) -> Line:
        if channel == "sms":
            number = script.phone or ""
            return Phone(self.product.twin, number, lambda: self._all_there(number))
        token = identity(self.product.url, script.person or "") if script.who == "customer" else ""
        return Web(self.product.url, token)

    def outbox(self, script: Script, channel: Channel) -> Outbox:
        """A code comes by mail, or to the phone that the customer is not writing from."""
        return Outbox(self.product.twin, script.person or "", script.phone or "" if channel == "web" else "")

    def _all_there(self, number: str) -> bool:
        """Nothing is owed to this phone any more."""
        with Session(self.engine) as session:
            conversation = session.scalar(select(Address.conversation_id).where(Address.value == number))
            lanes = (f"sms:{number}", f"bot:{conversation}")
            owed = exists().where(Job.lane.in_(lanes), Job.failed_at.is_(None), Job.kind.in_(("ask_bot", "deliver")))
            return not session.scalar(select(owed))
