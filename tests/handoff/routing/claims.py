"""An agent of another process: takes what waits until nothing is left. Run as a module, with a database's address and an
agent's id; prints how many it took."""

import sys
from random import Random

from sqlalchemy.orm import Session

from handoff import states
from handoff.routing import holding, lanes, presence
from shop.ground.db import Database
from shop.ground.errors import Conflict

LOOKED_AT = 50  # so many processes want the same few


def take(session: Session, agent_id: str, luck: Random) -> bool | None:
    """Claim one of the first in line. None: nobody waits; False: another was faster."""
    line = lanes.in_line(session, lambda lane: True)
    first = [conversation_id for _, (_, conversation_id) in zip(range(LOOKED_AT), line, strict=False)]
    if not first:
        return None
    conversation = states.lock(session, luck.choice(first))
    holding.claim(session, conversation, presence.lock_agent(session, agent_id))
    return True


def main(url: str, agent_id: str) -> None:
    database, luck, taken = Database(url), Random(agent_id), 0
    while True:
        try:
            with database.transaction() as session:
                took = take(session, agent_id, luck)
        except Conflict:
            continue
        if took is None:
            break
        taken += 1
    sys.stdout.write(f"{taken}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
