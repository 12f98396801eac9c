"""`rapport doctor`: looks at the machine, the settings and what was made, changes nothing, and says what to do."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers
from rich.console import Console
from rich.text import Text
from sqlalchemy import func, select

from handoff.entry import migrate, processes, trained, up
from handoff.entry.processes import ROOT
from handoff.entry.seed import transaction
from handoff.entry.supervisor import CannotStart
from handoff.models import Agent
from handoff.routing import policy as routing
from shop import policy
from shop.ground import settings as ground
from shop.ground.settings import BadSetting, Settings
from shop.vocabulary import NAME as VOCABULARY

STYLES = {"ok": "green", "note": "yellow", "wrong": "bold red"}
PYTHON = "3.11"


@dataclass(frozen=True)
class Finding:
    """`level`: ok, note (works, but look at it) or wrong. `what` says how it is and, where it must change, what to do."""

    level: str
    what: str


Check = Callable[[Settings], Iterator[Finding]]


def report(console: Console) -> int:
    """Print what was found; 1 if something is wrong."""
    found = list(findings())
    for one in found:
        console.print(Text(f"{one.level:<6}", STYLES[one.level]) + Text(one.what, ""), soft_wrap=True)
    wrong = sum(one.level == "wrong" for one in found)
    console.print(f"{wrong} to mend." if wrong else "Nothing to mend.")
    return min(wrong, 1)


def findings() -> Iterator[Finding]:
    yield from pythons()
    try:
        settings = ground.load()
    except BadSetting as refused:
        yield Finding("wrong", str(refused))
        return
    yield Finding("ok", f"Settings are complete for {settings.rapport_env}; data lies in {settings.var_dir}.")
    for check in CHECKS:
        yield from check(settings)


def pythons() -> Iterator[Finding]:
    """Both environments, and whether they are what their lock files say."""
    yield _python("Rapport", Path(sys.executable), ROOT / ".venv" / ".ready", ROOT / "requirements.txt")
    bot = ROOT / ".venv-bot"
    yield _python("the bot", bot / "bin" / "python", bot / ".ready", ROOT / "bot" / "requirements.txt")


def _python(whose: str, python: Path, stamp: Path, lock: Path) -> Finding:
    try:
        asked = subprocess.run([python, "--version"], capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return Finding("wrong", f"The environment of {whose} is missing: run `make setup`.")
    version = asked.stdout.strip().removeprefix("Python ")
    if not version.startswith(PYTHON + "."):
        return Finding(
            "wrong", f"{whose} runs on Python {version}: remove its environment and run `make setup`, for {PYTHON}."
        )
    if not stamp.exists() or stamp.stat().st_mtime < lock.stat().st_mtime:
        return Finding("wrong", f"The environment of {whose} is older than {lock.relative_to(ROOT)}: run `make setup`.")
    return Finding("ok", f"Python {version} for {whose}, installed from {lock.relative_to(ROOT)}.")


def ports(settings: Settings) -> Iterator[Finding]:
    running = up.running(settings.var_dir)
    if running:
        yield Finding("ok", f"Rapport is running here (process {running}) and has its ports.")
        return
    for name, (host, port) in processes.ports(settings).items():
        try:
            up.must_be_free(name, host, port)
        except CannotStart as taken:
            yield Finding("wrong", str(taken))
        else:
            yield Finding("ok", f"{name}: {port} is free.")


def database(settings: Settings) -> Iterator[Finding]:
    try:
        revision = migrate.revision(settings)
    except CannotStart as unreachable:
        yield Finding("wrong", str(unreachable))
        return
    mend = "`make up` does it" if settings.development else "run `rapport migrate`"
    if revision is None:
        yield Finding(_unmade(settings), f"DATABASE_URL: {migrate.where(settings)} has no tables yet: {mend}.")
    elif revision != migrate.newest():
        what = f"is at revision {revision}, this version needs {migrate.newest()}"
        yield Finding(_unmade(settings), f"DATABASE_URL: {migrate.where(settings)} {what}: {mend}.")
    else:
        yield Finding("ok", f"{migrate.where(settings)} is at revision {revision}, the newest.")
        yield _staff(settings)


def _staff(settings: Settings) -> Finding:
    with transaction(settings) as session:
        count = session.scalar(select(func.count()).where(Agent.disabled_at.is_(None)))
    if count:
        return Finding("ok", f"{count} agents can sign in.")
    return Finding("note", 'Nobody can sign in to the console: `rapport agents add "Their Name" their@address`.')


def model(settings: Settings) -> Iterator[Finding]:
    current, newest = trained.current(settings), trained.shelf(settings).newest()
    mend = "`make up` trains one" if settings.development else "run `rapport train`"
    if current:
        yield Finding("ok", f"The model is of what lies here ({current.name}).")
    elif newest:
        yield Finding(_unmade(settings), f"The model {newest.name} is older than what it learns from: {mend}.")
    else:
        yield Finding(_unmade(settings), f"There is no model in {settings.var_dir}/models: {mend}.")
    if not (settings.var_dir / VOCABULARY).exists():
        yield Finding(
            "note", "The bot has no product words yet: `rapport vocabulary` writes them (`make up` does it, too)."
        )


def _unmade(settings: Settings) -> str:
    """What development makes by itself is no fault."""
    return "note" if settings.development else "wrong"


def twilio(settings: Settings) -> Iterator[Finding]:
    if not any((settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_from)):
        yield Finding("note", "Texts are off: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM are not set.")
        return
    shapes = (
        (
            "TWILIO_ACCOUNT_SID",
            settings.twilio_account_sid,
            "AC and 32 hexadecimal digits",
            re.compile("AC[0-9a-fA-F]{32}"),
        ),
        ("TWILIO_AUTH_TOKEN", settings.twilio_auth_token, "32 hexadecimal digits", re.compile("[0-9a-fA-F]{32}")),
    )
    bad = [f"{name} is not {wanted}" for name, value, wanted, shape in shapes if not shape.fullmatch(value)]
    if not _is_number(settings.twilio_from):
        bad.append("TWILIO_FROM is no phone number such as +12125550100")
    if bad:
        yield Finding("wrong", f"{'; '.join(bad)}. Copy them from Twilio's console into .env.")
    else:
        where = f"the twin at {settings.twilio_api_url}" if settings.twilio_api_url else "Twilio"
        yield Finding("ok", f"Texts go out from {settings.twilio_from} through {where}.")


def _is_number(text: str) -> bool:
    try:
        return text.startswith("+") and phonenumbers.is_possible_number(phonenumbers.parse(text))
    except phonenumbers.NumberParseException:
        return False


def rules(settings: Settings) -> Iterator[Finding]:
    try:
        policy.load(policy.path(settings))
        routing.load(routing.path(settings), settings.zone)
    except BadSetting as refused:
        yield Finding("wrong", str(refused))
    else:
        both = f"{policy.path(settings)} and who is put in front of whom in {routing.path(settings)}"
        yield Finding("ok", f"The shop's rules in {both} are complete.")


def mail(settings: Settings) -> Iterator[Finding]:
    if not settings.smtp_url:
        yield Finding(
            "note", "Mail is off: SMTP_URL is not set, so no receipts go out, and no codes to an e-mail address."
        )
        return
    parts = urlsplit(settings.smtp_url)
    if parts.scheme not in ("smtp", "smtp+tls", "smtps") or not parts.hostname:
        yield Finding("wrong", "SMTP_URL is no address such as smtp://user:password@mail.example.com:587.")
    elif "@" not in settings.mail_from:
        yield Finding("wrong", "MAIL_FROM is no e-mail address: set the one that customers may answer to.")
    else:
        yield Finding("ok", f"Mail goes out as {settings.mail_from} through {parts.hostname}.")


def secrets(settings: Settings) -> Iterator[Finding]:
    for name, secret in (("IDENTITY_SECRET", settings.identity_secret), ("GATEWAY_SECRET", settings.gateway_secret)):
        if len(secret) < 32 or len(set(secret)) < 10:
            yield Finding("wrong", f"{name} is easy to guess: use `openssl rand -hex 32`.")
        else:
            yield Finding("ok", f"{name} is long and varied enough.")
    if settings.identity_secret_before:
        yield Finding(
            "note",
            "IDENTITY_SECRET_BEFORE still counts: take it out once the shop signs with IDENTITY_SECRET"
            " (docs/operations.md, Exchanging secrets).",
        )


def addresses(settings: Settings) -> Iterator[Finding]:
    if not settings.development and not settings.public_url.startswith("https://"):
        yield Finding("wrong", f"PUBLIC_URL is {settings.public_url}: customers need https, and so does Twilio.")
    if not settings.development and settings.origins == {settings.public_url}:
        yield Finding(
            "note", "ALLOWED_ORIGINS is empty: the widget works on PUBLIC_URL's own pages only, not on the shop's."
        )


CHECKS: tuple[Check, ...] = (
    ports,
    database,
    model,
    rules,
    twilio,
    mail,
    secrets,
    addresses,
)
