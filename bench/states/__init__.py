"""Every main state of the chat, the console and the office as data: what is brought about, and in which looks it is seen."""

from bench.states import console, office, widget
from bench.states.look import Surface

SURFACES: dict[str, Surface] = {one.name: one for one in (widget.SURFACE, console.SURFACE, office.SURFACE)}
