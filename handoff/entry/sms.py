"""`rapport sms doctor`: is Twilio's side set up as our side expects, and if not, what to enter where. Changes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from handoff.entry import doctor
from handoff.entry.doctor import STYLES, Finding
from shop.ground import settings as ground
from shop.ground.settings import Settings

# How Twilio calls us: 3 tries on any failure, 2 s to connect, 4 s to answer; all within its 15 s.
OVERRIDES = "#rc=3&rp=all&ct=2000&rt=4000"
INBOUND = "/sms/inbound"

app = typer.Typer(help="Text messages: is Twilio set up?", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _group() -> None:
    """Text messages."""


@app.command("doctor")
def check(
    offline: Annotated[bool, typer.Option("--offline", help="Look at our own settings only.")] = False,
) -> None:
    """Check our settings and the number's at Twilio, and print what to enter there. Exit code 1 if something is wrong."""
    out = Console(highlight=False)
    settings = ground.load()
    found = list(doctor.twilio(settings))
    if not offline and settings.twilio_account_sid and settings.twilio_from:
        found += findings(settings, number_at_twilio(settings))
    for one in found:
        out.print(Text(f"{one.level:<6}", STYLES[one.level]) + Text(one.what, ""), soft_wrap=True)
    out.print(f"\nA message comes in (HTTP POST):\n  {webhook(settings)}", soft_wrap=True, markup=False)
    out.print("No status callback is to be entered: each text names its own.", markup=False)
    raise typer.Exit(int(any(one.level == "wrong" for one in found)))


@dataclass(frozen=True)
class Number:
    """Our number as Twilio has it."""

    can_text: bool
    can_send_pictures: bool
    url: str
    method: str
    fallback: str


def webhook(settings: Settings) -> str:
    return f"{settings.public_url}{INBOUND}{OVERRIDES}"


def findings(settings: Settings, number: Number | str) -> Iterator[Finding]:
    """What is right and wrong at Twilio. A string says why the number could not be looked at."""
    if isinstance(number, str):
        yield Finding("wrong", f"Twilio: {number}")
        return
    yield Finding("ok", f"Twilio knows {settings.twilio_from} as a number of this account.")
    if not number.can_text:
        yield Finding("wrong", f"{settings.twilio_from} cannot send texts: buy one that can.")
    if not number.can_send_pictures:
        yield Finding("note", f"{settings.twilio_from} takes no pictures (MMS).")
    ours, fragment = f"{settings.public_url}{INBOUND}", number.url.partition("#")[2]
    if number.url.partition("#")[0] != ours:
        yield Finding("wrong", f"A message comes in: it is {number.url or 'empty'}, and must be {webhook(settings)}")
    elif number.method.upper() != "POST":
        yield Finding("wrong", f"A message comes in: the method is {number.method}, and must be POST.")
    elif not fragment:
        yield Finding("note", f"A message comes in: with connection overrides it is more patient: {webhook(settings)}")
    else:
        yield Finding("ok", "A message comes in leads here.")
    if number.fallback and number.fallback.partition("#")[0] != ours:
        yield Finding(
            "note",
            f"If it fails, Twilio tells {number.fallback}. What never reaches us is fetched within a minute anyway.",
        )


def number_at_twilio(settings: Settings) -> Number | str:
    """Ask Twilio about our number."""
    from twilio.base.exceptions import TwilioException
    from twilio.rest import Client

    client = Client(settings.twilio_account_sid, settings.twilio_auth_token, environment={"-": "-"})
    if settings.twilio_api_url:
        client.api.base_url = settings.twilio_api_url
    try:
        listed = client.incoming_phone_numbers.list(phone_number=settings.twilio_from, limit=1)
    except (TwilioException, OSError) as error:
        return f"the account could not be asked ({type(error).__name__}): are TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN right?"
    if not listed:
        return f"{settings.twilio_from} is no number of this account."
    [one] = listed
    can: dict[str, Any] = one.capabilities if isinstance(one.capabilities, dict) else {}
    return Number(
        bool(can.get("sms", can.get("SMS"))),
        bool(can.get("mms", can.get("MMS"))),
        one.sms_url or "",
        one.sms_method or "POST",
        one.sms_fallback_url or "",
    )
