"""notes, mentions: what agents write to one another in a conversation, and who is named there. What was noted before with a
transfer, a parking or a close stands among them from now on."""

import re
import unicodedata
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
GIVEN = {"transfer": "transfer", "parked": "park", "taken_over": "take-over"}  # reason of the change -> verb
MESSAGES = sa.table("messages", sa.column("conversation_id"), sa.column("seq", sa.Integer), sa.column("at", MOMENT))
CONVERSATIONS = sa.table("conversations", sa.column("id"), sa.column("last_note", sa.Integer))
STEPS = sa.table(
    "assignments", sa.column("id"), sa.column("conversation_id"), sa.column("version"), sa.column("agent_id"),
    sa.column("to_state"), sa.column("reason"), sa.column("detail", sa.JSON), sa.column("at", MOMENT), sa.column("by"),
)  # fmt: skip


def upgrade() -> None:
    with_notes = sa.Column("last_note", sa.Integer(), nullable=False, server_default="0")
    op.add_column("conversations", with_notes)
    notes = op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_notes_agent_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_notes_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sa.UniqueConstraint("conversation_id", "no", name=op.f("uq_notes_conversation_id_no")),
        sa.UniqueConstraint("key", name=op.f("uq_notes_key")),
    )
    op.create_table(
        "mentions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_mentions_agent_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name=op.f("fk_mentions_conversation_id")),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name=op.f("fk_mentions_note_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentions")),
        sa.UniqueConstraint("note_id", "agent_id", name=op.f("uq_mentions_note_id_agent_id")),
    )
    op.create_index("ix_mentions_agent", "mentions", ["agent_id", "conversation_id"])
    op.create_index("ix_mentions_conversation", "mentions", ["conversation_id", "agent_id"])
    _take_over(op.get_bind(), notes)


def downgrade() -> None:
    op.drop_index("ix_mentions_conversation", "mentions")
    op.drop_index("ix_mentions_agent", "mentions")
    op.drop_table("mentions")
    op.drop_table("notes")
    op.drop_column("conversations", "last_note")


def _take_over(bind: sa.Connection, notes: sa.Table) -> None:
    """Each in the place where it was given: behind the last message of that moment."""
    last: dict[str, int] = {}
    by_agents = sa.select(STEPS).where(STEPS.c.by.like("agent:%"), STEPS.c.agent_id.is_not(None)).order_by(STEPS.c.id)
    for step in bind.execute(by_agents).all():
        verb, text = _said(step)
        if not text:
            continue
        before = MESSAGES.c.conversation_id == step.conversation_id, MESSAGES.c.at <= step.at
        after = bind.scalar(sa.select(sa.func.max(MESSAGES.c.seq)).where(*before)) or 0
        no = last[step.conversation_id] = last.get(step.conversation_id, 0) + 1
        kept = {
            "conversation_id": step.conversation_id, "no": no, "after": after, "agent_id": step.agent_id, "text": text,
            "words": f" {' '.join(_words(text))} ", "verb": verb, "at": step.at,
            "key": f"verb:{step.conversation_id}:{step.version}",
        }  # fmt: skip
        bind.execute(notes.insert().values(**kept))
    for conversation_id, no in last.items():
        bind.execute(CONVERSATIONS.update().where(CONVERSATIONS.c.id == conversation_id).values(last_note=no))


def _said(step: Any) -> tuple[str, str]:
    """What the agent noted, and with what. Handing back and closing without a code keep it as the reason itself."""
    detail = step.detail or {}
    if step.reason in GIVEN:
        return GIVEN[step.reason], str(detail.get("note") or "").strip()
    verb = {"bot": "hand-back", "closed": "close"}.get(step.to_state, "")
    plain = step.reason in ("handed_back", "closed", "wrapped", "carried_out")
    return verb, str(detail.get("note") or "").strip() if plain or not verb else step.reason.strip()


def _words(text: str) -> list[str]:
    """As `queries.folded` had them when this was written: small, without marks."""
    apart = (unicodedata.normalize("NFKD", word).lower() for word in re.findall(r"[^\W_]+", text))
    return ["".join(letter for letter in word if letter.isalnum()) for word in apart]
