"""Links that we hand out: signed, so that nobody can guess another, and good for a while only."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from itsdangerous import BadSignature, URLSafeSerializer

from shop.ground import clock
from shop.ground.errors import NotFound
from shop.ground.settings import Settings

FILE_LASTS = timedelta(minutes=10)
BY_PHONE_LASTS = timedelta(days=7)


@dataclass(frozen=True)
class _Place:
    url: str
    secrets: tuple[str, ...]  # the last one signs, each is believed
    number: str = ""
    price: str = ""
    currency: str = ""


_started: list[_Place] = [_Place("", (secrets.token_hex(32),))]  # the last one counts


def start(settings: Settings) -> None:
    """Links lead to this installation from now on."""
    _started.append(
        _Place(
            settings.public_url,
            settings.identity_secrets,
            settings.twilio_from,
            settings.sms_price,
            settings.shop_currency,
        )
    )


def our_number() -> str:
    """The number that customers text, if texts are on."""
    return _started[-1].number


def price_of_a_segment() -> tuple[int, str] | None:
    """What is set, in millionths, and of what; None if nothing is."""
    here = _started[-1]
    return (int(Decimal(here.price) * 1_000_000), here.currency) if here.price else None


def base() -> str:
    """The address of this installation."""
    return _started[-1].url


def secrets_for(purpose: str) -> list[bytes]:
    """Keys of their own for each kind of short link: the last one signs, each is believed."""
    return [
        hmac.new(secret.encode(), f"link:{purpose}".encode(), hashlib.sha256).digest()
        for secret in _started[-1].secrets
    ]


def to_phone(file_id: str) -> str:
    """The same in a text message: it may be read much later, and is not renewed."""
    return to_file(file_id, BY_PHONE_LASTS)


def to_file(file_id: str, lasts: timedelta = FILE_LASTS) -> str:
    """Where a file can be fetched for the next ten minutes."""
    until = int((clock.now() + lasts).timestamp())
    return f"{_started[-1].url}/files/{_signer('file').dumps([file_id, until])}"


def file_of(signed: str) -> str:
    """The file that a link names. Raises `NotFound` for one that is not ours, or is too old."""
    try:
        file_id, until = _signer("file").loads(signed)
    except (BadSignature, ValueError, TypeError):
        raise NotFound("There is no such file.") from None
    if clock.now() >= datetime.fromtimestamp(until, UTC):
        raise NotFound("This link has expired. Open the conversation again for a new one.", code="expired")
    return str(file_id)


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(list(_started[-1].secrets), salt=f"link:{purpose}")
