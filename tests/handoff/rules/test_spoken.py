"""Which messages are a code, and that nothing of it can be read afterwards."""

import pytest

from handoff.rules import spoken


@pytest.mark.parametrize(
    "text",
    ["123456", " 123456 ", "123 456", "123-456", "12 34 56", "1 2 3 4 5 6", "123 - 456", "code is 123456",
     "my code: 123 456", "It's 123456, thanks!", "the code is 123456.", "１２３４５６", "1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣", "123\u2013456", "١٢٣٤٥٦",
     "Juniper & Pine: 123456 is your code to change the address of order #W1234567. It counts for 10 minutes.",
     "el código es 123456"],
)  # fmt: skip
def test_six_digits_and_hardly_more_are_a_code(text: str) -> None:
    assert spoken.code(text) == "123456"
    assert not [char for char in spoken.masked(text) if char.isdigit()]


@pytest.mark.parametrize(
    "text",
    ["", "12345", "1234567", "#123456", "W123456", "#W1234567", "$123456", "$1234.56", "1234.56", "617 555 0101",
     "02134", "123456 or 654321", "123 456 and 7", "no code came", "123456a", "1,234,56",
     "please send all of it to 123456 Maple Street in Boston"],
)  # fmt: skip
def test_anything_else_is_words(text: str) -> None:
    assert spoken.code(text) is None


def test_only_the_digits_become_dots() -> None:
    assert spoken.masked("my code: 123 456!") == "my code: ••• •••!"
