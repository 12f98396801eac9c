"""What the office takes and gives of the help articles."""

from pydantic import BaseModel, Field

from handoff.http import Body


class ArticleItem(BaseModel):
    slug: str
    locale: str
    version: int
    title: str
    category: str
    withdrawn: bool
    updated_at: str
    helped: int
    not_helped: int


class Articles(BaseModel):
    articles: list[ArticleItem]


class ArticleIn(Body):
    slug: str = Field(max_length=80)
    locale: str = Field("en", max_length=2)
    seen: str = Field("", max_length=40)  # `updated_at` as it was opened; empty: a new article
    title: str = Field(max_length=200)
    category: str = Field(max_length=80)
    body: str = Field(max_length=40_000)
    asked: list[str] = Field(default_factory=list, max_length=100)


class ArticleAway(Body):
    slug: str = Field(max_length=80)
    locale: str = Field("en", max_length=2)
    seen: str = Field(max_length=40)


class ArticleOut(BaseModel):
    slug: str
    locale: str
    version: int
    title: str
    category: str
    body: str
    asked: list[str]
    withdrawn: bool
    updated_at: str
