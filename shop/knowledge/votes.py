"""Whether an article helped: what customers say of it, one vote a conversation and version, the last one counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shop.knowledge.files import LOCALE
from shop.knowledge.tables import ArticleRow, VoteRow


@dataclass(frozen=True)
class Tally:
    """An article and what was said of its present version."""

    slug: str
    locale: str
    version: int
    title: str
    category: str
    helped: int
    not_helped: int


def note(
    session: Session, slug: str, version: int, conversation: str, message_id: str, helped: bool, now: datetime
) -> None:
    """Note the vote down; the same message says it any number of times to the same effect."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    key = {"conversation_id": conversation, "slug": slug, "locale": LOCALE, "version": version}
    said = {"message_id": message_id, "helped": helped, "at": now}
    session.execute(insert(VoteRow).values(**key, **said).on_conflict_do_update(index_elements=list(key), set_=said))


def tallies(session: Session) -> list[Tally]:
    """Every article that is not withdrawn, what helped least first: that is the list of what to mend."""
    same = (VoteRow.slug == ArticleRow.slug, VoteRow.locale == ArticleRow.locale, VoteRow.version == ArticleRow.version)
    helped, not_helped = (func.count(case((VoteRow.helped.is_(said), 1))) for said in (True, False))
    columns = (ArticleRow.slug, ArticleRow.locale, ArticleRow.version, ArticleRow.title, ArticleRow.category)
    rows = (
        select(*columns, helped, not_helped)
        .outerjoin(VoteRow, same[0] & same[1] & same[2])
        .where(ArticleRow.withdrawn_at.is_(None))
        .group_by(*columns)
        .order_by((helped - not_helped), ArticleRow.slug, ArticleRow.locale)
    )
    return [Tally(*row) for row in session.execute(rows)]
