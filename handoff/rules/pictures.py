"""What a picture is made of: read block by block and written anew with what it needs to be seen. Where and by what it was
taken stays out, and so does whatever else was hidden behind it."""

import re
import struct
import zlib
from collections.abc import Callable

from shop.ground.errors import BadInput

MOST_PIXELS = 64_000_000  # a phone's largest photo; more is a trap for the browser that shows it
MOST_FILM_PIXELS = 1_000_000_000  # all frames of a moving picture together

_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_AFTER_SCAN = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_PNG_KEPT = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs")
) | {b"acTL", b"fcTL", b"fdAT"}
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0")  # how often it runs
_WEBP_KEPT = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"ICCP"))
_WEBP_HAS_EXIF_OR_XMP = 0x08 | 0x04


def cleaned(kind: str, data: bytes) -> bytes:
    """The same picture and nothing else. Raises `BadInput` for one that is broken, cut off or far too large to show."""
    try:
        return _CLEAN[kind](data)
    except (IndexError, struct.error, UnicodeDecodeError):
        raise _broken() from None


def _jpeg(data: bytes) -> bytes:
    out, at, drawn = [data[:2]], 2, False
    while True:
        if data[at] != 0xFF:
            raise _broken()
        while data[at] == 0xFF:
            at += 1
        marker, at = data[at], at + 1
        if marker == 0xD9:
            return b"".join([*out, b"\xff\xd9"]) if drawn else _refuse()
        (length,) = struct.unpack_from(">H", data, at)
        segment, at = _slice(data, at, length), at + length
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", segment, 3)
            _measured(width, height)
        if _is_seen(marker, segment[2:]):
            out += [bytes((0xFF, marker)), segment]
        elif marker == 0xE1 and (turned := _orientation(segment[2:])) > 1:
            out.append(_only_turned(turned))
        if marker == 0xDA:
            end = _JPEG_AFTER_SCAN.search(data, at)
            if end is None:
                raise _broken()
            out, at, drawn = [*out, data[at : end.start()]], end.start(), True


def _is_seen(marker: int, segment: bytes) -> bool:
    """Does it belong to the picture? The rest are remarks of cameras and programs."""
    if 0xE0 <= marker <= 0xEF:
        return marker in _JPEG_KEPT and segment.startswith(_JPEG_KEPT[marker])
    return marker != 0xFE


def _orientation(exif: bytes) -> int:
    """Which way up it is shown, 1 to 8; 1 where nothing is said of it."""
    if not exif.startswith(b"Exif\0\0"):
        return 1
    tiff = exif[6:]
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, start)
        for entry in range(entries):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * entry)
            if tag == 0x0112:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _only_turned(orientation: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    exif = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif


def _png(data: bytes) -> bytes:
    out, at, drawn = [data[:8]], 8, False
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        chunk = _slice(data, at, 12 + length)
        if zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0] or (at == 8) != (name == b"IHDR"):
            raise _broken()
        if name == b"IHDR":
            _measured(*struct.unpack_from(">II", chunk, 8))
        if name in _PNG_KEPT:
            out.append(chunk)
        drawn, at = drawn or name == b"IDAT", at + 12 + length
        if name == b"IEND":
            return b"".join(out) if drawn else _refuse()


def _gif(data: bytes) -> bytes:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    _measured(width, height)
    at = 13 + _gif_colours(flags)
    out, frames = [_slice(data, 0, at)], 0
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            frames += 1
            _measured(*struct.unpack_from("<HH", data, at + 5))
            at = _gif_blocks(data, at + 11 + _gif_colours(data[at + 9]))
            kept = True
        elif data[at] == 0x21:
            label, named = data[at + 1], data[at + 3 : at + 14]
            kept = label == 0xF9 or (label == 0xFF and named in _GIF_KEPT)
            at = _gif_blocks(data, at + 2)
        else:
            raise _broken()
        if kept:
            out.append(data[start:at])
    if not frames or frames * width * height > MOST_FILM_PIXELS:
        raise _too_large() if frames else _broken()
    return b"".join([*out, b";"])


def _gif_colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_blocks(data: bytes, at: int) -> int:
    """Where the blocks that begin here end."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _webp(data: bytes) -> bytes:
    (size,) = struct.unpack_from("<I", data, 4)
    body, at, out, drawn = _slice(data, 8, size), 4, [b"WEBP"], False
    while at < len(body):
        name, length = struct.unpack_from("<4sI", body, at)
        chunk = _slice(body, at, min(8 + length + length % 2, len(body) - at))
        if len(chunk) < 8 + length:
            raise _broken()
        if size_of := _WEBP_SIZES.get(name):
            _measured(*size_of(chunk[8:]))
        if name == b"VP8X":
            chunk = chunk[:8] + bytes((chunk[8] & ~_WEBP_HAS_EXIF_OR_XMP,)) + chunk[9:]
        if name in _WEBP_KEPT:
            out.append(chunk)
        drawn, at = drawn or name in (b"VP8 ", b"VP8L", b"ANMF"), at + len(chunk)
    whole = b"".join(out)
    return b"RIFF" + struct.pack("<I", len(whole)) + whole if drawn else _refuse()


def _vp8(chunk: bytes) -> tuple[int, int]:
    if chunk[3:6] != b"\x9d\x01\x2a":
        raise _broken()
    width, height = struct.unpack_from("<HH", chunk, 6)
    return width & 0x3FFF, height & 0x3FFF


def _vp8l(chunk: bytes) -> tuple[int, int]:
    (bits,) = struct.unpack_from("<I", chunk, 1)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _vp8x(chunk: bytes) -> tuple[int, int]:
    wide, high = chunk[4:7], chunk[7:10]
    return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1


def _slice(data: bytes, at: int, length: int) -> bytes:
    part = data[at : at + length]
    if len(part) < length:
        raise _broken()
    return part


def _measured(width: int, height: int) -> None:
    if not width or not height:
        raise _broken()
    if width * height > MOST_PIXELS:
        raise _too_large()


def _refuse() -> bytes:
    raise _broken()


def _broken() -> BadInput:
    return BadInput("This picture is damaged or cut off.", code="file_broken")


def _too_large() -> BadInput:
    return BadInput(
        f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels. Please send a smaller one.",
        code="file_pixels",
    )


_WEBP_SIZES: dict[bytes, Callable[[bytes], tuple[int, int]]] = {b"VP8 ": _vp8, b"VP8L": _vp8l, b"VP8X": _vp8x}
_CLEAN: dict[str, Callable[[bytes], bytes]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/gif": _gif,
    "image/webp": _webp,
}
