"""The running twins, and a running gateway with them, for the tests of this folder."""

from tests.sms.door import door, running_door
from tests.twins.running import running_twin, twin

__all__ = ["door", "running_door", "running_twin", "twin"]
