"""The figures of a run as a picture: how soon customers of each tier were answered, and what each agent carried."""

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from handoff.routing.durations import words
from handoff.simulator.measures import CURVE, Figures

WIDTH, LEFT, RIGHT = 860, 70, 830
CURVES, BARS = (60, 320), (420, 640)  # top and bottom
COLOURS = (
    "#b3541e",
    "#5b6c8f",
    "#3f7d5a",
    "#8a5a99",
    "#a08a2c",
)  # told apart by their names as well, at the end of each
INK, FAINT = "#2b2b2b", "#d9d5cc"
TICKS = (10, 30, 60, 120, 300, 600, 1800, 7200)


def svg(figures: Figures) -> str:
    """An SVG file."""
    parts = [*_title(figures), *_curves(figures), *_agents(figures)]
    height = BARS[1] + 80
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif"'
        f' font-size="13" fill="{INK}"><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _title(figures: Figures) -> Iterator[str]:
    told = "" if figures.covered_percent is None else f", {figures.covered_percent} % of told ranges held"
    own = "" if figures.own_percent is None else f", {figures.own_percent} % by their own representative"
    yield _text(LEFT, 28, f"{figures.conversations:,} conversations in {figures.days:g} days{own}{told}", weight="bold")


def _curves(figures: Figures) -> Iterator[str]:
    top, bottom = CURVES
    yield _text(LEFT, top - 10, "Answered within (share of those who were answered)")
    for share in (0, 25, 50, 75, 100):
        y = bottom - (bottom - top) * share / 100
        yield _line(LEFT, y, RIGHT, y)
        yield _text(LEFT - 8, y + 4, f"{share} %", anchor="end")
    for limit in TICKS:
        yield _text(_x(limit), bottom + 20, words(timedelta(seconds=limit)), anchor="middle")
    for number, (name, waits) in enumerate(figures.tiers.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [(_x(limit), bottom - (bottom - top) * share) for limit, share in zip(CURVE, waits.curve, strict=True)]
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        yield f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        half = f"half within {round(waits.p50_s)} s, nine of ten within {round(waits.p90_s)} s"
        yield _text(LEFT + 330, bottom - 60 + 18 * number, f"{name}: {half}", fill=colour, weight="bold")


def _agents(figures: Figures) -> Iterator[str]:
    top, bottom = BARS
    yield _text(LEFT, top - 16, f"Units of capacity taken in an hour on shift (Gini {figures.gini})")
    most = max((agent["units_an_hour"] for agent in figures.agents.values()), default=0) or 1
    step = (RIGHT - LEFT) / max(len(figures.agents), 1)
    for number, (name, agent) in enumerate(figures.agents.items()):
        x, height = LEFT + step * number, (bottom - top) * agent["units_an_hour"] / most
        yield (
            f'<rect x="{x + step * 0.15:.1f}" y="{bottom - height:.1f}" width="{step * 0.7:.1f}" height="{height:.1f}"'
            f' fill="{COLOURS[1]}"/>'
        )
        yield _text(x + step / 2, bottom - height - 5, f"{agent['units_an_hour']:.1f}", anchor="middle")
        yield _text(x + step / 2, bottom + 18, name, anchor="middle")
    yield _line(LEFT, bottom, RIGHT, bottom)


def _x(seconds: float) -> float:
    """Each time of the curve has the same room: short waits are what matters."""
    return LEFT + (RIGHT - LEFT) * CURVE.index(int(seconds)) / (len(CURVE) - 1)


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x}" y1="{y:.1f}" x2="{to_x}" y2="{to_y:.1f}" stroke="{FAINT}"/>'


def _text(x: float, y: float, said: str, *, anchor: str = "start", fill: str = INK, weight: str = "normal") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}" font-weight="{weight}">{escape(said)}</text>'
