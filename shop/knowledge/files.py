"""Articles as files: Markdown with a title and a category on top. `<slug>.md` is English, `<slug>.es.md` Spanish."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LOCALE = "en"
NAME = re.compile(r"(?P<slug>[a-z0-9]+(?:-[a-z0-9]+)*)(?:\.(?P<locale>[a-z]{2}))?\.md")
TOP = re.compile(r"---\n(?P<top>.*?\n)---\n(?P<body>.*)", re.DOTALL)
KNOWN = ("title", "category", "asked")
TITLE_MOST, PASSAGE_MOST = 80, 1_000  # characters; a title is quoted in one sentence, a passage is one message


class BadArticles(ValueError):
    """Files that cannot be loaded; `lines` says which and why, one line each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Draft:
    """An article as it was written."""

    slug: str
    locale: str
    title: str
    category: str
    body: str
    asked: tuple[str, ...] = ()


def read(folder: Path) -> list[Draft]:
    """All articles of the folder, or `BadArticles` with everything that is wrong."""
    paths = sorted(folder.glob("*.md")) if folder.is_dir() else []
    if not paths:
        raise BadArticles([f"{folder}: there are no articles (*.md) in this folder."])
    drafts, wrong = [], []
    for path in paths:
        try:
            drafts.append(_draft(path))
        except ValueError as reason:
            wrong.append(f"{path.name}: {reason}")
    if wrong:
        raise BadArticles(wrong)
    return drafts


def paragraphs(body: str) -> list[str]:
    """The passages of a body: what stands between blank lines, each on one line."""
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", body))
    return [part for part in parts if part]


def shortened(passage: str, most: int) -> str:
    """As many whole sentences as fit into so many characters, the first one in any case."""
    kept = ""
    for sentence in re.split(r"(?<=[.!?])\s+", passage):
        if kept and len(kept) + 1 + len(sentence) > most:
            break
        kept = f"{kept} {sentence}".strip()
    return kept


def _draft(path: Path) -> Draft:
    name = NAME.fullmatch(path.name)
    if name is None:
        raise ValueError("the name is not of the form some-words.md or some-words.es.md.")
    try:
        text = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text.") from None
    parts = TOP.fullmatch(text)
    if parts is None:
        raise ValueError("it does not begin with a block between two lines of ---.")
    top, body = _top(parts["top"]), parts["body"].strip()
    _check(body)
    return Draft(name["slug"], name["locale"] or LOCALE, top["title"], top["category"], body, tuple(top["asked"]))


def _top(text: str) -> dict[str, Any]:
    try:
        top = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(f"the block on top is not YAML ({' '.join(str(error).split())}).") from None
    if not isinstance(top, dict):
        raise ValueError("the block on top has no title and no category.")
    for field in ("title", "category"):
        if not isinstance(top.get(field), str) or not top[field].strip():
            raise ValueError(f"{field} is missing.")
    if len(top["title"]) > TITLE_MOST:
        raise ValueError(f"title is longer than {TITLE_MOST} characters.")
    if strange := sorted(str(field) for field in top if field not in KNOWN):
        raise ValueError(f"{strange[0]} is none of {', '.join(KNOWN)}.")
    asked = top.get("asked") or []
    if not isinstance(asked, list) or not all(isinstance(one, str) and one.strip() for one in asked):
        raise ValueError("asked is not a list of questions.")
    return {"title": top["title"].strip(), "category": top["category"].strip(), "asked": asked}


def _check(body: str) -> None:
    if not body:
        raise ValueError("it has no text.")
    for number, passage in enumerate(paragraphs(body), 1):
        if len(passage) > PASSAGE_MOST:
            raise ValueError(f"paragraph {number} is longer than {PASSAGE_MOST:,} characters: divide it.")
