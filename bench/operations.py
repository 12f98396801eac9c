"""What customers do with their orders, turn by turn in one conversation at a time: on the demo shop, and on a shop of
100,000 orders that holds it. The goal: 95 % are answered within 250 ms."""

import re
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench import hot, large, plans
from bench.product import Product
from bench.replies import Chat, spread
from shop import identity
from shop.ground import clock
from shop.ground.db import Database
from shop.ground.errors import Refusal
from shop.ground.settings import Settings
from shop.identity import Proof
from shop.models import DELIVERED, PENDING, Order
from shop.operations import payment
from shop.orders import Line, find

GOAL_MS = 250
RETURNABLE = timedelta(days=25)  # within every tier's window
WARM_UP = 2  # conversations before those that count
MOST_QUESTIONS = 4  # between a wish and its plan
_TABLE = re.compile(r"(SEARCH|SCAN) (?!anon|CONSTANT|\d)\w")  # no step within a statement
Times = dict[str, list[float]]


def measure(folder: Path, models: Path, conversations: int) -> dict[str, Any]:
    """One product after the other, each alone on the machine."""
    with Product(folder / "demo", peer=False, models=models) as product:
        figures = {"demo": _talks(product, conversations)}
        product.run("shop", "export", str(folder / "shop"))
    large.write(folder / "shop", folder / "large_shop")
    with Product(folder / "large", peer=False, models=models, shop=folder / "large_shop") as product:
        figures["large"] = _talks(product, conversations) | {"import_s": product.started["import_s"]}
    return figures | {"hot": _explained(product.settings)}


def table(figures: dict[str, Any]) -> str:
    demo_, large_ = figures["demo"], figures["large"]
    rows = [f"{'operation turns, ms':28} {'demo shop':>17} {'100,000 orders':>17}"]
    rows.append(f"{'':28} {'p50':>8} {'p95':>8} {'p50':>8} {'p95':>8} {'turns':>7}")
    for name in demo_["turns"]:
        one, other = demo_["turns"][name], large_["turns"][name]
        cells = (one["p50_ms"], one["p95_ms"], other["p50_ms"], other["p95_ms"])
        rows.append(f"{name:28} {' '.join(f'{ms:8.1f}' for ms in cells)} {one['turns']:7}")
    within = " and ".join("yes" if one["turns"]["all"]["p95_ms"] <= GOAL_MS else "NO" for one in (demo_, large_))
    rows.append(f"{'CPU of a turn, all processes':28} {demo_['cpu_ms']:8.1f} {large_['cpu_ms']:17.1f}")
    rows.append(f"95 % within {GOAL_MS} ms: {within}. Import of the large shop: {large_['import_s']:.0f} s")
    hot_ = figures["hot"]
    rows += ["", f"what a turn asks of the shop of {hot_['orders']:,} orders: statements, CPU ms"]
    rows += [f"{name:28} {one['statements']:8} {one['ms']:8.1f}" for name, one in hot_["turns"].items()]
    rows += ["", "how SQLite answers them:", *(f"  {step}" for step in hot_["steps"])]
    rows += [f"tables that grow with the shop and are gone through: {', '.join(hot_['scans']) or 'none'}"]
    return "\n".join(rows)


@dataclass(frozen=True)
class Guest:
    """A customer with an order to cancel, or one to send something of back."""

    customer: str
    order: str
    line: Line


def _talks(product: Product, conversations: int) -> dict[str, Any]:
    database = Database(product.settings.database_url)
    try:
        with database.transaction() as session:
            pending, done = guests(session, PENDING), guests(session, DELIVERED)
        times: Times = defaultdict(list)
        cpu_ms = 0.0
        for number in range(WARM_UP + conversations):
            if number == WARM_UP:
                times.clear()
                cpu_ms = product.cpu_ms()
            for play, who in ((_cancels, pending[number]), (_sends_back, done[number % len(done)])):
                with Chat(product.url, who.customer) as chat:
                    play(Talk(chat, times), who)
        every = [ms for some in times.values() for ms in some]
        cpu_ms = (product.cpu_ms() - cpu_ms) / len(every)
    finally:
        database.close()
    return {"turns": {name: spread(some) for name, some in times.items()} | {"all": spread(every)}, "cpu_ms": cpu_ms}


def guests(session: Session, status: str) -> list[Guest]:
    """The demo shop's customers with such an order, each once."""
    query = select(Order.customer_id, func.max(Order.id)).where(Order.status == status)
    if status == DELIVERED:
        query = query.where(Order.delivered_at > clock.now() - RETURNABLE)
    own = query.where(Order.customer_id.not_like("%\\_%\\_%\\_%", escape="\\"))  # copies have a number behind their id
    rows = session.execute(own.group_by(Order.customer_id).order_by(Order.customer_id))
    found = [(customer, find(session, customer, order)) for customer, order in rows]
    return [Guest(customer, order.id, order.lines[0]) for customer, order in found if order]


