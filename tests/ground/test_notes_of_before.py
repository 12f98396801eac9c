"""What agents noted before there were notes stands among them after the migration, in its place."""

from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from handoff.entry import migrate
from handoff.rules import notes
from shop.ground.db import Database
from tests.conftest import development

AT = "2026-06-15 12:0{}:00.000000"
STEPS = [
    # version, to, by, reason, detail, minute
    (2, "held", "agent:alice", "accepted", None, 1),
    (3, "parked", "agent:alice", "parked", '{"note": "Café waits"}', 2),
    (4, "held", "agent:alice", "unparked", None, 3),
    (5, "waiting", "agent:alice", "transfer", '{"note": "Be kind", "to": "ben"}', 4),
    (6, "bot", "agent:alice", "Asked for a new lamp", None, 5),
    (7, "closed", "agent:alice", "closed", '{"code": "solved", "tags": [], "note": "Solved"}', 6),
    (8, "closed", "agent:alice", "closed", None, 7),
    (9, "closed", "customer", "given up", '{"note": "no agent said this"}', 8),
]


def test_they_are_taken_over_in_their_place(tmp_path: Path) -> None:
    settings = development(tmp_path / "var")
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    config = migrate._config(settings)
    made = next(one for one in ScriptDirectory.from_config(config).walk_revisions() if one.doc.startswith("notes,"))
    command.upgrade(config, str(made.down_revision))
    db = Database(settings.database_url)
    with db.engine.begin() as connection:
        _before(connection)
    command.upgrade(config, made.revision)
    with db.transaction() as session:
        shown = notes.of(session, "c1")
        assert [(one["no"], one["after"], one["verb"], one["text"]) for one in shown] == [
            (1, 1, "park", "Café waits"),
            (2, 1, "transfer", "Be kind"),
            (3, 2, "hand-back", "Asked for a new lamp"),
            (4, 2, "close", "Solved"),
        ]
        assert session.execute(text("SELECT words FROM notes WHERE no = 1")).scalar() == " cafe waits "
        assert session.execute(text("SELECT last_note FROM conversations")).scalar() == 4
    db.close()


def _before(connection: Connection) -> None:
    """A conversation as it was written down then: two messages, and what Alice did in between."""
    agent = {"id": "alice", "name": "Alice", "email": "a@shop.example", "password_hash": "-"}
    talk = {"id": "c1", "state": "closed", "version": 9, "channel": "web", "last_seq": 2}
    _insert(connection, "agents", agent)
    _insert(connection, "conversations", talk)
    for seq, minute in ((1, 1), (2, 5)):
        said = {"conversation_id": "c1", "seq": seq, "kind": "bot", "name": "Bot", "text": "Hello"}
        _insert(connection, "messages", {**said, "at": AT.format(minute)})
    for version, to, by, reason, detail, minute in STEPS:
        step = {"conversation_id": "c1", "version": version, "from_state": "held", "to_state": to, "by": by}
        more = {"agent_id": "alice", "reason": reason, "detail": detail, "at": AT.format(minute)}
        _insert(connection, "assignments", {**step, **more})


def _insert(connection: Connection, table: str, given: dict[str, object]) -> None:
    """With something in every column that must have something."""
    columns = connection.execute(text(f"PRAGMA table_info({table})")).mappings().all()
    row = {one["name"]: _any(one["type"]) for one in columns if one["notnull"] and not one["pk"]} | given
    names, values = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), row)


def _any(kind: str) -> object:
    return {"INTEGER": 0, "DATETIME": AT.format(0), "JSON": "[]", "BOOLEAN": 0, "FLOAT": 0.0}.get(kind, "")
