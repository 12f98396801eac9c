"""`rapport sms doctor`: what it says of a number, for each way in which it can be set up wrong."""

from dataclasses import replace
from pathlib import Path

import pytest

from handoff.entry import sms
from handoff.entry.sms import Number
from tests.entry.test_doctor import TWILIO, production

URL = "https://chat.example.com/sms/inbound"
GOOD = Number(True, True, URL + sms.OVERRIDES, "POST", "")


def told(tmp_path: Path, number: Number | str) -> list[tuple[str, str]]:
    return [(one.level, one.what) for one in sms.findings(production(tmp_path, **TWILIO), number)]


def test_a_number_that_is_set_up_right_is_left_alone(tmp_path: Path) -> None:
    assert {level for level, _ in told(tmp_path, GOOD)} == {"ok"}
    assert sms.webhook(production(tmp_path, **TWILIO)) == URL + "#rc=3&rp=all&ct=2000&rt=4000"


@pytest.mark.parametrize(
    ("changed", "level", "said"),
    [
        ({"url": ""}, "wrong", f"must be {URL}#rc=3"),
        ({"url": "https://demo.twilio.com/welcome/sms/reply"}, "wrong", "demo.twilio.com"),
        ({"method": "GET"}, "wrong", "must be POST"),
        ({"url": URL}, "note", "connection overrides"),
        ({"can_text": False}, "wrong", "cannot send texts"),
        ({"can_send_pictures": False}, "note", "MMS"),
        ({"fallback": "https://elsewhere.example/"}, "note", "elsewhere.example"),
    ],
)
def test_what_is_wrong_is_named_with_its_mend(
    tmp_path: Path, changed: dict[str, object], level: str, said: str
) -> None:
    found = told(tmp_path, replace(GOOD, **changed))  # type: ignore[arg-type]
    assert any(one == level and said in what for one, what in found)


def test_an_account_that_does_not_answer_is_wrong(tmp_path: Path) -> None:
    assert told(tmp_path, "the account could not be asked") == [("wrong", "Twilio: the account could not be asked")]
