"""Every setting, read here and nowhere else: from the environment, then `.env`, then the defaults below.

In development the secrets that are not set are made once and kept in `VAR_DIR/secrets.json`.
In production nothing is made up: `load()` refuses to go on without what safety needs.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shop.ground import secrets


class BadSetting(Exception):
    """A setting that is missing or impossible; the text names it and the mend. The command ends with exit code 2."""


class Settings(BaseSettings):
    """What can be set. Names are the environment's; `.env.example` explains each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, frozen=True)

    rapport_env: Literal["production", "development"] = "production"
    var_dir: Path = Path("var")
    files_dir: str = ""
    files_kept_days: int = Field(365, ge=0, le=36500)
    database_url: str = ""
    tracker_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=1, le=65000)
    rasa_port: int = Field(0, ge=0, le=65535)
    actions_port: int = Field(0, ge=0, le=65535)
    twin_port: int = Field(0, ge=0, le=65535)
    smtp_twin_port: int = Field(0, ge=0, le=65535)
    public_url: str = ""
    allowed_origins: str = ""
    identity_secret: str = ""
    identity_secret_before: str = ""
    gateway_secret: str = ""
    seal_secret: str = ""
    seal_secret_before: str = ""
    rasa_url: str = ""
    actions_url: str = ""
    sentence_model_dir: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_other_token: str = ""
    twilio_shared_keys: str = ""
    twilio_from: str = ""
    twilio_api_url: str = ""
    sms_segments_per_s: float = Field(0, ge=0, le=1000)
    sms_per_hour: int = Field(60, ge=1)
    sms_per_day: int = Field(200, ge=1)
    sms_heard_at_most: int = Field(40, ge=1)
    sms_new_numbers_per_day: int = Field(100, ge=0)
    sms_countries: str = ""
    sms_content_retention: Literal["retain", "discard"] = "retain"
    sms_address_retention: Literal["retain", "obfuscate"] = "retain"
    sms_price: str = Field("", pattern=r"^([0-9]{1,3}\.[0-9]{1,6})?$")
    smtp_url: str = ""
    mail_from: str = ""
    shop_name: str = "Juniper & Pine"
    shop_url: str = ""
    shop_timezone: str = "America/New_York"
    shop_currency: str = Field("USD", pattern="^[A-Z]{3}$")
    policy_file: str = ""
    routing_file: str = ""
    reopen_days: int = Field(7, ge=0)
    typing_preview: bool = False
    trusted_proxies: int = Field(0, ge=0)
    rate_sessions: str = "300/minute"
    rate_messages: str = "120/minute"
    rate_logins: str = "20/minute"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @field_validator("shop_timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("is not a time zone; use a name such as America/New_York") from None
        return name

    @field_validator("public_url")
    @classmethod
    def _an_origin(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/")):
            raise ValueError("must be an origin such as https://chat.example.com, without a path")
        if not url:
            return url
        # As a browser writes it in `Origin`: host in lower case, no port that is the scheme's own.
        default = {"http": ":80", "https": ":443"}[parts.scheme]
        return f"{parts.scheme}://{parts.netloc.lower().removesuffix(default)}"

    @field_validator("twilio_shared_keys")
    @classmethod
    def _keys(cls, keys: str) -> str:
        if not all(re.fullmatch(r"[\w-]+=\S+", pair.strip()) for pair in keys.split(",") if pair.strip()):
            raise ValueError("must be a list such as webhooks_sharedkey_1=secret,webhooks_sharedkey_2=another")
        return keys

    @field_validator("sms_countries")
    @classmethod
    def _countries(cls, listed: str) -> str:
        if not all(re.fullmatch("[A-Za-z]{2}", country.strip()) for country in listed.split(",") if country.strip()):
            raise ValueError("must be a list of countries such as US,CA")
        return listed.upper()

    @field_validator("rate_sessions", "rate_messages", "rate_logins")
    @classmethod
    def _a_rate(cls, rate: str) -> str:
        if not re.fullmatch(r"[1-9][0-9]{0,8}/(second|minute|hour|day)", rate):
            raise ValueError("must be a number and a time, such as 120/minute")
        return rate

    @property
    def development(self) -> bool:
        return self.rapport_env == "development"

    @property
    def identity_secrets(self) -> tuple[str, ...]:
        """What a signature may be made with; the last one is what we sign with. Two of them while it is exchanged."""
        return tuple(secret for secret in (self.identity_secret_before, self.identity_secret) if secret)

    @property
    def seal_secrets(self) -> tuple[str, ...]:
        """The same for what is sealed in the database."""
        return tuple(secret for secret in (self.seal_secret_before, self.seal_secret) if secret)

    @property
    def twilio_tokens(self) -> tuple[str, ...]:
        """The auth tokens that Twilio may sign with; the first one is ours to call with."""
        return tuple(token for token in (self.twilio_auth_token, self.twilio_other_token) if token)

    @cached_property
    def twilio_keys(self) -> dict[str, str]:
        """Secrets of shared keys by their id."""
        pairs = (pair.strip().partition("=") for pair in self.twilio_shared_keys.split(",") if pair.strip())
        return {key.strip(): secret.strip() for key, _, secret in pairs}

    @property
    def text_countries(self) -> frozenset[str]:
        """Where codes may go that anybody can ask for; empty: the country of TWILIO_FROM."""
        return frozenset(country.strip() for country in self.sms_countries.split(",") if country.strip())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.shop_timezone)

    @property
    def shop_page(self) -> str:
        """Where customers find the chat, for links back to it."""
        listed = [origin.strip() for origin in self.allowed_origins.split(",") if origin.strip()]
        return self.shop_url or (listed[0] if listed else self.public_url)

    @cached_property
    def origins(self) -> frozenset[str]:
        """Who may call `/api/chat/*` from a browser: the shop's pages and our own."""
        listed = {origin.strip().rstrip("/") for origin in self.allowed_origins.split(",") if origin.strip()}
        return frozenset(listed | {self.public_url})


def load(**overrides: object) -> Settings:
    """The settings of this process. Raises `BadSetting` with one line a person can act on."""
    try:
        given = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise BadSetting(
            f"{name}: {first['msg'].removeprefix('Value error, ')}. Mend it in the environment or in .env."
        ) from None
    settings = given.model_copy(update=_filled(given))
    _check(settings)
    return settings


def _filled(given: Settings) -> dict[str, object]:
    """Defaults that depend on other settings; each is used only where nothing was set."""
    port = given.port
    twin_port, smtp_port = given.twin_port or port + 3, given.smtp_twin_port or port + 4
    derived: dict[str, object] = {
        "var_dir": given.var_dir.absolute(),
        "files_dir": given.files_dir or str(given.var_dir.absolute() / "files"),
        "sms_segments_per_s": given.sms_segments_per_s or (100.0 if given.development else 1.0),
        "rasa_port": given.rasa_port or port + 1,
        "actions_port": given.actions_port or port + 2,
        "twin_port": twin_port,
        "smtp_twin_port": smtp_port,
        "rasa_url": given.rasa_url or f"http://127.0.0.1:{given.rasa_port or port + 1}",
        "actions_url": given.actions_url or f"http://127.0.0.1:{given.actions_port or port + 2}/webhook",
        "database_url": _sqlalchemy_url(given.database_url or f"sqlite:///{given.var_dir.absolute()}/rapport.db"),
        # Rasa and the gateway agree on this without a setting of its own; a separate Rasa is told it.
        "gateway_secret": given.gateway_secret or secrets.derived(given.identity_secret, "gateway"),
        "seal_secret": given.seal_secret or secrets.derived(given.identity_secret, "seal"),
        "seal_secret_before": given.seal_secret_before or secrets.derived(given.identity_secret_before, "seal"),
        "tracker_url": given.tracker_url or str(given.var_dir.absolute() / "tracker.db"),
    }
    if given.development:
        made = secrets.made(given.var_dir)
        derived |= {name: getattr(given, name) or value for name, value in made.items()}
        derived["gateway_secret"] = given.gateway_secret or secrets.derived(str(derived["identity_secret"]), "gateway")
        derived["seal_secret"] = given.seal_secret or secrets.derived(str(derived["identity_secret"]), "seal")
        derived |= {
            "public_url": given.public_url or f"http://127.0.0.1:{port}",
            "allowed_origins": given.allowed_origins or f"http://localhost:{port}",
            "twilio_from": given.twilio_from or "+15005550006",
            "twilio_api_url": given.twilio_api_url or f"http://127.0.0.1:{twin_port}",
            "smtp_url": given.smtp_url or f"smtp://127.0.0.1:{smtp_port}",
            "mail_from": given.mail_from or "help@juniperandpine.example",
        }
    return derived


def _check(settings: Settings) -> None:
    missing = [name for name in ("identity_secret", "public_url") if not getattr(settings, name)]
    if missing:
        raise BadSetting(
            f"{missing[0].upper()} is not set. Set it in the environment or in .env (see .env.example);"
            " for a trial on this machine use `make up`, which sets RAPPORT_ENV=development."
        )
    for name in ("identity_secret", "identity_secret_before"):
        if 0 < len(getattr(settings, name)) < 32:
            raise BadSetting(
                f"{name.upper()} is too short: use at least 32 characters, e.g. from `openssl rand -hex 32`."
            )
    if settings.development and settings.twilio_api_url in ("", "https://api.twilio.com"):
        raise BadSetting(
            "TWILIO_API_URL must name the local twin in development: texts are never sent for real from there."
        )
    if settings.development and settings.host not in ("127.0.0.1", "localhost", "::1"):
        raise BadSetting(
            "HOST must be the loopback in development, where demo logins exist; set RAPPORT_ENV=production to serve others."
        )


def _sqlalchemy_url(url: str) -> str:
    """Accept the usual spellings of a PostgreSQL address and name the driver that is installed."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    return url
