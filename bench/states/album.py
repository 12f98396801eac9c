"""Pictures of all states in all looks, with one page to look through them and the defects that a program can find."""

import sys
from html import escape
from pathlib import Path

from playwright.sync_api import Browser

from bench.states.look import Surface

STYLE = """body { margin: 24px; background: #777; color: #fff; font: 15px/1.4 system-ui, sans-serif; }
section > div { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 16px; } figure { margin: 0; }
img { display: block; max-height: 560px; max-width: 100%; } a { color: inherit; } nav a { margin-right: 12px; }
.defects { padding: 8px 16px; background: #a0241d; }"""
Defects = dict[str, list[str]]


def take(browser: Browser, surface: Surface, folder: Path, only: tuple[str, ...]) -> Defects:
    """`<surface>-<state>-<look>.png` for each; what is wrong with them, by the picture's name."""
    defects: Defects = {}
    with surface.begin(browser) as opened:
        for group in surface.groups:
            for state in surface.named(only):
                with opened(state.removeprefix(f"{surface.name}-"), group[0]) as page:
                    for look in group:
                        look.put_on(page)
                        page.screenshot(path=folder / f"{state}-{look.name}.png")
                        if found := surface.defects(page):
                            defects[f"{state}-{look.name}"] = found
            sys.stdout.write(f"{surface.name}: {', '.join(look.name for look in group)}\n")
            sys.stdout.flush()
    return defects


def write(folder: Path, surfaces: list[Surface], defects: Defects) -> Path:
    """The page with everything that is in the folder."""
    path = folder / "index.html"
    names = [name for surface in surfaces for name in surface.named(("",))]
    parts = [_part(folder, surface, name, defects) for surface in surfaces for name in surface.named(("",))]
    links = "".join(f'<a href="#{name}">{name}</a> ' for name in names)
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>States</title><style>{STYLE}</style>'
    path.write_text(f"{head}<nav>{links}</nav>{''.join(parts)}</html>\n", encoding="utf-8")
    return path


def _part(folder: Path, surface: Surface, name: str, defects: Defects) -> str:
    shown = [f"{name}-{look.name}" for group in surface.groups for look in group]
    pictures = [one for one in shown if (folder / f"{one}.png").is_file()]
    figures = "".join(
        f'<figure><a href="{one}.png"><img loading="lazy" src="{one}.png" alt="{one}"></a><figcaption>{one}</figcaption></figure>'
        for one in pictures
    )
    wrong = "".join(f"<li>{escape(one)}: {escape('; '.join(defects[one]))}</li>" for one in shown if one in defects)
    told = f'<ul class="defects">{wrong}</ul>' if wrong else ""
    return f'<section id="{name}"><h2>{name}</h2>{told}<div>{figures}</div></section>' if pictures else ""


def told(defects: Defects) -> str:
    return "".join(f"{name}: {one}\n" for name, found in defects.items() for one in found)
