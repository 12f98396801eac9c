"""Job `tell_answered`: an agent's answer that nobody read on the website goes to the customer's phone or mailbox."""

from typing import Protocol

from handoff.rules import answered
from shop.ground.db import Database
from shop.ground.jobs import Claimed
from shop.ground.settings import Settings


class Parts(Protocol):
    """What this job needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def settings(self) -> Settings: ...


async def run(parts: Parts, job: Claimed) -> None:
    await parts.db.write(answered.due, job, parts.settings.shop_name, parts.settings.shop_page)
