"""A program that keeps the children it is told of, as `rapport up` keeps its own."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from handoff.entry.supervisor import Child, Supervisor


async def keep(told: list[list[str]], logs: Path) -> None:
    children = [Child(name, command, url, os.environ, logs) for name, url, *command in told]
    supervisor = Supervisor(children, logs, tell=lambda line: print(line, flush=True))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, supervisor.stop)
    await supervisor.run(lambda: print("all ready", flush=True))
    print("all stopped", flush=True)


asyncio.run(keep(json.loads(sys.argv[1]), Path(sys.argv[2])))
