"""docs/knowledge.md and docs/understanding.md say what is so: the example loads, thresholds and weights are those of the code."""

import re
from pathlib import Path

from shop.knowledge import files, index, search
from tests.shop.knowledge.conftest import ROOT

GUIDE = (ROOT / "docs" / "knowledge.md").read_text()


def test_the_example_can_be_loaded(tmp_path: Path) -> None:
    [example] = re.findall(r"```markdown\n(.*?)```", GUIDE, re.S)
    (tmp_path / "gift-cards.md").write_text(example)
    [draft] = files.read(tmp_path)
    assert (draft.title, draft.category, len(draft.asked)) == ("Gift cards", "Payment", 2)
    assert len(files.paragraphs(draft.body)) == 2


def test_the_numbers_are_those_of_the_code() -> None:
    asked, whole, words = index.WEIGHTS
    assert f"score = {asked} x nearest question + {whole} x whole article + {words} x words" in GUIDE
    assert f"{search.FITS:.2f} and more is an answer; {search.CERTAIN:.2f} and more" in GUIDE
    assert f"one that is as good ({index.CLOSE})" in GUIDE and f"unless it is far off ({index.LEAD})" in GUIDE
    assert f"At most {files.PASSAGE_MOST:,} characters" in GUIDE and f"at most {files.TITLE_MOST} characters" in GUIDE


def test_passages_are_shortened_at_sentences() -> None:
    assert files.shortened("One. Two three. Four.", 15) == "One. Two three."
    assert files.shortened("One long sentence. Two.", 5) == "One long sentence."
