"""The segment counter against a table made with smsutil 1.1.3, and against what must hold for every text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.rules.segments import GSM_BASIC, GSM_EXTENSION, count, fold

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # 3 pairs and 2 joiners: 8 units
GSM = st.text(st.sampled_from(sorted(GSM_BASIC | GSM_EXTENSION)), max_size=700)


@pytest.mark.parametrize(
    ("text", "segments", "encoding"),
    [
        ("", 1, "gsm7"),
        ("a" * 160, 1, "gsm7"),
        ("a" * 161, 2, "gsm7"),
        ("a" * 306, 2, "gsm7"),
        ("a" * 307, 3, "gsm7"),
        ("€" * 80, 1, "gsm7"),
        ("€" * 81, 2, "gsm7"),
        ("a" * 152 + "€" + "a" * 10, 2, "gsm7"),
        ("a" * 152 + "€" * 77, 3, "gsm7"),  # an escape pair is not torn apart: 152, then 76 pairs, then one
        ("é" * 160, 1, "gsm7"),
        ("í" * 70, 1, "ucs2"),
        ("í" * 71, 2, "ucs2"),
        ("í" + "a" * 133, 2, "ucs2"),
        ("í" + "a" * 134, 3, "ucs2"),
        ("\U0001f600" * 35, 1, "ucs2"),
        ("\U0001f600" * 36, 2, "ucs2"),
        ("\U0001f600" * 66, 2, "ucs2"),  # 33 pairs fit into 67 units, the 67th unit stays empty
        ("\U0001f600" * 67, 3, "ucs2"),
        (FAMILY * 8, 1, "ucs2"),
        (FAMILY * 9, 2, "ucs2"),
        ("\x1b", 1, "ucs2"),
    ],
)
def test_known_texts(text: str, segments: int, encoding: str) -> None:
    counted = count(text)
    assert (counted.count, counted.encoding) == (segments, encoding)


@given(GSM)
def test_gsm_is_never_dearer_than_its_units_allow(text: str) -> None:
    counted = count(text)
    units = sum(2 if char in GSM_EXTENSION else 1 for char in text)
    assert counted.units == units
    if units <= 160:
        assert counted.count == 1
    else:
        assert -(-units // 153) <= counted.count <= -(-units // 152)


@given(st.text(min_size=1, max_size=400).filter(lambda text: any(ord(char) > 0x2FFF for char in text)))
def test_ucs2_is_never_dearer_than_its_units_allow(text: str) -> None:
    counted = count(text)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert (counted.encoding, counted.units) == ("ucs2", units)
    if units <= 70:
        assert counted.count == 1
    else:
        assert -(-units // 67) <= counted.count <= -(-units // 66)


def test_folding_keeps_a_text_in_gsm7() -> None:
    written = "“Don’t worry” – it’s on its way…\u00a0• soon\u200b"
    assert fold(written) == "\"Don't worry\" - it's on its way... - soon"
    assert count(written).encoding == "ucs2"
    assert count(fold(written)).encoding == "gsm7"


def test_folding_leaves_words_alone() -> None:
    for text in ("naïve ñandú", "日本語", f"hello {FAMILY}", "e\u0301"):
        assert fold(text).replace("é", "e\u0301") == text


@given(GSM)
def test_folding_changes_nothing_that_is_gsm_already(text: str) -> None:
    assert fold(text) == text
