"""The doctor: names what is wrong with its mend, and is content with what is right."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from handoff.entry import doctor, migrate
from shop.ground import settings as ground
from shop.ground.settings import Settings

SECRET = "0123456789abcdef" * 4
TWILIO = {"twilio_account_sid": "AC" + "0a" * 16, "twilio_auth_token": "1b" * 16, "twilio_from": "+12125550100"}


def production(tmp_path: Path, **others: object) -> Settings:
    given = {"identity_secret": SECRET, "public_url": "https://chat.example.com", "var_dir": tmp_path, **others}
    return ground.load(_env_file=None, **given)


def told(check: doctor.Check, settings: Settings) -> list[tuple[str, str]]:
    return [(one.level, one.what) for one in check(settings)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"twilio_account_sid": "SK" + "0a" * 16}, "TWILIO_ACCOUNT_SID is not AC and 32 hexadecimal digits"),
        ({"twilio_auth_token": "secret"}, "TWILIO_AUTH_TOKEN is not 32 hexadecimal digits"),
        ({"twilio_from": "555-0100"}, "TWILIO_FROM is no phone number"),
        ({"twilio_from": ""}, "TWILIO_FROM is no phone number"),
    ],
)
def test_the_shape_of_twilios_settings(tmp_path: Path, wrong: dict[str, str], said: str) -> None:
    [(level, what)] = told(doctor.twilio, production(tmp_path, **{**TWILIO, **wrong}))
    assert level == "wrong"
    assert said in what


def test_texts_may_be_off_or_on(tmp_path: Path) -> None:
    assert told(doctor.twilio, production(tmp_path))[0][0] == "note"
    assert told(doctor.twilio, production(tmp_path, **TWILIO)) == [
        ("ok", "Texts go out from +12125550100 through Twilio.")
    ]


@pytest.mark.parametrize(
    ("given", "level", "said"),
    [
        ({}, "note", "SMTP_URL is not set"),
        ({"smtp_url": "mail.example.com"}, "wrong", "SMTP_URL"),
        ({"smtp_url": "smtp://mail.example.com:587"}, "wrong", "MAIL_FROM"),
        ({"smtp_url": "smtps://u:p@mail.example.com", "mail_from": "a@example.com"}, "ok", "through mail.example.com"),
    ],
)
def test_mail(tmp_path: Path, given: dict[str, str], level: str, said: str) -> None:
    [(found, what)] = told(doctor.mail, production(tmp_path, **given))
    assert found == level
    assert said in what


def test_a_secret_that_is_easy_to_guess(tmp_path: Path) -> None:
    levels = {
        what.split()[0]: level for level, what in told(doctor.secrets, production(tmp_path, identity_secret="ab" * 20))
    }
    assert levels == {"IDENTITY_SECRET": "wrong", "GATEWAY_SECRET": "ok"}


def test_a_secret_that_was_exchanged_is_not_forgotten(tmp_path: Path) -> None:
    found = told(doctor.secrets, production(tmp_path, identity_secret_before="before" * 8))
    assert [(level, what.split()[0]) for level, what in found][-1] == ("note", "IDENTITY_SECRET_BEFORE")


def test_customers_need_https(tmp_path: Path) -> None:
    settings = production(tmp_path, public_url="http://chat.example.com", allowed_origins="https://www.example.com")
    assert [level for level, _ in told(doctor.addresses, settings)] == ["wrong"]
    assert [level for level, _ in told(doctor.addresses, production(tmp_path))] == ["note"]


def test_a_database_before_and_after_its_migration(tmp_path: Path) -> None:
    settings = production(tmp_path)
    assert told(doctor.database, settings)[0][0] == "wrong"
    assert "`rapport migrate`" in told(doctor.database, settings)[0][1]
    migrate.upgrade(settings)
    (level, what), (staff, how) = told(doctor.database, settings)
    assert (level, staff) == ("ok", "note")
    assert "the newest" in what
    assert "rapport agents add" in how


def test_a_database_out_of_reach(tmp_path: Path) -> None:
    [(level, what)] = told(doctor.database, production(tmp_path, database_url="postgresql://u:hidden@127.0.0.1:9/d"))
    assert level == "wrong"
    assert "cannot be reached" in what
    assert "hidden" not in what


def test_a_missing_model(tmp_path: Path) -> None:
    assert told(doctor.model, production(tmp_path))[0][0] == "wrong"


def test_an_old_environment_and_a_missing_one(tmp_path: Path) -> None:
    lock = doctor.ROOT / "requirements.txt"
    assert "make setup" in doctor._python("it", tmp_path / "python", tmp_path / "stamp", lock).what
    assert (
        "older than requirements.txt"
        in doctor._python("it", Path(doctor.sys.executable), tmp_path / "stamp", lock).what
    )


def test_the_report_ends_with_one_when_something_is_wrong(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", None)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    shown = io.StringIO()
    assert doctor.report(Console(file=shown)) == 1
    assert "wrong IDENTITY_SECRET is not set." in shown.getvalue()
