"""The files of `handoff/static` as they are served: without comments and indentation, the chat's modules in one, gzipped
once, with an ETag."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from handoff.tools import bundle

STATIC = Path(__file__).parents[1] / "static"
WIDGET = STATIC / "widget"
ENTRY = WIDGET / "chat.js"
LOADER = WIDGET / "widget.js"

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
_NOT_SERVED = {".ts", ".md"}

# Only what stands on lines of its own goes, and types that are written in passing: nothing inside a string or an expression
# is touched. Our files hold no template literal whose lines begin like a comment or need their indentation.
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_TYPE = re.compile(r"/\*\* @(?:type|param) \{(?:(?!\*/).)*\*/ ")
_INDENT = re.compile(r"^\s+", re.MULTILINE)
_TOKEN = re.compile(r"^[ \t]*(?P<name>--[\w-]+):[^;]*;\n", re.MULTILINE)
_ASKED = re.compile(r"var\((--[\w-]+)")
_CSS_IMPORT = re.compile(r'^@import "(?P<path>[^"]+)";\n', re.MULTILINE)
_CSS_SPACE = re.compile(r"\s*([{};])\s*|(?<=:)[ \t]+(?=[^{}]*;)")


@dataclass(frozen=True)
class Asset:
    """One file, ready to send."""

    body: bytes
    gzipped: bytes
    media: str
    etag: str


def asset(path: str) -> Asset | None:
    """The file at this path under `handoff/static`, or None. A file that changed on disk is read again."""
    file = (STATIC / path).resolve()
    if not file.is_relative_to(STATIC.resolve()) or not file.is_file() or file.suffix in _NOT_SERVED:
        return None
    return _read(file, _changed(file))


def _changed(file: Path) -> int:
    """When what is served under this name changed last: the widget's files are served in each other's company."""
    if file.parent != WIDGET:
        return file.stat().st_mtime_ns
    return max(one.stat().st_mtime_ns for one in [STATIC / "tokens.css", *WIDGET.iterdir()])


@lru_cache(maxsize=512)
def _read(file: Path, _changed: int) -> Asset:
    body = file.read_bytes()
    if file.suffix in {".js", ".css"}:
        body = lean(_whole(file), css=file.suffix == ".css").encode()
    media = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Asset(body, gzip.compress(body, 9, mtime=0), media, etag)


def _whole(file: Path) -> str:
    """A program or style sheet with what is served in one with it."""
    if file == ENTRY:
        return bundle.bundled(file)
    if file.parent == WIDGET and file.suffix == ".js" and file != LOADER:
        return bundle.beside(file, ENTRY)
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".css":
        return text
    whole = _CSS_IMPORT.sub(lambda match: _whole(file.parent / match["path"]), text)
    return _of_use(whole) if file.parent == WIDGET else whole


def _of_use(sheet: str) -> str:
    """A sheet of the chat without the tokens that nothing in the chat asks for."""
    chat = [one.read_text(encoding="utf-8") for one in WIDGET.iterdir() if one.suffix in {".css", ".js"}]
    asked = set(_ASKED.findall("".join([sheet, *chat])))
    return _TOKEN.sub(lambda match: match[0] if match["name"] in asked else "", sheet)


def lean(text: str, *, css: bool = False) -> str:
    """The same program or style sheet without what only its readers need."""
    text = _INDENT.sub("", _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text)))
    return _CSS_SPACE.sub(r"\1", text) if css else _TYPE.sub("", text)
