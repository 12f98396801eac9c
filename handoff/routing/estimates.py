"""How long it will take: a range that holds for about 80 of 100 customers, learned from the waits that ended.

A place in line costs the lane's usual time between two takes; how far real waits lie from that is learned too, apart for
the front and the back of the line. What is told is widened beyond that by how often what was told before was wrong: each
wait beyond its range widens the next ones a little, each within it narrows them (adaptive conformal inference), so that
the share that holds comes back to 80 % whatever the traffic does.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from handoff import wording
from handoff.models import Conversation, Lane, Wait
from handoff.routing import policy
from shop.ground import clock

OWN = "own"  # the lane of everybody who waits for their representative or deputy
STEP_S = 90.0  # until anything is known
OUTSIDE = 0.1  # share of waits that may end below the range, and as many above
RECENT = 20  # takes over which the pace is averaged
SLOW = 0.01  # by how much a settled spread moves at a time: faster ones chase what one busy hour has in common
WIDEN = 0.02  # by how much one that was wrong widens what is told next, as a share of it
WIDER = {"low": 0.0, "high": 0.15}  # before anything is known: shops have a busy hour sooner than an idle one
WIDEST = 1.0  # the factor e
LAG = timedelta(seconds=10)  # what ended a moment ago may not be committed everywhere
AT_ONCE = 500
# What is told is rounded outwards to these seconds: nobody plans by 97 seconds.
GRID = (15, 30, 45, 60, *range(120, 601, 60), 900, 1200, 1500, *range(1800, 7200, 900), *range(7200, 86_401, 3600))
# From which place on a spread of its own is learned, and what it is before: the quantiles of so many exponential times.
SPREADS = {
    1: (0.1, 2.3), 2: (0.35, 1.9), 4: (0.5, 1.6), 8: (0.6, 1.5),
    16: (0.65, 1.5), 32: (0.65, 1.5), 64: (0.65, 1.5), 128: (0.65, 1.5),
}  # fmt: skip


@dataclass(frozen=True)
class Range:
    """Seconds from now. `low_s` is 0 where it can be at once."""

    low_s: int
    high_s: int

    @property
    def words(self) -> str:
        """ "2 to 5 minutes", "under a minute": as people say it."""
        unit = "seconds" if self.high_s < 60 else "minutes" if self.high_s < 7200 else "hours"
        size = _SIZES[unit]
        if self.low_s == 0:
            return wording.say("range_under", high=_so_many(self.high_s, unit))
        low = str(self.low_s // size) if self.low_s % size == 0 else _so_many(self.low_s, _unit(self.low_s))
        return wording.say("range_between", low=low, high=_so_many(self.high_s, unit))


@dataclass
class Pace:
    """What is known of a lane: seconds a place, the spread by place as [low factor, high factor, waits seen], and by how
    much (its logarithm) what is told goes beyond that at either end."""

    step_s: float = STEP_S
    takes: int = 0
    usual_s: float = STEP_S
    answered: int = 0
    spread: dict[str, list[float]] = field(default_factory=dict)
    wider: dict[str, float] = field(default_factory=WIDER.copy)

    def middle(self, place: int) -> float:
        """Seconds to go from this place, before it is asked how far off that usually is."""
        return self.step_s * place

    def ahead(self, place: int) -> Range:
        """The range for somebody at this place."""
        low, high, _ = self._spread(place)
        return _range(self.middle(place), low * exp(-self.wider["low"]), high * exp(self.wider["high"]))

    def took(self, step_s: float) -> None:
        """Somebody was taken out of the line, so long after the one before."""
        self.takes += 1
        share = 1 / min(self.takes + 2, RECENT)  # what is presumed at first counts as two takes
        self.step_s += share * (max(step_s, 1.0) - self.step_s)

    def answers(self, waited_s: float) -> None:
        """Somebody was answered, after standing in line or at once."""
        self.answered += 1
        rate = max(0.05, 1 / (1 + self.answered) ** 0.5)
        self.usual_s = max(1.0, self.usual_s * exp(rate * ((waited_s > self.usual_s) - 2 * OUTSIDE)))

    def ended(self, place: int, middle: float, waited_s: float, told: Range) -> None:
        """Would today's spread have been right? Asking that, and not only what was told long ago, keeps a long queue from
        overdoing it. Where it can be at once nothing is below the range, and twice as many may be above."""
        spread = self._spread(place)
        now = _range(middle, spread[0], spread[1])
        rate = max(SLOW, 0.5 / (1 + spread[2]) ** 0.5)
        low, high = spread[0], spread[1] * exp(rate * ((waited_s > now.high_s) - _may_be_above(now)))
        if now.low_s or low * middle < 2 * GRID[0]:
            low *= exp(rate * (OUTSIDE - (waited_s < now.low_s)))
        spread[:] = [min(max(low, 0.02), 1.5, 0.9 * high), min(max(high, 0.2), 12.0), spread[2] + 1]
        self._was_told(told, waited_s)

    def _was_told(self, told: Range, waited_s: float) -> None:
        self._widen("high", (waited_s > told.high_s) - _may_be_above(told))
        if told.low_s:
            self._widen("low", (waited_s < told.low_s) - OUTSIDE)

    def _widen(self, end: str, too_often: float) -> None:
        self.wider[end] = min(max(self.wider[end] + WIDEN * too_often, -WIDEST / 2), WIDEST)

    def _spread(self, place: int) -> list[float]:
        first = max(start for start in SPREADS if start <= max(place, 1))
        return self.spread.setdefault(str(first), [*SPREADS[first], 0])


def _range(middle: float, low: float, high: float) -> Range:
    low_s = max((s for s in GRID if s <= middle * low), default=0)
    return Range(low_s, min((s for s in GRID if s >= middle * high and s > low_s), default=2 * GRID[-1]))


def _may_be_above(told: Range) -> float:
    return OUTSIDE if told.low_s else 2 * OUTSIDE


def lane_of(conversation: Conversation) -> str:
    """In which lane it waits."""
    return OWN if conversation.wants_id else str(conversation.queue)


def pace(session: Session, lane: str) -> Pace:
    """What is known of a lane now."""
    row = session.get(Lane, lane)
    return _pace(row) if row else Pace()


def ahead(session: Session, conversation: Conversation, place: int) -> Range:
    """How long somebody who stands there will still wait."""
    return pace(session, lane_of(conversation)).ahead(place)


def usual(session: Session, queue: str) -> Range | None:
    """Within which time a team usually answers; None before it has answered anybody."""
    known = pace(session, queue)
    if not known.answered:
        return None
    return Range(0, min((s for s in GRID if s >= known.usual_s), default=GRID[-1]))


def learn(session: Session) -> None:
    """A round over the waits that ended since the last one. One worker at a time; who finds another at it has nothing to do."""
    _present(session, OWN)
    token = select(Lane).where(Lane.name == OWN).with_for_update(skip_locked=True)
    own = session.scalar(token.execution_options(populate_existing=True))
    if own is None:
        return
    paces = {OWN: _pace(own)}
    for queue in policy.current().queues:
        _learn(session, queue, paces)
    _keep(own, paces[OWN])


def _learn(session: Session, queue: str, paces: dict[str, Pace]) -> None:
    since = session.scalar(select(Lane.learned_until).where(Lane.name == queue))
    waits = session.scalars(
        select(Wait)
        .where(Wait.queue == queue, Wait.ended_at <= clock.now() - LAG)
        .where(Wait.ended_at > since if since else Wait.ended_at.is_not(None))
        .order_by(Wait.ended_at, Wait.id)
        .limit(AT_ONCE)
    ).all()
    if not waits:
        return
    _present(session, queue)
    row = session.get_one(Lane, queue)
    paces[queue] = _pace(row)
    for wait in waits:
        if wait.outcome == "held":
            _one(row, wait, paces)
    row.learned_until = waits[-1].ended_at or row.learned_until
    _keep(row, paces[queue])


def _one(row: Lane, wait: Wait, paces: dict[str, Pace]) -> None:
    ended_at = wait.ended_at or wait.began_at
    waited_s = (ended_at - wait.began_at).total_seconds()
    if wait.promised_at is None or wait.lane:  # who came while it was closed waited for the opening
        paces[row.name].answers(waited_s)
    if wait.lane not in paces or wait.position is None or wait.middle_s is None or wait.told_high_s is None:
        return
    if wait.lane == row.name:
        before = max(row.last_take_at or wait.began_at, wait.began_at)
        row.last_take_at = ended_at
        waited_for_one = (ended_at - before).total_seconds()
    else:
        waited_for_one = waited_s / wait.position
    paces[wait.lane].took(waited_for_one)
    paces[wait.lane].ended(wait.position, wait.middle_s, waited_s, Range(wait.told_low_s or 0, wait.told_high_s))


def _present(session: Session, name: str) -> None:
    """See to it that there is a row, whoever else does so at this moment."""
    if session.get(Lane, name) is None:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        fresh = {"name": name, "step_s": STEP_S, "usual_s": STEP_S, "takes": 0, "answered": 0, "spread": {}}
        session.execute(insert(Lane).values(**fresh, learned_until=_LONG_AGO).on_conflict_do_nothing())


def _pace(row: Lane) -> Pace:
    spread = {place: list(factors) for place, factors in row.spread.items() if place not in WIDER}
    wider = {end: row.spread.get(end, [first])[0] for end, first in WIDER.items()}
    return Pace(row.step_s, row.takes, row.usual_s, row.answered, spread, wider)


def _keep(row: Lane, known: Pace) -> None:
    row.step_s, row.takes, row.usual_s, row.answered = known.step_s, known.takes, known.usual_s, known.answered
    found = {**known.spread, **{end: [by] for end, by in known.wider.items()}}
    row.spread = {name: [round(number, 4) for number in numbers] for name, numbers in found.items()}


def _unit(seconds: int) -> str:
    return "hours" if seconds % 3600 == 0 else "minutes" if seconds % 60 == 0 else "seconds"


def _so_many(seconds: int, unit: str) -> str:
    number = seconds // _SIZES[unit]
    return wording.say(f"one_{unit}") if number == 1 else wording.say(f"many_{unit}", number=number)


_SIZES = {"seconds": 1, "minutes": 60, "hours": 3600}
_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
