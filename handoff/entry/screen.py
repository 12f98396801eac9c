"""Where a command prints: as wide as the terminal; into a file or a pipe as wide as a table needs, so that nothing is cut."""

import sys

from rich.console import Console

WIDE = 240  # characters


def screen(soft_wrap: bool = False) -> Console:
    """The console of a command's answers."""
    width = None if sys.stdout.isatty() else WIDE
    return Console(highlight=False, markup=False, soft_wrap=soft_wrap, width=width)
