"""Settings: every refusal names the setting, production makes nothing up, development makes its secrets once."""

import subprocess
import sys
from pathlib import Path

import pytest

from shop.ground import settings
from shop.ground.settings import BadSetting, Settings

SECRET = "s" * 64


def production(var_dir: Path, **others: object) -> Settings:
    given: dict[str, object] = {"identity_secret": SECRET, "public_url": "https://chat.example.com", **others}
    return settings.load(_env_file=None, var_dir=var_dir, **given)


def development(var_dir: Path, **others: object) -> Settings:
    return settings.load(_env_file=None, rapport_env="development", var_dir=var_dir, **others)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rapport_env", "staging"),
        ("port", "eighty"),
        ("port", 0),
        ("port", 70000),
        ("rasa_port", -1),
        ("public_url", "chat.example.com"),
        ("public_url", "https://example.com/chat"),
        ("public_url", "ftp://example.com"),
        ("shop_timezone", "Mars/Olympus"),
        ("shop_timezone", "../etc/passwd"),
        ("shop_currency", "dollars"),
        ("reopen_days", -1),
        ("trusted_proxies", "many"),
        ("log_level", "loud"),
        ("identity_secret", "short"),
        ("identity_secret_before", "short"),
        ("rate_messages", "often"),
        ("rate_sessions", "10/fortnight"),
        ("rate_logins", "-1/minute"),
    ],
)
def test_a_bad_setting_is_refused_by_name(tmp_path: Path, name: str, value: object) -> None:
    with pytest.raises(BadSetting, match=f"^{name.upper()}") as refusal:
        production(tmp_path, **{name: value})
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("missing", ["identity_secret", "public_url"])
def test_production_does_not_start_without_what_safety_needs(tmp_path: Path, missing: str) -> None:
    with pytest.raises(BadSetting, match=f"^{missing.upper()} is not set"):
        production(tmp_path, **{missing: ""})


def test_production_is_what_you_get_when_nothing_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="IDENTITY_SECRET"):
        settings.load(_env_file=None, var_dir=tmp_path)


def test_production_makes_nothing_up(tmp_path: Path) -> None:
    made = production(tmp_path)
    assert not made.development
    assert (made.twilio_api_url, made.twilio_auth_token, made.twilio_from, made.smtp_url) == ("", "", "", "")
    assert made.origins == {"https://chat.example.com"}
    assert list(tmp_path.iterdir()) == []


def test_development_never_texts_for_real(tmp_path: Path) -> None:
    assert development(tmp_path).twilio_api_url == "http://127.0.0.1:8003"
    with pytest.raises(BadSetting, match="TWILIO_API_URL"):
        development(tmp_path, twilio_api_url="https://api.twilio.com")


def test_development_serves_this_machine_only(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="HOST"):
        development(tmp_path, host="0.0.0.0")
    assert production(tmp_path, host="0.0.0.0").host == "0.0.0.0"


def test_one_port_moves_all_the_others(tmp_path: Path) -> None:
    moved = development(tmp_path, port=9100)
    ports = (moved.rasa_port, moved.actions_port, moved.twin_port, moved.smtp_twin_port)
    assert ports == (9101, 9102, 9103, 9104)
    assert moved.rasa_url == "http://127.0.0.1:9101"
    assert moved.public_url == "http://127.0.0.1:9100"
    assert moved.origins == {"http://127.0.0.1:9100", "http://localhost:9100"}
    assert development(tmp_path, port=9100, rasa_port=7000).rasa_url == "http://127.0.0.1:7000"


def test_allowed_origins_are_an_exact_list(tmp_path: Path) -> None:
    listed = production(tmp_path, allowed_origins=" https://shop.example.com/ ,https://www.example.com,, ")
    assert listed.origins == {"https://shop.example.com", "https://www.example.com", "https://chat.example.com"}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_usual_spellings_of_a_postgresql_address_are_taken(tmp_path: Path, scheme: str) -> None:
    url = production(tmp_path, database_url=f"{scheme}://me@db/rapport").database_url
    assert url == "postgresql+psycopg://me@db/rapport"


def test_the_default_database_is_a_file_under_var(tmp_path: Path) -> None:
    assert production(tmp_path).database_url == f"sqlite:///{tmp_path}/rapport.db"


def test_settings_come_from_the_environment_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file = tmp_path / "here.env"
    env_file.write_text("SHOP_NAME=From the file\nREOPEN_DAYS=3\nUNKNOWN_THING=1\n")
    monkeypatch.setenv("SHOP_NAME", "From the environment")
    monkeypatch.setenv("PORT", "")  # empty is not set
    loaded = settings.load(_env_file=env_file, rapport_env="development", var_dir=tmp_path / "var")
    assert (loaded.shop_name, loaded.reopen_days, loaded.port) == ("From the environment", 3, 8000)


def test_secrets_of_development_are_made_once_and_kept_for_oneself(tmp_path: Path) -> None:
    first, second = development(tmp_path), development(tmp_path)
    assert len(first.identity_secret) == 64
    assert first.identity_secret == second.identity_secret
    assert first.gateway_secret == second.gateway_secret != first.identity_secret
    assert (tmp_path / "secrets.json").stat().st_mode & 0o077 == 0


def test_another_secret_is_another_gateway_secret(tmp_path: Path) -> None:
    one, other = production(tmp_path), production(tmp_path, identity_secret="t" * 64)
    assert one.gateway_secret not in ("", other.gateway_secret)
    assert production(tmp_path, gateway_secret="mine").gateway_secret == "mine"


def test_two_processes_that_start_at_once_share_the_secrets_they_make(tmp_path: Path) -> None:
    program = (
        "import sys; from shop.ground import settings; sys.stdin.read();"
        "print(settings.load(_env_file=None, rapport_env='development', var_dir=sys.argv[1]).identity_secret)"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "var")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in started:
        assert process.stdin
        process.stdin.close()  # go
    secrets = {process.stdout.read() for process in started if process.stdout}
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
    assert len(secrets) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secrets.json"]


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://Chat.Example.com/", "https://chat.example.com"),
        ("https://chat.example.com:443", "https://chat.example.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
    ],
)
def test_the_public_address_is_written_as_a_browser_writes_an_origin(tmp_path: Path, given: str, origin: str) -> None:
    assert production(tmp_path, public_url=given).public_url == origin
