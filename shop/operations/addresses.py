"""Addresses as customers give them: tidied, and refused where something is missing that a carrier needs."""

import re
from dataclasses import asdict, replace

from shop import wording
from shop.ground.errors import BadInput
from shop.models import Address

LONGEST = 100
USA = ("usa", "us", "u.s.", "u.s.a.", "united states", "united states of america")
WITH_STATES = (*USA, "canada", "australia")
ZIP = re.compile(r"\d{5}(-?\d{4})?")


def completed(given: Address, like: Address) -> Address:
    """The address, tidied; a country that was not said is that of `like`. `BadInput` names what is missing."""
    tidy = Address(**{part: " ".join(str(words).split()) for part, words in asdict(given).items()})
    tidy = tidy if tidy.country else replace(tidy, country=like.country)
    needed = ["address1", "city", "zip", "country"]
    if tidy.country.casefold() in WITH_STATES:
        needed.insert(2, "state")
    missing = [wording.say(f"address_needs_{part}") for part in needed if not getattr(tidy, part)]
    if missing:
        raise BadInput(wording.say("address_incomplete", missing=wording.listed(missing)), code="address_incomplete")
    if any(len(words) > LONGEST for words in asdict(tidy).values()):
        raise BadInput(wording.say("address_too_long"), code="address_incomplete")
    if tidy.country.casefold() in USA and not ZIP.fullmatch(tidy.zip):
        raise BadInput(wording.say("address_zip_refused", zip=tidy.zip), code="address_incomplete")
    return tidy


def same() -> BadInput:
    return BadInput(wording.say("address_same"), code="address_same")
