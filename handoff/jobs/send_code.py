"""Job `send_code`: bring a one-time code to a contact on file. Each attempt sends a new one."""

from typing import Protocol

from handoff.jobs.deliver import STATUS_PATH
from handoff.rules import challenges
from handoff.tools.mailer import Mail, Mailer
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
    @property
    def mailer(self) -> Mailer: ...


async def run(parts: Parts, job: Claimed) -> None:
    """Make the code, store its hash, and hand the code over."""
    settings = parts.settings
    step = await parts.db.write(challenges.prepare, job, codes.key(settings), settings.shop_name)
    if isinstance(step, challenges.ToMail):
        posted = await parts.mailer.send(Mail(step.to, step.subject, step.text, step.key))
        await parts.db.write(challenges.mailed, job, posted)
    elif isinstance(step, challenges.ToText):
        status_url = f"{settings.public_url}{STATUS_PATH}?delivery={step.delivery}"
        outcome = await parts.texter.send(step.to, step.body, status_url, step.valid_s)
        await parts.db.write(challenges.texted, job, step.delivery, outcome)
