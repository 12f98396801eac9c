"""Twilio's error codes: what each means to the people who read about it, and what we do about it."""

from dataclasses import dataclass
from typing import Literal

Advice = Literal["later", "stop_number", "mend_settings", "give_up"]
UNKNOWN = "The carrier refused it without saying why."
OPTED_OUT = 21610


@dataclass(frozen=True)
class Code:
    """`later`: safe to try again. `stop_number`: this number takes no texts. `mend_settings`: ours to put right."""

    advice: Advice
    reason: str
    new_owner: bool = False  # the number on file is not (any more) a phone of its customer's


CODES: dict[int, Code] = {
    20003: Code("mend_settings", "Twilio does not accept our account's credentials."),
    20404: Code("mend_settings", "Twilio does not know our account or this address of its API."),
    20429: Code("later", "Twilio asked us to slow down."),
    20500: Code("give_up", "Twilio had an error of its own."),
    21211: Code("stop_number", "This is not a valid phone number.", new_owner=True),
    21408: Code("mend_settings", "Our account may not text this country."),
    21606: Code("mend_settings", "Our sender number is not ours or cannot send texts."),
    21610: Code("stop_number", "The customer opted out of texts (STOP)."),
    21611: Code("later", "Our sender number has too many texts waiting."),
    21612: Code("stop_number", "This number cannot be reached from ours."),
    21614: Code("stop_number", "This is not a mobile number.", new_owner=True),
    21617: Code("give_up", "The text is longer than 1,600 characters."),
    21635: Code("stop_number", "This is a landline: it takes no texts.", new_owner=True),
    21660: Code("mend_settings", "Our sender number does not belong to our account."),
    30001: Code("give_up", "Twilio's queue for our number overflowed."),
    30002: Code("mend_settings", "Our Twilio account is suspended."),
    30003: Code("give_up", "The phone is switched off or out of reach."),
    30004: Code("stop_number", "The receiver or their carrier blocks texts from us."),
    30005: Code("stop_number", "This number does not exist (any more).", new_owner=True),
    30006: Code("stop_number", "This is a landline, or its carrier cannot be reached.", new_owner=True),
    30007: Code("mend_settings", "The carrier filtered the text as unwanted."),
    30008: Code("give_up", "The carrier could not deliver it and did not say why."),
    30034: Code("mend_settings", "Our number is not registered for texting in the US (A2P 10DLC)."),
    30036: Code("give_up", "It could not be delivered while it was worth anything (validity period)."),
}


def reason(code: int | None) -> str:
    """The words for a code; an unknown one is told with its number."""
    if code is None:
        return UNKNOWN
    known = CODES.get(code)
    return known.reason if known else f"{UNKNOWN} Twilio's code is {code}."


def advice(code: int | None) -> Advice:
    """What to do about a refusal; what nobody knows is not tried again."""
    known = CODES.get(code) if code is not None else None
    return known.advice if known else "give_up"


def new_owner(code: int | None) -> bool:
    """Does the code say that the number may be somebody else's by now? Then it proves nobody any more."""
    known = CODES.get(code) if code is not None else None
    return known is not None and known.new_owner
