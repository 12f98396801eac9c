"""How several test processes share the work: a file is run in one of them, and so are all tests of one running product."""

import pytest
from xdist.scheduler import LoadFileScheduling

OF_ONE_PRODUCT = ("system", "conversations")


class Sharing(LoadFileScheduling):
    """pytest-xdist's own groups are read out of names that pytest 9.2 no longer lets it change: it forgets them silently."""

    def _split_scope(self, nodeid: str) -> str:
        return group(nodeid)


def group(nodeid: str) -> str:
    """What is run in one process together: its file, or the folder whose tests share a product."""
    file = nodeid.split("::", 1)[0]
    folder = file.removeprefix("tests/").split("/", 1)[0]
    return folder if folder in OF_ONE_PRODUCT else file


def longest_first(items: list[pytest.Item]) -> None:
    """In the order in which they are handed out: what uses a product, what is slow, the rest; else as it was."""
    slow = {group(item.nodeid) for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (group(item.nodeid) not in OF_ONE_PRODUCT, group(item.nodeid) not in slow))
