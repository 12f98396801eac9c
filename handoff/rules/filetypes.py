"""What a file is, by its first bytes: what it is called and what its sender says it is count for nothing."""

IMAGES = frozenset(
    {"image/jpeg", "image/png", "image/gif", "image/webp"}
)  # browsers show these and run nothing in them
BY_BROWSER = IMAGES | {"application/pdf"}  # what is taken of people's browsers; a text may bring more
ENDINGS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "application/pdf": ".pdf",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/3gpp": ".3gp",
    "audio/amr": ".amr",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/ogg": ".ogg",
}
ALSO = {"image/jpeg": (".jpeg", ".jpe"), "video/quicktime": (".qt",)}  # how else their names end
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_BRANDS = (  # ISO media: the brand stands after "ftyp"
    ((b"heic", b"heix", b"hevc", b"mif1", b"msf1"), "image/heic"),
    ((b"3gp", b"3g2"), "video/3gpp"),
    ((b"qt  ",), "video/quicktime"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"isom", b"iso2", b"mp4", b"avc1", b"M4V", b"MSNV", b"dash"), "video/mp4"),
)


def of(data: bytes) -> str | None:
    """The type of a file that we take; None for any other."""
    for start, kind in _STARTS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return next((kind for brands, kind in _BRANDS if data[8:12].startswith(brands)), None)
    return None
