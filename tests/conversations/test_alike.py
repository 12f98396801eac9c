"""Who guesses learns nothing: what is known and what is not are answered with the same words."""

from collections.abc import Callable

import httpx
import pytest

from handoff.entry.chat.lines import Answer, Line, Phone, Web
from tests.local import LOCALLY
from tests.system.product import Product

pytestmark = pytest.mark.slow
KNOWN, UNKNOWN = "xaver.cole@mail.example", "nobody.here@mail.example"
THEIRS, NOBODYS = "#W1080601", "#W1999999"
PAIRS = [
    ([KNOWN], [UNKNOWN]),
    ([f"its order {THEIRS}"], [f"its order {NOBODYS}"]),
    (["my name is Xaver Cole, zip 59702"], ["my name is Nora Here, zip 59702"]),
]


def visitors(product: Product, channel: str, number: int) -> Callable[[], Line]:
    """Each time somebody else, whom nobody knows."""
    phones = iter(f"+13035550{nth:03}" for nth in range(100 + 10 * number, 110 + 10 * number))
    return (lambda: Phone(product.twin, next(phones))) if channel == "sms" else (lambda: Web(product.url))


@pytest.mark.parametrize("channel", ["web", "sms"])
@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_found_and_not_found_are_answered_alike(product: Product, channel: str, number: int) -> None:
    visitor = visitors(product, channel, number)
    said: list[list[Answer]] = []
    for claim in PAIRS[number]:
        line = visitor()
        said.append([line.say("where is my order"), *(line.say(words) for words in claim)])
        line.close()
    found, not_found = ["\n".join(answer.whole for answer in answers) for answers in said]
    assert found.replace(PAIRS[number][0][0], PAIRS[number][1][0]) == not_found
    assert not [word for word in (THEIRS, "Vase", "Xaver Cole,") if word in found]


def test_nobody_gets_a_code_who_is_not_there(product: Product) -> None:
    line = Web(product.url)
    line.say("where is my order")
    line.say(UNKNOWN)
    line.close()
    mails = httpx.get(f"{product.twin}/twin/mails", **LOCALLY).json()["mails"]
    assert [mail for mail in mails if UNKNOWN in mail["receivers"]] == []
