"""The sharing of the work between test processes holds with the pytest-xdist that is installed."""

from types import SimpleNamespace
from typing import Any

import pytest
from xdist.scheduler import Scheduling

FILES = {"system/test_a.py": 3, "system/test_b.py": 2, "ground/test_c.py": 4, "shop/test_d.py": 5, "test_e.py": 1}
TESTS = [f"tests/{file}::test[{n}]" for file, count in FILES.items() for n in range(count)]


class Process:
    """Takes what it is given."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.given: list[str] = []

    def send_runtest_some(self, indices: list[int]) -> None:
        self.given += [TESTS[index] for index in indices]

    def shutdown(self) -> None:
        self.shutting_down = True


def test_what_shares_a_file_or_a_product_is_given_to_one_process(pytestconfig: pytest.Config) -> None:
    two = Process("one"), Process("other")
    sharing = scheduler(pytestconfig)
    for process in two:
        sharing.add_node(process)
        sharing.add_node_collection(process, TESTS)
    sharing.schedule()
    for process in two:
        for test in process.given:  # it grows meanwhile
            sharing.mark_test_complete(process, TESTS.index(test))
    where = {test: number for number, process in enumerate(two) for test in process.given}
    assert sorted(where) == sorted(TESTS)
    assert len({where[test] for test in TESTS if "/system/" in test}) == 1
    for file in FILES:
        assert len({where[test] for test in TESTS if f"/{file}::" in test}) == 1, file
    for process in two:
        assert process.given == sorted(process.given, key=TESTS.index)


def scheduler(config: pytest.Config) -> Any:
    """As a run with two processes makes it."""
    from tests.conftest import pytest_xdist_make_scheduler

    class Two:
        """The configuration of such a run."""

        option = config.option

        def getoption(self, name: str) -> Any:
            return {"dist": "loadfile"}.get(name) or config.getoption(name)

        def getvalue(self, name: str) -> Any:
            return {"tx": ["2*popen"]}.get(name) or config.getvalue(name)

    made: Scheduling = pytest_xdist_make_scheduler(Two(), None)  # type: ignore[arg-type]
    return made
