"""Articles as files: what is wrong with one is said by name, and then none is taken."""

from pathlib import Path

import pytest

from shop.knowledge import files
from shop.knowledge.files import BadArticles
from tests.shop.knowledge.conftest import DEMO, Write

GOOD = "---\ntitle: T\ncategory: C\n---\n\nWords.\n"


def test_a_file_is_an_article(write: Write) -> None:
    write("how-to-return", "First\nline.\n\n\nSecond.", "Returning", "asked:\n  - how does it work\n")
    spanish, english = files.read(write("how-to-return.es", "Primero.", "Devolver"))
    assert (english.slug, english.locale, english.title, english.category) == (
        "how-to-return",
        "en",
        "Returning",
        "Returns",
    )
    assert english.asked == ("how does it work",)
    assert files.paragraphs(english.body) == ["First line.", "Second."]
    assert (spanish.slug, spanish.locale) == ("how-to-return", "es")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.md", "Words.", "does not begin with a block"),
        ("a.md", "---\ntitle: [\ncategory: C\n---\nWords.", "not YAML"),
        ("a.md", "---\nwords\n---\nWords.", "no title and no category"),
        ("a.md", "---\ncategory: C\n---\nWords.", "title is missing"),
        ("a.md", "---\ntitle: T\ncategory: ''\n---\nWords.", "category is missing"),
        ("a.md", f"---\ntitle: {'T' * 81}\ncategory: C\n---\nWords.", "longer than 80"),
        ("a.md", "---\ntitle: T\ncategory: C\ntags: x\n---\nWords.", "tags is none of title, category, asked"),
        ("a.md", "---\ntitle: T\ncategory: C\nasked: x\n---\nWords.", "asked is not a list"),
        ("a.md", "---\ntitle: T\ncategory: C\n---\n\n", "no text"),
        ("a.md", f"---\ntitle: T\ncategory: C\n---\nFine.\n\n{'word ' * 300}", "paragraph 2 is longer than 1,000"),
        ("A b.md", GOOD, "the name is not of the form"),
    ],
)
def test_a_bad_file_is_named_with_its_reason(tmp_path: Path, name: str, text: str, reason: str) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / name).write_text(text)
    with pytest.raises(BadArticles) as refused:
        files.read(tmp_path)
    assert len(refused.value.lines) == 1
    assert refused.value.lines[0].startswith(f"{name}: ") and reason in refused.value.lines[0]


def test_every_bad_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"\xff\xfe")
    (tmp_path / "b.md").write_text("")
    with pytest.raises(BadArticles) as refused:
        files.read(tmp_path)
    assert [line.partition(":")[0] for line in refused.value.lines] == ["a.md", "b.md"]
    assert "UTF-8" in refused.value.lines[0]


def test_a_folder_without_articles_is_a_mistake(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BadArticles, match="no articles"):
            files.read(folder)


def test_windows_line_ends_are_line_ends(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert files.read(tmp_path)[0].body == "Words."


def test_the_demo_has_its_articles() -> None:
    drafts = files.read(DEMO)
    assert len(drafts) >= 40
    assert len({draft.title for draft in drafts}) == len(drafts)
    assert {draft.category for draft in drafts} == {
        *("Returns", "Delivery", "Orders", "Payment", "Account", "Products", "About us")
    }
