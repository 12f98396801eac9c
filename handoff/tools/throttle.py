"""Rate limits of one gateway process: a moving window a key."""

import math
import time

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from shop.ground.errors import TooMany


class Throttle:
    """Allows `rate` (such as "120/minute") for each key."""

    def __init__(self, rate: str) -> None:
        self._rate = parse(rate)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, key: str) -> None:
        """Count one use. Raises `TooMany`, which says when to come back."""
        if self._limiter.hit(self._rate, key):
            return
        reset_at = self._limiter.get_window_stats(self._rate, key).reset_time
        raise TooMany("Too many requests; please slow down.", max(1, math.ceil(reset_at - time.time())))
