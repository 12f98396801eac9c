"""What a PDF ends with: nothing of another kind hides behind it, and it is not cut off."""

import struct

from shop.ground.errors import BadInput

_END = b"%%EOF"
_ARCHIVE_END = b"PK\x05\x06"  # 22 bytes and a comment: where readers of archives begin to read
_ARCHIVE_SEARCHED = 22 + 0xFFFF


def cleaned(data: bytes) -> bytes:
    """The PDF up to its own end. Raises `BadInput` for one that has none, or that is an archive as well."""
    end = data.rfind(_END)
    if end < 0:
        raise BadInput("This PDF is damaged or cut off.", code="file_broken")
    paper = data[: end + len(_END)] + b"\n"
    if _is_archive(paper) or _is_archive(data):
        raise BadInput("This file is a PDF and an archive at once: it is not taken.", code="file_two_in_one")
    return paper


def _is_archive(data: bytes) -> bool:
    at = data.find(_ARCHIVE_END, max(0, len(data) - _ARCHIVE_SEARCHED))
    while at >= 0:
        if at + 22 <= len(data):
            (comment,) = struct.unpack_from("<H", data, at + 20)
            if at + 22 + comment in (len(data), len(data) - 1):
                return True
        at = data.find(_ARCHIVE_END, at + 1)
    return False
