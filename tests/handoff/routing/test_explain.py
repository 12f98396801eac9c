"""Every decision can be read aloud: who was considered, why the others were passed over, by which rule and policy."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import clocks, explain, holding, shifts, stages
from handoff.rules.sessions import Opened
from shop.ground.db import Database
from shop.ground.errors import NotFound
from tests.conftest import Clock
from tests.handoff import world

ROUTING = Path(explain.__file__).parent


def _told(session: Session, conversation_id: str) -> list[str]:
    """The sentences without their times."""
    return [sentence.split(" UTC ", 1)[1] for sentence in explain.sentences(session, conversation_id)]


def test_a_whole_way_is_told(sqlite_db: Database, clock: Clock) -> None:
    with sqlite_db.transaction() as session:
        mia = world.customer(session, "Mia", gold=True)
        world.book(session, mia, world.agent(session, "Dana"))
        asked = world.asks_for_a_person(session, mia)
        world.agent(session, "Busy", capacity=0)
        world.agent(session, "Alice", capacity=4)
        holding.decline(session, world.conversation(session, asked), world.locked(session, "dana"), "at lunch")
        holding.accept(session, world.conversation(session, asked), world.locked(session, "alice"))
        assert _told(session, asked) == [
            "The customer asked for a person. Tier gold, 100 points of priority. Decided by version 1 of the policy.",
            "Offered to Dana: it waits for their representative. Dana had nothing to do.",
            "Dana declined it. The next who can be asked is asked. 30 points of priority were added. "
            'Passed over on the way: the deputy (there is none). "at lunch"',
            "Offered to Alice: of those with room the one who carries least, and among equals who has gone longest "
            "without an offer. Alice had nothing to do. Passed over: Dana (declined it).",
            "Alice accepted it.",
        ]
        texts = [step["text"] for step in explain.decisions(session, asked)]
        assert sum("Decided by version 1 of the policy." in text for text in texts) == 3


def test_a_long_conversation_can_be_read_aloud(sqlite_db: Database, clock: Clock) -> None:
    """Everything that may happen to one, without a code in it."""
    with sqlite_db.transaction() as session:
        visitor = _a_long_conversation(session, clock)
        told = _told(session, visitor.conversation)
        for line in LONG.strip().splitlines():
            assert line in told, "\n".join(told)
        words = explain._words()
        for row in (*world.assignments(session, visitor.conversation), *world.notes(session, visitor.conversation)):
            rule = (row.detail or {}).get("rule")
            assert rule in {None, "nobody", *words["went_by"], *words["offered_by"]}
        plain = " ".join(told).replace("knows about refunds", "")
        assert not re.search(r"[a-z]_[a-z]|[{}]|None|\bheld\b|wrote_again", plain), plain


def _a_long_conversation(session: Session, clock: Clock) -> Opened:
    mia = world.customer(session, "Mia", gold=True, phone="+14155550123")
    world.book(session, mia, world.agent(session, "Dana", deputy=world.agent(session, "Marcus", capacity=0)))
    session.get_one(Agent, world.agent(session, "Pia")).queues = ["payments"]
    visitor = world.visitor(session, mia)

    def later(seconds: float) -> None:
        clock.advance(seconds)
        world.stays(session, "dana", "marcus", "pia", "alice")
        world.run_timers(session)

    def does(agent: str, verb: Callable[..., object], *words: object, **more: object) -> None:
        verb(session, world.conversation(session, visitor.conversation), world.locked(session, agent), *words, **more)

    world.taps(session, visitor, "person")
    does("dana", holding.decline, "at lunch")
    later(61)
    world.taps(session, visitor, "text-me")
    later(400)
    world.agent(session, "Alice")
    later(125)
    later(65)
    does("alice", holding.accept)
    does("alice", holding.reply, "hello", "k1")
    does("alice", holding.pass_on, to="", queue="payments", note="knows about refunds")
    later(310)
    does("alice", holding.pass_on, to="pia", queue="", note="please")
    does("pia", holding.accept)
    does("pia", holding.park, until=None, wait_for="customer", note="needs a photo")
    world.writes(session, visitor, "here it is")
    shifts.choose(session, "pia", "away", conversations="replies")
    world.writes(session, visitor, "and now?")
    does("dana", holding.accept)
    does("dana", holding.hand_back, "question answered")
    world.taps(session, visitor, "person")
    later(20)
    world.taps(session, visitor, "cancel-request")
    world.taps(session, visitor, "person")
    does("dana", holding.accept)
    does("dana", holding.settle, code="solved", tags=["refund"], note="sent on Monday")
    world.writes(session, visitor, "one more thing")
    return visitor


LONG = """
Marcus, the deputy, had no room in time. The next who can be asked is asked. 30 points of priority were added.
The customer asked for a text when it is their turn. The place in line is kept.
The first answer was late. 50 points of priority were added.
Alice let the offer pass.
Alice passed it on to the queue Payments and refunds. It comes back unless it is accepted in time. "knows about refunds"
Nobody accepted it in time. Alice has it again.
Alice passed it on to Pia. It comes back unless it is accepted in time. "please"
Offered to Pia: it was passed on to them. Pia had nothing to do.
Pia set it aside until the customer writes, or 2026-06-22 12:16:01 UTC at the latest. "needs a photo"
The customer wrote while it was set aside. Pia has it again.
The customer wrote, and Pia was away. Somebody is asked for again, at the priority of those who had a person already.
Dana handed back to the assistant: question answered.
The customer asked for a person. Tier gold, 120 points of priority. 20 of them because the same was asked for before.
The customer gave up waiting. They had waited 20 s.
Dana closed it. Reason: Solved. Tags: refund. "sent on Monday"
The customer wrote again after it was closed.
Whom they had is here: they were asked for again. Tier gold, 100 points of priority.
"""


def test_that_nobody_could_take_it_is_told_with_each_one_s_reason(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Full", capacity=0)
        session.get_one(Agent, world.agent(session, "Elsewhere")).queues = ["payments"]
        session.flush()
        asked = world.asks_for_a_person(session)
        [note] = [told for told in _told(session, asked) if told.startswith("Nobody")]
        assert "Full (no room)" in note
        assert "Elsewhere (does not serve the queue)" in note
        [decision] = [one for one in explain.decisions(session, asked) if one["reason"] == "nobody_free"]
        assert decision["detail"]["passed_over"] == {"full": "no_room", "elsewhere": "queue"}


def test_a_crowd_is_counted_and_not_listed(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        for n in range(30):
            world.agent(session, f"A{n}", capacity=0)
        asked = world.asks_for_a_person(session)
        assert "10 more (no room)" in " ".join(_told(session, asked))


def test_what_has_no_sentence_of_its_own_is_told_all_the_same(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session:
        world.agent(session, "Alice")
        asked = world.conversation(session, world.asks_for_a_person(session))
        holding.accept(session, asked, world.locked(session, "alice"))
        holding.hand_back(session, asked, world.locked(session, "alice"), "all_answered")
        assert _told(session, asked.id)[-1] == "Alice handed back to the assistant: all answered."


def test_what_does_not_exist_is_not_found(sqlite_db: Database) -> None:
    with sqlite_db.transaction() as session, pytest.raises(NotFound):
        explain.sentences(session, "nothing")


def test_every_reason_rule_and_code_has_its_words() -> None:
    """Collected from the code: what it can write down."""
    words, found = explain._words(), _Written()
    for path in (*ROUTING.glob("*.py"), *(ROUTING.parent / "rules").glob("*.py")):
        found.visit(ast.parse(path.read_text()))
    assert found.made == {"_offer", "_expired"}  # of a stage; "_breached", of a target, is called with
    breached = {f"{kind}_breached" for kind in (clocks.FIRST, clocks.NEXT, clocks.RESOLUTION)}
    reasons = found.reasons | breached | {f"{stage}_expired" for stage in stages.OWN}
    assert reasons - NOT_TOLD == set(words["happened"])
    of_offers = {*stages.OWN, "transfer", "known", "least_loaded"}
    assert found.rules - of_offers | {"transfer"} == {"nobody", *words["went_by"]}
    assert of_offers == set(words["offered_by"])
    given = "\n".join((ROUTING / name).read_text() for name in ("candidates.py", "books.py", "stages.py"))
    codes = set(re.findall(r'return "([a-z_]+)"(?:$| if)', given, re.M))
    assert codes <= set(words["codes"]), codes - set(words["codes"])
    assert {"away", "offline", "transfers"} <= set(words["codes"])  # as an agent chose


NOT_TOLD = {"nobody_free"}  # told by its rule


class _Written(ast.NodeVisitor):
    """Reasons (`why=`) and rules (`"rule":`) as they stand in the code."""

    def __init__(self) -> None:
        self.reasons, self.rules, self.made = set[str](), set[str](), set[str]()

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func).rpartition(".")[2]
        if called not in ("Book", "assign", "carry_out", "_book"):
            for keyword in node.keywords:
                if keyword.arg == "why":
                    self._reason(keyword.value)
        if called in ("_advance", "_take_from", "_send_back", "_requeue"):
            self._reason(node.args[0])
        if called == "_hold":
            self._reason(node.args[-1])
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name == "_rule":
            returned = [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
            self.rules |= {str(one.value) for one in returned if isinstance(one, ast.Constant)}
        for default in node.args.defaults:
            if node.name == "go" and isinstance(default, ast.Constant):
                self._reason(default)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "rule" and isinstance(value, ast.Constant):
                self.rules.add(str(value.value))
        self.generic_visit(node)

    def _reason(self, node: ast.expr) -> None:
        for one in ast.walk(node):
            if isinstance(one, ast.JoinedStr):
                self.made.add(str(one.values[-1].value))  # type: ignore[attr-defined]
                return
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                self.reasons.add(one.value)
