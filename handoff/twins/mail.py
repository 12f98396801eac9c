"""The twin of the mail server: takes every mail and keeps it for the outbox page; nothing leaves this machine."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

from handoff.twins.store import Store


class _Taker:
    """aiosmtpd calls this for each mail."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content or "").encode()
        mail = message_from_bytes(content, policy=policy.default)
        if not isinstance(mail, EmailMessage):
            return "554 Not a mail"
        part = mail.get_body(preferencelist=("plain", "html"))
        text = part.get_content() if part is not None else ""
        sender, receivers = str(mail["From"] or envelope.mail_from), [str(to) for to in envelope.rcpt_tos]
        self._store.add_mail(
            sender,
            receivers,
            str(mail["Subject"] or ""),
            str(text).replace("\r\n", "\n"),
            str(mail["Message-ID"] or ""),
        )
        return "250 Kept"


async def listen(store: Store, host: str, port: int) -> asyncio.Server:
    """Open the SMTP door on the running loop."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: SMTP(_Taker(store), hostname="rapport-twin", loop=loop), host, port)
