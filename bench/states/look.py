"""How a state is looked at: sizes, colour scheme and direction, which an open page takes on without being loaded again."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

CHECKS = Path(__file__).with_name("checks.js").read_text(encoding="utf-8")
# Two frames: what follows the size or the scheme is drawn in the next one.
_DRAWN = "() => new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)))"


@dataclass(frozen=True)
class Look:
    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"] = "light"
    rtl: bool = False

    def put_on(self, page: Page) -> None:
        page.set_viewport_size({"width": self.width, "height": self.height})
        page.emulate_media(color_scheme=self.scheme, reduced_motion="reduce")
        page.evaluate("(dir) => { document.documentElement.dir = dir }", "rtl" if self.rtl else "ltr")
        page.mouse.move(0, 0)
        page.evaluate(_DRAWN)


Opener = Callable[[str, Look], AbstractContextManager[Page]]


@dataclass(frozen=True)
class Surface:
    """`groups`: looks that share one page, which is brought into its state once for all of them. `begin` gives what opens
    a page in a state."""

    name: str
    states: Sequence[str]
    groups: tuple[tuple[Look, ...], ...]
    root: str
    begin: Callable[[Browser], AbstractContextManager[Opener]]

    def named(self, only: tuple[str, ...]) -> list[str]:
        """The states, by the names of their pictures, that begin like one of these."""
        return [name for state in self.states if (name := f"{self.name}-{state}").startswith(only)]

    def defects(self, page: Page) -> list[str]:
        """What can be seen to be wrong without eyes: too wide, cut off, too small to be hit."""
        found: list[str] = page.evaluate(CHECKS, self.root)
        return found
