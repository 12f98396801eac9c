"""HTTP to what runs on this machine."""

from typing import Any

# No proxy; and no certificates, which every client would read anew: 26 ms of a processor.
LOCALLY: dict[str, Any] = {"trust_env": False, "verify": False}
