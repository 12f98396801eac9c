"""Mail out, over SMTP: one mail at a time, and a plain word on what came of it. There is no mail in."""

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib

from shop.ground import clock
from shop.ground.settings import Settings

TIMEOUT_S = 15.0


@dataclass(frozen=True)
class Mail:
    """What is to be sent. `key` makes the Message-ID: a mail that goes out twice is recognised as one."""

    to: str
    subject: str
    text: str
    key: str


@dataclass(frozen=True)
class Accepted:
    """The mail server has it."""


@dataclass(frozen=True)
class Refused:
    """The mail server will never take it."""

    why: str


@dataclass(frozen=True)
class Later:
    """Not now: try again."""

    why: str


Outcome = Accepted | Refused | Later


class Mailer:
    """Sends through SMTP_URL: smtp:// (STARTTLS where offered), smtp+tls:// (STARTTLS demanded) or smtps://."""

    def __init__(self, settings: Settings, timeout_s: float = TIMEOUT_S) -> None:
        self._from = settings.mail_from
        self._shop = settings.shop_name
        self._url = urlsplit(settings.smtp_url)
        self._timeout_s = timeout_s

    async def send(self, mail: Mail) -> Outcome:
        """Hand over one mail."""
        if not self._url.hostname:
            return Later("SMTP_URL is not set")
        try:
            await aiosmtplib.send(self._written(mail), **self._how())
        except ValueError as error:  # a line break in a header, a blank in an address: smuggling, or a slip
            return Refused(str(error))
        except aiosmtplib.SMTPRecipientsRefused as error:
            codes = [refusal.code for refusal in error.recipients]
            return Refused(f"recipient refused: {codes}") if all(code >= 500 for code in codes) else Later(f"{codes}")
        except aiosmtplib.SMTPResponseException as error:
            why = f"{error.code} {error.message}"
            # A refused login is ours to mend: the mail is kept until then.
            hopeless = error.code >= 500 and not isinstance(error, aiosmtplib.SMTPAuthenticationError)
            return Refused(why) if hopeless else Later(why)
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            return Later(f"{type(error).__name__}: {error}")
        return Accepted()

    def _written(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = formataddr((self._shop, self._from))
        message["To"] = mail.to
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(clock.now())
        message["Message-ID"] = f"<{mail.key}@{self._from.rpartition('@')[2] or 'localhost'}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        return message

    def _how(self) -> dict[str, Any]:
        tls = self._url.scheme == "smtps"
        demanded: bool | None = True if self._url.scheme == "smtp+tls" else None
        return {
            "hostname": self._url.hostname,
            "port": self._url.port or (465 if tls else 587 if demanded else 25),
            "username": unquote(self._url.username) if self._url.username else None,
            "password": unquote(self._url.password) if self._url.password else None,
            "use_tls": tls,
            "start_tls": None if tls else demanded,
            "timeout": self._timeout_s,
        }
