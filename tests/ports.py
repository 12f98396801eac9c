"""Ports that nobody else is given: below those which the system hands out, and for each test process a range of its own."""

import os
import socket
from itertools import count

FIRST, WIDTH, PROCESSES = 14_000, 4_000, 4  # the system's own begin at 32,768
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
# Two runs side by side begin at different places.
_next = count(os.getpid() * 97 % WIDTH)


def free(size: int = 1) -> int:
    """The first of so many free ports in a row. None of them is named again before all others were."""
    for _ in range(WIDTH):
        place = [next(_next) % WIDTH for _ in range(size)]
        ports = [FIRST + WORKER % PROCESSES * WIDTH + number for number in place]
        if ports[-1] - ports[0] == size - 1 and all(map(_is_free, ports)):
            return ports[0]
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
