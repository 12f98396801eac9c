"""How the database answers the statements of a bot turn: recorded while they run, then explained with the same values."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

# What grows with the shop and its customers; products and variants are a catalogue, however many orders there are.
GROWS = (
    "bound_customers|challenges|customers|guesses|order_lines|orders|parcel_lines|parcels|payment_methods|payments|plans"
    "|proofs|receipts|tier_pins"
)
SCAN = re.compile(rf"^SCAN ({GROWS})(_\d+)?\b")
Statement = tuple[str, Any]


@contextmanager
def recorded(session: Session) -> Iterator[dict[str, Statement]]:
    """Every statement of the session by its text, with the values it had first."""
    found: dict[str, Statement] = {}

    def record(
        connection: Connection, cursor: object, statement: str, parameters: Any, context: object, many: bool
    ) -> None:
        if statement.lstrip().partition(" ")[0] in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH"):
            found.setdefault(statement, (statement, parameters[0] if isinstance(parameters, list) else parameters))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", record)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", record)


def steps(session: Session, statement: Statement) -> list[str]:
    """The steps of a statement's plan. On PostgreSQL with all other ways made dear, a table that is still read from end
    to end is one for which no index serves: so a small database tells about a large one."""
    connection = session.connection()
    text, values = statement
    if connection.dialect.name == "sqlite":
        return [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {text}", values).scalar()
    told = json.loads(explained) if isinstance(explained, str) else explained
    return list(_nodes(told[0]["Plan"])) if told else []


def scans(session: Session, statement: Statement) -> list[str]:
    """The steps that go through a whole table, or a whole index of it, that grows with the shop."""
    return [step for step in steps(session, statement) if SCAN.match(step)]


def _nodes(plan: dict[str, Any]) -> Iterator[str]:
    """PostgreSQL's plan in SQLite's words."""
    if "Relation Name" in plan and plan["Node Type"] not in ("ModifyTable", "LockRows"):
        condition = plan.get("Index Cond") or plan.get("Recheck Cond") or plan.get("TID Cond")
        index = plan.get("Index Name", "")
        yield f"{'SEARCH' if condition else 'SCAN'} {plan['Relation Name']} {index} ({condition or plan['Node Type']})"
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)
