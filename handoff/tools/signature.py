"""Twilio's signature on what it posts to us: checked over the public address and the raw body, in constant time.

It is made with the account's auth token (HMAC-SHA1) or, where a header says so, with a shared key and its algorithm.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

SETTINGS_HEADER = "x-twilio-webhooks-signature-settings"  # key=<id of the shared key>,algorithm=HMAC_SHA256
_HASHES = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_PORTS = {"https": 443, "http": 80}
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Secrets:
    """What Twilio may sign with: auth tokens (two while they are exchanged), and shared keys by their id."""

    tokens: Sequence[str]
    shared: Mapping[str, str]

    def named(self, header: str | None) -> tuple[Sequence[str], str]:
        """The secrets and the algorithm that `SETTINGS_HEADER` speaks of; for an unknown key no secret at all."""
        said = dict(part.strip().partition("=")[::2] for part in (header or "").split(","))
        key = said.get("key", "")
        secrets = self.tokens if not key else [self.shared[key]] if key in self.shared else []
        return secrets, said.get("algorithm") or "HMAC_SHA1"


def fields(body: bytes) -> list[tuple[str, str]]:
    """The form's fields as they were sent: blank ones and repeated ones too, or the signature would not fit."""
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=500)


def sign(secret: str, url: str, form: Fields, algorithm: str = "HMAC_SHA1") -> str:
    """The keyed hash of the address and the fields in order of name, then value; an equal pair counts once."""
    signed = url + "".join(name + value for name, value in sorted(set(form)))
    made = hmac.new(secret.encode(), signed.encode("utf-8", "replace"), _HASHES[algorithm])
    return base64.b64encode(made.digest()).decode()


def genuine(secrets: Iterable[str], url: str, form: Fields, given: str | None, algorithm: str = "HMAC_SHA1") -> bool:
    """Did the holder of one of the secrets sign this? Twilio signs some addresses with their port and some without."""
    shown = (given or "").encode("utf-8", "replace")
    good = False
    for secret in secrets if algorithm in _HASHES else ():
        for address in _spellings(url):
            good |= bool(secret) and hmac.compare_digest(sign(secret, address, form, algorithm).encode(), shown)
    return good


def _spellings(url: str) -> set[str]:
    parts = urlsplit(url)
    host, _, user = reversed(parts.netloc.rpartition("@"))
    user = f"{user}@" if user else ""
    bare = host if parts.port is None else host.rpartition(":")[0]
    port = parts.port or _PORTS.get(parts.scheme, 443)
    return {url, *(urlunsplit(parts._replace(netloc=user + netloc)) for netloc in (bare, f"{bare}:{port}"))}
