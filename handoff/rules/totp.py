"""Time-based one-time passwords (RFC 6238: SHA-1, 6 digits, 30 seconds): arithmetic alone."""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_S = 30
DRIFT = 1  # steps that a telephone's clock may be off


def new_secret() -> str:
    """160 bits, in the letters that authenticators read."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def at(secret: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def step(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def fits(secret: str, code: str, now: datetime, after: int) -> int | None:
    """The step whose code this is, at most one off, and later than `after`: a code that was used is worth nothing."""
    for candidate in range(step(now) - DRIFT, step(now) + DRIFT + 1):
        if candidate > after and hmac.compare_digest(at(secret, candidate).encode(), code.encode()):
            return candidate
    return None


def link(secret: str, issuer: str, account: str) -> str:
    """What an authenticator reads from the picture."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
