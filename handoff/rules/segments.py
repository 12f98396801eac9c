"""How long a text is on the wire: GSM-7 or UCS-2, how many segments, and what can be folded to stay in GSM-7."""

import unicodedata
from dataclasses import dataclass

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = frozenset("\f^{}\\[~]|€")  # sent as an escape and a character: two units

# Typography that a phone shows no better than its plain twin, but that would turn the whole text into UCS-2.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys(
            "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t", " "
        ),
        **dict.fromkeys("\u200b\u2060\ufeff\u00ad", None),
        "\u2026": "...",
        "\u2022": "-",
        "\u00b7": "-",
        "\u2028": "\n",
        "\u2029": "\n",
    }
)


@dataclass(frozen=True)
class Segments:
    """`count` is what is paid for; `units` are septets of GSM-7 or 16-bit units of UCS-2."""

    count: int
    units: int
    encoding: str  # gsm7 | ucs2


def count(text: str) -> Segments:
    """Measure a text as the carrier will cut it. An empty one is one segment."""
    weights = _gsm_weights(text)
    if weights is not None:
        return _cut(weights, single=160, joined=153, encoding="gsm7")
    return _cut([2 if ord(char) > 0xFFFF else 1 for char in text], single=70, joined=67, encoding="ucs2")


def fold(text: str) -> str:
    """Curly quotes, dashes and odd blanks become plain ones; everything a reader would miss stays as it is."""
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def _gsm_weights(text: str) -> list[int] | None:
    weights = []
    for char in text:
        if char in GSM_BASIC:
            weights.append(1)
        elif char in GSM_EXTENSION:
            weights.append(2)
        else:
            return None
    return weights


def _cut(weights: list[int], *, single: int, joined: int, encoding: str) -> Segments:
    units = sum(weights)
    if units <= single:
        return Segments(1, units, encoding)
    segments, room = 1, joined
    for weight in weights:
        if weight > room:  # neither an escape pair nor a surrogate pair is torn apart
            segments, room = segments + 1, joined
        room -= weight
    return Segments(segments, units, encoding)
