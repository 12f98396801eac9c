"""The files of `handoff/static` as they are served: without comments and indentation, gzipped once, with an ETag."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parents[1] / "static"

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
_NOT_SERVED = {".ts", ".md"}

# Only what stands on lines of its own goes: nothing inside a string or an expression is touched. Our files hold no
# template literal whose lines begin like a comment or need their indentation.
_BLOCK_COMMENT = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_INDENT = re.compile(r"^\s+", re.MULTILINE)
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
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=512)
def _read(file: Path, _changed: int) -> Asset:
    body = file.read_bytes()
    if file.suffix in {".js", ".css"}:
        body = lean(body.decode(), css=file.suffix == ".css").encode()
    media = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Asset(body, gzip.compress(body, 9, mtime=0), media, etag)


def lean(text: str, *, css: bool = False) -> str:
    """The same program or style sheet without what only its readers need."""
    text = _INDENT.sub("", _LINE_COMMENT.sub("", _BLOCK_COMMENT.sub("", text)))
    return _CSS_SPACE.sub(r"\1", text) if css else text
