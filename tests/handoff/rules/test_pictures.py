"""What is kept of a picture and of a PDF: what is seen, and nothing of where it was taken or of what hid behind it."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.rules import files, papers, pictures
from shop.ground.errors import BadInput
from tests.handoff.picturing import (
    SECRET,
    archive,
    exif,
    gif,
    jpeg,
    pdf,
    png,
    png_chunk,
    segment,
    webp,
    webp_chunk,
)

TOLD = bytes((len(SECRET),)) + SECRET + b"\0"
REMARKS = [png_chunk(name, SECRET) for name in (b"tEXt", b"eXIf", b"iTXt", b"tIME", b"prVt")]
WITH_SECRETS = {
    "image/jpeg": jpeg(
        segment(0xE1, b"Exif\0\0" + exif()), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET), segment(0xFE, SECRET),
        segment(0xED, b"Photoshop 3.0\0" + SECRET), segment(0xE2, b"MPF\0" + SECRET), segment(0xE2, b"ICC_PROFILE\0\1\1kept"),
        after=b"PK\x03\x04" + SECRET,
    ),
    "image/png": png(4, 3, *REMARKS, png_chunk(b"gAMA", b"kept")) + b"<script>" + SECRET,
    "image/gif": gif(b"\x21\xfe" + TOLD, b"\x21\xff\x0bXMP DataXMP" + TOLD, b"\x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\0") + SECRET,
    "image/webp": webp(webp_chunk(b"EXIF", exif()), webp_chunk(b"XMP ", SECRET), webp_chunk(b"odd!", SECRET)) + SECRET,
}  # fmt: skip
PLAIN = {"image/jpeg": jpeg(), "image/png": png(), "image/gif": gif(frames=3), "image/webp": webp(flags=0)}


@pytest.mark.parametrize("kind", WITH_SECRETS)
def test_where_a_picture_was_taken_and_what_hid_behind_it_is_not_kept(kind: str) -> None:
    clean = pictures.cleaned(kind, WITH_SECRETS[kind])
    assert SECRET not in clean and b"script" not in clean
    assert pictures.cleaned(kind, clean) == clean
    assert pictures.cleaned(kind, PLAIN[kind]) == PLAIN[kind]
    assert files.by_browser(WITH_SECRETS[kind]) == files.by_text(WITH_SECRETS[kind]) == (kind, clean)


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_photo_keeps_which_way_up_it_is_and_its_colours(order: str) -> None:
    clean = pictures.cleaned(
        "image/jpeg", jpeg(segment(0xE1, b"Exif\0\0" + exif(order, 8)), segment(0xE2, b"ICC_PROFILE\0\1\1x"))
    )
    start = clean.index(b"Exif\0\0")
    assert clean[start + 6 : start + 10] == b"MM\0*" and b"ICC_PROFILE" in clean
    assert struct.unpack_from(">HHIH", clean, start + 16) == (0x0112, 3, 1, 8)
    assert b"Exif" not in pictures.cleaned("image/jpeg", jpeg(segment(0xE1, b"Exif\0\0" + exif(order, 1))))
    assert b"Exif" not in pictures.cleaned("image/jpeg", jpeg(segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff")))


@pytest.mark.parametrize("kind", PLAIN)
def test_a_picture_that_is_cut_off_anywhere_is_refused(kind: str) -> None:
    whole = PLAIN[kind]
    for end in range(len(whole)):
        if end >= 12:
            with pytest.raises(BadInput) as refused:
                pictures.cleaned(kind, whole[:end])
            assert refused.value.code == "file_broken"


@given(kind=st.sampled_from(sorted(PLAIN)), at=st.integers(8, 400), by=st.binary(min_size=1, max_size=8))
def test_whatever_is_damaged_is_refused_or_read_and_never_breaks_the_reader(kind: str, at: int, by: bytes) -> None:
    whole = WITH_SECRETS[kind]
    damaged = whole[: at % len(whole)] + by + whole[at % len(whole) + len(by) :]
    try:
        clean = pictures.cleaned(kind, damaged)
    except BadInput:
        return
    assert pictures.cleaned(kind, clean) == clean


@pytest.mark.parametrize(
    ("kind", "bomb"),
    [
        ("image/png", png(4, 3).replace(struct.pack(">II", 4, 3), struct.pack(">II", 60_000, 60_000))),
        ("image/jpeg", jpeg(segment(0xC0, b"\x08" + struct.pack(">HH", 60_000, 60_000) + b"\1\1\x11\0"))),
        ("image/gif", gif(width=60_000, height=60_000)),
        ("image/gif", gif(width=8000, height=8000, frames=20)),
        ("image/webp", webp(width=16_000, height=16_000)),
    ],
)
def test_what_would_burst_the_browser_that_shows_it_is_refused(kind: str, bomb: bytes) -> None:
    if kind == "image/png":  # the check sum is right: only the size is a trap
        header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
        bomb = png()[:8] + header + png()[8 + len(header) :]
    with pytest.raises(BadInput) as refused:
        pictures.cleaned(kind, bomb)
    assert refused.value.code == "file_pixels"


def test_a_pdf_ends_where_it_ends_and_is_nothing_else() -> None:
    assert papers.cleaned(pdf()) == pdf() == papers.cleaned(pdf(b"\r\n\0\0<script>"))
    for wrong in (pdf()[:-6], pdf(archive()), pdf(archive(b"note")), pdf(archive())[:-6] + b"%%EOF\n"):
        if wrong.endswith(b"%%EOF\n"):
            wrong = pdf().replace(b"%%EOF", archive(b"%%EOF"))
        with pytest.raises(BadInput):
            papers.cleaned(wrong)


def test_a_browser_brings_pictures_and_pdf_alone_and_a_text_keeps_what_it_cannot_bring_again() -> None:
    assert files.by_browser(pdf())[0] == "application/pdf"
    for other in (b"\0\0\0\x18ftypmp42" + bytes(9), b"#!AMR\n", b"<svg onload=alert(1)>", b"MZ", b""):
        with pytest.raises(BadInput) as refused:
            files.by_browser(other)
        assert refused.value.code == "file_type"
    cut = png()[:-9]
    assert files.by_text(cut) == ("image/png", cut)
    assert files.by_text(b"#!AMR\n") == ("audio/amr", b"#!AMR\n")
