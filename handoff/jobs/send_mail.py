"""Job `send_mail`: hand one mail to the mail server. Payload: `to`, `subject`, `text`."""

from datetime import timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from handoff.tools.mailer import Accepted, Later, Mail, Mailer, Outcome
from shop.ground import clock, jobs
from shop.ground.db import Database

PATIENCE = timedelta(days=2)
BACK_OFF_S, BACK_OFF_MOST_S = 5, 1800


class Parts(Protocol):
    """What this job needs of the wiring."""

    @property
    def db(self) -> Database: ...
    @property
    def mailer(self) -> Mailer: ...


async def run(parts: Parts, job: jobs.Claimed) -> None:
    """Send the mail and settle the job."""
    key = f"job-{job.id}-{int(job.owed_at.timestamp())}"
    mail = Mail(str(job.payload["to"]), str(job.payload["subject"]), str(job.payload["text"]), key)
    await parts.db.write(_settle, job, await parts.mailer.send(mail))


def _settle(session: Session, job: jobs.Claimed, outcome: Outcome) -> None:
    if isinstance(outcome, Accepted):
        jobs.finish(session, job)
    elif isinstance(outcome, Later) and clock.now() - job.owed_at < PATIENCE:
        wait_s = min(BACK_OFF_MOST_S, BACK_OFF_S * 2 ** min(job.attempts - 1, 12))
        jobs.later(session, job, clock.now() + timedelta(seconds=wait_s))
    else:
        jobs.give_up(session, job, outcome.why)