class Talk:
    """A conversation whose turns are timed by their names. `expects`: a word that the answer must hold."""

    def __init__(self, chat: Chat, times: Times) -> None:
        self.chat, self.times = chat, times
        self.options: dict[str, str] = {}

    def say(self, name: str, text: str, expects: str = "") -> None:
        self._turn(name, expects, text=text)

    def tap(self, name: str, label: str, expects: str = "") -> None:
        self._turn(name, expects, option=next(one for told, one in self.options.items() if label in told.lower()))

    def until_yes(self, name: str) -> None:
        """Questions on the way to the plan: nothing else, and otherwise the first option."""
        for _ in range(MOST_QUESTIONS):
            if any("yes" in label.lower() for label in self.options):
                return
            if "anything else" in self.whole:
                self.say(name, "no, that's all")
            else:
                self.tap(name, next(iter(self.options)).lower())
        raise SystemExit(f"no plan came: {self.whole}")

    def _turn(self, name: str, expects: str, **what: str) -> None:
        ms, seq = self.chat.send(**what)
        self.times[name].append(ms)
        said = self.chat.said(seq)
        self.whole = "\n".join(one["text"] for one in said)
        self.options = {option["label"]: option["id"] for option in said[-1]["options"]}
        if expects.lower() not in self.whole.lower():
            raise SystemExit(f"{what} was answered without {expects!r}: {self.whole}")


def _cancels(talk: Talk, who: Guest) -> None:
    talk.say("where is it", f"where is my order {who.order}", who.order)
    talk.say("list of orders", "show me all my orders", who.order)
    talk.say("details", f"what's in order {who.order}", who.line.name)
    talk.say("payment methods", "which payment methods do you have for me")
    talk.say("a product", f"how much is the {who.line.name}")
    talk.say("price difference", f"how much more would another {who.line.name} be in order {who.order}")
    talk.say("address: plan", f"send order {who.order} to 9 Elm Street, Boston, MA 02135 instead", "9 Elm Street")
    talk.tap("address: yes", "yes", "receipt")
    talk.say("cancel: why", f"cancel order {who.order}")
    talk.tap("cancel: plan", "no longer", who.order)
    talk.say("cancel: no", "no")
    talk.say("cancel: plan", f"cancel order {who.order}, I ordered it by mistake", who.order)
    talk.tap("cancel: yes", "yes", "receipt")
    talk.say("my requests", "show my requests", who.order)
    talk.say("refund status", "where is my refund", who.order)


def _sends_back(talk: Talk, who: Guest) -> None:
    talk.say("where is it", f"where is my order {who.order}", who.order)
    talk.say("return: wish", f"I want to return the {who.line.name} from order {who.order}", who.line.name)
    talk.until_yes("return: question")
    talk.say("return: no", "no")
    talk.say("goes with it", f"what goes well with the {who.line.name}")


def _explained(settings: Settings) -> dict[str, Any]:
    """What the calls of a turn cost in the large shop, and how SQLite answers their statements. Nothing of it stays."""
    found: dict[str, Any] = {"turns": {}, "steps": [], "scans": []}
    database = Database(settings.database_url)
    try:
        with database.engine.connect() as connection, Session(connection) as session:
            found["orders"] = session.scalar(select(func.count()).select_from(Order))
            turn = _turn(session)
            hot.is_worth(turn)  # the one pass in some minutes
            for does in hot.TURNS:
                found["turns"][does.__name__] = _one(turn, does, found)
            connection.rollback()
    finally:
        database.close()
    return found


def _one(turn: hot.Turn, does: Callable[[hot.Turn], None], found: dict[str, Any]) -> dict[str, float]:
    for again in (False, True):  # the second time counts
        within = turn.session.begin_nested()
        began = time.process_time()  # CPU: it is the same on a busy machine
        with plans.recorded(turn.session) as statements:
            does(turn)
        ms = (time.process_time() - began) * 1000
        if again:
            steps = dict.fromkeys(step for one in statements.values() for step in plans.steps(turn.session, one))
            found["steps"] += [one for one in steps if _TABLE.match(one) and one not in found["steps"]]
            found["scans"] += [step for one in statements.values() for step in plans.scans(turn.session, one)]
        within.rollback()
    return {"statements": len(statements), "ms": ms}


def _turn(session: Session) -> hot.Turn:
    """A customer with an order that can be paid otherwise and one that may go back, and a conversation of theirs."""
    pending = {one.customer: one for one in guests(session, PENDING) if _paid_otherwise(session, one)}
    done = next(one for one in guests(session, DELIVERED) if one.customer in pending)
    who = identity.prove(session, "bench", done.customer, Proof.SIGNED, "bench", clock.now())
    return hot.Turn(session, who, pending[done.customer].order, done.order, clock.now())


def _paid_otherwise(session: Session, who: Guest) -> bool:
    try:
        return bool(payment.methods(session, who.customer, who.order))
    except Refusal:
        return False
