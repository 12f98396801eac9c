"""Files: what they are by content, that they lie safely before a row says so, and links that nobody can guess or keep."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.rules import files, filetypes, links
from handoff.rules.files import Stored
from handoff.tools.shelf import Shelf
from shop.ground.db import Database
from shop.ground.errors import BadInput, NotFound, TooLarge
from shop.ground.settings import Settings
from tests.conftest import Clock
from tests.handoff import world

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"), (b"%PDF-1.7", "application/pdf"), (b"\0\0\0\x18ftypheic", "image/heic"),
        (b"\0\0\0\x18ftyp3gp4", "video/3gpp"), (b"\0\0\0\x18ftypmp42", "video/mp4"), (b"#!AMR\n", "audio/amr"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>", None), (b"<!doctype html>", None), (b"MZ\x90", None), (b"PK\x03\x04", None),
        (b"", None), (b"\0\0\0\x18ftypzzzz", None), (b"RIFF\0\0\0\0WAVE", None),
    ],
)  # fmt: skip
def test_a_type_is_what_the_bytes_say(start: bytes, kind: str | None) -> None:
    assert filetypes.of(start) == kind
    if kind is None:
        with pytest.raises(BadInput):
            files.check(start)
    else:
        assert files.check(start) == kind


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge):
        files.check(PNG + b"\0" * files.LARGEST)


@given(st.text(), st.sampled_from(sorted(filetypes.ENDINGS)))
def test_a_name_is_a_name(name: str, kind: str) -> None:
    called = files.called(name, kind)
    assert called.endswith(filetypes.ENDINGS[kind])
    assert 0 < len(called) <= files.LONGEST_NAME
    assert called.isprintable()
    assert not set(called) & set('/\\"<>|:*?')
    assert files.called(called, kind) == called


def test_names_keep_what_tells_them() -> None:
    assert files.called("../../etc/My lamp.PNG", "image/png") == "My lamp.png"
    assert files.called("invoice.html", "application/pdf") == "invoice.html.pdf"
    assert files.called("...", "image/gif") == "file.gif"


def test_the_same_bytes_lie_there_once_and_for_us_alone(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "files")
    digest = shelf.put(PNG)
    assert shelf.put(PNG) == digest == hashlib.sha256(PNG).hexdigest()
    assert [path.name for path in shelf.folder.rglob("*") if path.is_file()] == [digest]
    assert shelf.path(digest).read_bytes() == PNG
    assert shelf.path(digest).stat().st_mode & 0o077 == 0


def test_a_link_is_good_for_ten_minutes_and_for_one_file(settings: Settings, clock: Clock) -> None:
    links.start(settings)
    url = links.to_file("a" * 32)
    assert url.startswith(f"{settings.public_url}/files/")
    signed = url.rpartition("/")[2]
    assert links.file_of(signed) == "a" * 32
    for forged in (signed[:-1], signed[1:], "x" + signed, "", "é", links.to_file("b" * 32)[-10:]):
        with pytest.raises(NotFound):
            links.file_of(forged)
    clock.advance(minutes=9, seconds=59)
    assert links.file_of(signed) == "a" * 32
    clock.advance(seconds=1)
    with pytest.raises(NotFound):
        links.file_of(signed)


def test_a_file_is_kept_once_by_its_key_and_shown_with_its_message(db: Database, clock: Clock) -> None:
    with db.transaction() as session:
        accepted = world.texts(session, "+12025550123", "Look")
        conversation = world.conversation(session, accepted.conversation)
        stored = Stored("0" * 64, "image/png", 28)
        second = files.keep(session, conversation, stored, "b", seq=1, position=1, key="k2")
        first = files.keep(session, conversation, stored, "a", seq=1, position=0, key="k1")
        assert files.keep(session, conversation, stored, "again", seq=1, key="k1").id == first.id
        shown = files.of_messages(session, conversation.id, [1])[1]
        assert [(file["id"], file["name"]) for file in shown] == [(first.id, "a.png"), (second.id, "b.png")]
