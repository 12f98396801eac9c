"""Rate limits: so many uses of a key in a moving window, and word of when to come back."""

import pytest

from handoff.tools.throttle import Throttle
from shop.ground.errors import TooMany


def test_each_key_has_its_own_allowance_and_learns_when_to_come_back() -> None:
    throttle = Throttle("3/hour")
    for _ in range(3):
        throttle.check("a")
    with pytest.raises(TooMany) as refusal:
        throttle.check("a")
    assert 3500 < refusal.value.retry_after_s <= 3600
    throttle.check("b")
