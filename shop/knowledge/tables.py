"""What is kept of the help articles: their text, the vectors of its parts, and what customers said of them."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from shop.ground.db import Base


class ArticleRow(Base):
    """An article in one language. `version` rises when its words change; one that was taken back keeps its row.

    `asked` are questions in customers' words that it answers: nobody reads them, the search does.
    """

    __tablename__ = "articles"

    slug: Mapped[str] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int]
    title: Mapped[str]
    category: Mapped[str]
    body: Mapped[str]
    asked: Mapped[list[str]]
    updated_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class VectorRow(Base):
    """What the sentence encoder made of a text, by a digest of both: the same text is never encoded twice."""

    __tablename__ = "article_vectors"

    digest: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes]


class VoteRow(Base):
    """Whether an article helped, the last word of a conversation on one version. `message_id` is the message that said so."""

    __tablename__ = "article_votes"

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    locale: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[str]
    helped: Mapped[bool]
    at: Mapped[datetime]

    __table_args__ = (Index("ix_article_votes_article", "slug", "locale"),)
