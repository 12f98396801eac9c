"""Twilio's signature on what it posts to us: checked over the public address and the raw body, in constant time."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import parse_qsl, urlsplit, urlunsplit

_PORTS = {"https": 443, "http": 80}
Fields = Sequence[tuple[str, str]]


def fields(body: bytes) -> list[tuple[str, str]]:
    """The form's fields as they were sent: blank ones and repeated ones too, or the signature would not fit."""
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=500)


def sign(token: str, url: str, form: Fields) -> str:
    """HMAC-SHA1 over the address and the fields in order of name, then value; an equal pair counts once."""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    return base64.b64encode(hmac.new(token.encode(), signed.encode("utf-8", "replace"), hashlib.sha1).digest()).decode()


def genuine(tokens: Iterable[str], url: str, form: Fields, given: str | None) -> bool:
    """Did the holder of one of the tokens sign this? Twilio signs some addresses with their port and some without."""
    shown = (given or "").encode("utf-8", "replace")
    good = False
    for token in tokens:
        for address in _spellings(url):
            good |= bool(token) and hmac.compare_digest(sign(token, address, form).encode(), shown)
    return good


def _spellings(url: str) -> set[str]:
    parts = urlsplit(url)
    host, _, user = reversed(parts.netloc.rpartition("@"))
    user = f"{user}@" if user else ""
    bare = host if parts.port is None else host.rpartition(":")[0]
    port = parts.port or _PORTS.get(parts.scheme, 443)
    return {url, *(urlunsplit(parts._replace(netloc=user + netloc)) for netloc in (bare, f"{bare}:{port}"))}
