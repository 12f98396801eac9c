"""Small true pictures and papers, made by hand, with everything in them that must not be passed on."""

import base64
import struct
import zlib

SECRET = b"40.7128N 74.0060W"


def png(width: int = 4, height: int = 3, *extra: bytes) -> bytes:
    rows = b"".join(b"\0" + bytes((200, 40, 60)) * width for _ in range(height))
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    drawn = png_chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + drawn + png_chunk(b"IEND", b"")


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def exif(order: str = ">", orientation: int = 6) -> bytes:
    """As cameras write it: which way up, and where."""
    mark = {">": b"MM", "<": b"II"}[order]
    entries = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    entries += struct.pack(f"{order}HHII", 0x010E, 2, len(SECRET), 38)
    return mark + struct.pack(f"{order}HIH", 42, 8, 2) + entries + struct.pack(f"{order}I", 0) + SECRET


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def jpeg(*extra: bytes, after: bytes = b"") -> bytes:
    """One grey pixel block, with these segments after the first marker."""
    return _JPEG[:2] + b"".join(extra) + _JPEG[2:] + after


def gif(*extra: bytes, frames: int = 1, width: int = 1, height: int = 1) -> bytes:
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes((0, 0, 0, 255, 255, 255))
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    return head + b"".join(extra) + frame * frames + b";"


def webp(*extra: bytes, width: int = 1, height: int = 1, flags: int = 0x0C) -> bytes:
    wide = webp_chunk(
        b"VP8X", bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )
    body = b"WEBP" + wide + webp_chunk(b"VP8L", _VP8L) + b"".join(extra)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def webp_chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def pdf(after: bytes = b"\n") -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF" + after


def archive(comment: bytes = b"") -> bytes:
    return b"PK\x05\x06" + bytes(16) + struct.pack("<H", len(comment)) + comment


_VP8L = bytes.fromhex("2f00000000078810fd8ffe0722a2ff01")
_JPEG = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8Q"
    "EBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k="
)
