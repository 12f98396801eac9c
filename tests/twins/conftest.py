"""The running twins, for the tests of this folder."""

from tests.twins.running import running_twin, twin

__all__ = ["running_twin", "twin"]
