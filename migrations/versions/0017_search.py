"""search: what was said, in blocks of a conversation (FTS5 on SQLite, tsvector on PostgreSQL), and searches kept by agents.

Triggers keep the blocks in step with `messages`, whoever writes there. A later revision that rebuilds that table on SQLite
(a batch that alters a column) has to make them anew: tests/handoff/rules/test_search.py notices.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BLOCK = 32  # messages; the number of a block is its conversation's times 65536, plus its place

NO = "(SELECT no FROM search_threads WHERE conversation_id = {row}.conversation_id)"
KEY = f"{NO} * 65536 + {{row}}.seq / {BLOCK}"
SAID = f"""SELECT text FROM messages WHERE conversation_id = {{row}}.conversation_id AND kind <> 'system'
    AND seq BETWEEN {{row}}.seq / {BLOCK} * {BLOCK} AND {{row}}.seq / {BLOCK} * {BLOCK} + {BLOCK - 1}"""
TAKE_OUT = f"""INSERT INTO search_words(search_words, rowid, text)
    SELECT 'delete', {KEY}, said FROM (SELECT group_concat(text, char(10)) AS said FROM ({{before}})) WHERE said IS NOT NULL;"""
PUT_IN = f"""INSERT INTO search_words(rowid, text)
    SELECT {KEY}, said FROM (SELECT group_concat(text, char(10)) AS said FROM ({SAID})) WHERE said IS NOT NULL;"""


def upgrade() -> None:
    op.create_table(
        "search_threads",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_search_threads_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_search_threads")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_search_threads_conversation_id")),
    )
    op.create_table(
        "saved_searches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agent_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agent_id"], ["agents.id"], name=op.f("fk_saved_searches_agent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_searches")),
        sa.UniqueConstraint("agent_id", "name", name=op.f("uq_saved_searches_agent_id_name")),
    )
    late = sa.text("breached_at IS NOT NULL")
    op.create_index(
        "ix_conversations_breached", "conversations", ["breached_at"], sqlite_where=late, postgresql_where=late
    )
    op.execute(
        "INSERT INTO search_threads (conversation_id)"
        " SELECT id FROM conversations WHERE last_seq > 0 ORDER BY opened_at, id"
    )
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER search_{name}" + ("" if sqlite else " ON messages"))
    if sqlite:
        op.execute("DROP TABLE search_words")
    else:
        for function in ("search_added()", "search_again()", "search_fold(text)"):
            op.execute(f"DROP FUNCTION {function}")
        op.execute("DROP TABLE search_blocks")
    op.drop_index("ix_conversations_breached", "conversations")
    op.drop_table("saved_searches")
    op.drop_table("search_threads")


def _before(row: str, also: str) -> str:
    """The block's texts as they were: those that are there, one left out or put in."""
    return TAKE_OUT.format(row=row, before=SAID.format(row=row) + also)


SQLITE = (
    """CREATE VIRTUAL TABLE search_words USING fts5(
        text, content='', columnsize=0, prefix='3', tokenize="unicode61 remove_diacritics 2")""",
    f"""INSERT INTO search_words(rowid, text)
        SELECT no * 65536 + seq / {BLOCK}, group_concat(text, char(10)) FROM messages
        JOIN search_threads USING (conversation_id) WHERE kind <> 'system' GROUP BY no, seq / {BLOCK}""",
    f"""CREATE TRIGGER search_added AFTER INSERT ON messages WHEN new.kind <> 'system' BEGIN
        INSERT OR IGNORE INTO search_threads(conversation_id) VALUES (new.conversation_id);
        {_before("new", " AND id <> new.id")}
        {PUT_IN.format(row="new")}
    END""",
    f"""CREATE TRIGGER search_removed AFTER DELETE ON messages WHEN old.kind <> 'system' BEGIN
        {_before("old", " UNION ALL SELECT old.text")}
        {PUT_IN.format(row="old")}
    END""",
    f"""CREATE TRIGGER search_changed AFTER UPDATE OF text ON messages WHEN old.kind <> 'system' BEGIN
        {_before("old", " AND id <> old.id UNION ALL SELECT old.text")}
        {PUT_IN.format(row="new")}
    END""",
)

POSTGRESQL = (
    # Letters without their marks, small, and blanks for all that is no letter or digit: as the other database has them.
    r"""CREATE FUNCTION search_fold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT regexp_replace(lower(regexp_replace(normalize(said, NFKD), '[\u0300-\u036F]', '', 'g')),
            '[^0-9a-z\u00C0-\u1FFF\u2C00-\u2FEF\u3040-\uFFEF]+', ' ', 'g') $$""",
    """CREATE TABLE search_blocks (
        no integer NOT NULL REFERENCES search_threads (no) ON DELETE CASCADE, block integer NOT NULL,
        words tsvector NOT NULL, CONSTRAINT pk_search_blocks PRIMARY KEY (no, block))""",
    f"""INSERT INTO search_blocks SELECT no, seq / {BLOCK}, to_tsvector('simple', search_fold(string_agg(text, E'\\n')))
        FROM messages JOIN search_threads USING (conversation_id) WHERE kind <> 'system' GROUP BY no, seq / {BLOCK}""",
    "CREATE INDEX ix_search_blocks_words ON search_blocks USING gin (words)",
    f"""CREATE FUNCTION search_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO search_threads (conversation_id) SELECT new.conversation_id
            WHERE NOT EXISTS (SELECT 1 FROM search_threads WHERE conversation_id = new.conversation_id)
            ON CONFLICT DO NOTHING;
        INSERT INTO search_blocks SELECT no, new.seq / {BLOCK}, to_tsvector('simple', search_fold(new.text))
            FROM search_threads WHERE conversation_id = new.conversation_id
            ON CONFLICT (no, block) DO UPDATE SET words = search_blocks.words || excluded.words;
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION search_again() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE search_blocks SET words = to_tsvector('simple', search_fold(coalesce(
            (SELECT string_agg(text, E'\\n') FROM ({SAID.format(row="old")}) AS said), '')))
            WHERE no = {NO.format(row="old")} AND block = old.seq / {BLOCK};
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER search_added AFTER INSERT ON messages
        FOR EACH ROW WHEN (new.kind <> 'system') EXECUTE FUNCTION search_added()""",
    """CREATE TRIGGER search_removed AFTER DELETE ON messages
        FOR EACH ROW WHEN (old.kind <> 'system') EXECUTE FUNCTION search_again()""",
    """CREATE TRIGGER search_changed AFTER UPDATE OF text ON messages
        FOR EACH ROW WHEN (old.kind <> 'system') EXECUTE FUNCTION search_again()""",
)
