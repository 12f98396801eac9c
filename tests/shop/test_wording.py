"""Every text is used, has what it needs, and can be sent as it is."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from shop import wording

SHOP = Path(wording.__file__).parent
TEXTS: dict[str, str] = yaml.safe_load(wording.PATH.read_text(encoding="utf-8"))
SOURCES = "\n".join(path.read_text() for package in (SHOP, SHOP.parent / "actions") for path in package.rglob("*.py"))
# Keys put together from a state, a tier, a wish, a mood, a kind of payment method or a count of parcels.
MADE = re.compile(
    r"^(status|state|instead|doing|(cancel|address|payment|items|return|exchange)_refused|address_needs|tier|method|parcel"
    r"|meaning|mood|about)(_|$)"
)


def test_every_text_is_used() -> None:
    named = set(re.findall(r"[\"'](\w+)[\"']", SOURCES))
    unused = [key for key in TEXTS if key not in named and not MADE.match(key)]
    assert not unused


def test_every_text_named_in_the_code_exists() -> None:
    named = set(re.findall(r'wording\.say\(\s*"(\w+)"', SOURCES))
    assert named and named <= set(TEXTS)


def test_a_missing_fact_is_a_bug() -> None:
    with pytest.raises(KeyError):
        wording.say("cancel_plan", order="#W1")
    with pytest.raises(KeyError):
        wording.say("no_such_text")


def test_facts_are_not_templates() -> None:
    assert wording.say("item_plain", name="{total} {0} %s") == "{total} {0} %s"


@pytest.mark.parametrize(
    ("words", "phrase"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_read_as_phrases(words: list[str], phrase: str) -> None:
    assert wording.listed(words) == phrase


def test_dates_are_said_in_the_shops_zone() -> None:
    midnight = datetime(2026, 3, 5, 2, tzinfo=UTC)
    assert wording.day(midnight, ZoneInfo("America/New_York")) == "March 4, 2026"
