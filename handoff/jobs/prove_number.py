"""Job `prove_number`: text a code to a number that a visitor says is theirs. Each attempt sends a new one."""

from typing import Protocol

from handoff.jobs.deliver import STATUS_PATH
from handoff.rules import proving
from handoff.tools.texter import Texter
from shop import codes
from shop.ground.db import Database
from shop.ground.jobs import Claimed
from shop.ground.settings import Settings


class Parts(Protocol):
    """What this job needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def texter(self) -> Texter: ...


async def run(parts: Parts, job: Claimed) -> None:
    """Make the code, store its hash, and hand it over."""
    settings = parts.settings
    step = await parts.db.write(proving.prepare, job, codes.key(settings), settings.shop_name)
    if step is not None:
        status_url = f"{settings.public_url}{STATUS_PATH}?delivery={step.delivery}"
        outcome = await parts.texter.send(step.to, step.body, status_url, step.valid_s)
        await parts.db.write(proving.texted, job, step.delivery, outcome)
