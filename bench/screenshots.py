"""`make screenshots`: the pictures of README.md and docs/, taken from the running product in a real Chromium; or, over stubs,
of every main state of the chat, the console and the office."""

import argparse
import base64
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect, sync_playwright

from bench.product import Product
from bench.scene import Scene, sized
from bench.states import SURFACES, album
from tests import chromium
from tests.browser.patience import PATIENCE_MS

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
LARGEST = 250_000  # bytes of one picture: the repository stays light
SHOTS = {"light": (1280, 800), "dark": (1280, 800), "phone": (390, 844)}


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="make screenshots",
        description="Takes the pictures of the documentation. Without --url it starts the product by itself, fresh."
        " With --states it takes those of every main state instead, in every look, over stubs and without Rasa.",
    )
    parser.add_argument("--url", help="a running development product, e.g. http://127.0.0.1:8000")
    parser.add_argument("--customer", default="", help="who is played: an id of GET /demo/customers")
    parser.add_argument("--to", type=Path, default=PICTURES, help="where the pictures go (default: docs/pictures)")
    parser.add_argument(
        "--states", type=Path, metavar="FOLDER", help="every main state, and an index.html to look through"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[""],
        metavar="NAME",
        help="with --states: what begins like this, e.g. console widget-menu",
    )
    options = parser.parse_args()
    found = chromium.find()
    if not found:
        raise SystemExit(chromium.HELP)
    with ExitStack() as stack:
        url = options.url or ("" if options.states else _started(stack))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=found, args=list(chromium.ARGUMENTS))
        stack.callback(browser.close)
        if options.states:
            take_states(browser, options.states, tuple(options.only))
        else:
            take_all(browser, url, options.customer, options.to)


def take_states(browser: Browser, folder: Path, only: tuple[str, ...]) -> None:
    """Ends in failure where a program can see that something is wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE_MS)
    surfaces = [one for one in SURFACES.values() if one.named(only)]
    if not surfaces:
        raise SystemExit(
            f"No state is called so. There are: {', '.join(name for one in SURFACES.values() for name in one.named(('',)))}"
        )
    defects: album.Defects = {}
    for surface in surfaces:
        defects |= album.take(browser, surface, folder, only)
    sys.stdout.write(f"{album.told(defects)}{album.write(folder, surfaces, defects)}\n")
    if defects:
        raise SystemExit(1)


def take_all(browser: Browser, url: str, customer: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    port = urlsplit(url).port or 80
    scene = Scene(browser, f"http://localhost:{port}", f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}", customer)
    scene.ask()
    _three(scene.shop, folder, "widget")
    scene.want_a_person()
    try:
        scene.others_wait()
        _readme(browser, scene, folder / "readme.png")
        _three(scene.console, folder, "console")
        scene.texts()
        _three(scene.phone, folder, "phone")
    finally:
        scene.end()


def _started(stack: ExitStack) -> str:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rapport-pictures-"))
    return stack.enter_context(Product(Path(folder), peer=False)).url


def _readme(browser: Browser, scene: Scene, path: Path) -> None:
    """Both sides of one conversation beside each other."""
    with sized(scene.shop, 500, 870) as shop, sized(scene.console, 980, 870) as console:
        pictures = {"{shop}": shop.screenshot(), "{console}": console.screenshot()}
    text = Path(__file__).with_name("picture.html").read_text()
    for gap, picture in pictures.items():
        text = text.replace(gap, f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    page = browser.new_page(viewport={"width": 1600, "height": 1000})
    page.set_content(text)
    _save(page, path)
    page.close()


def _three(page: Page, folder: Path, name: str) -> None:
    for kind, (width, height) in SHOTS.items():
        with sized(page, width, height, kind):
            _save(page, folder / f"{name}-{kind}.png")


def _save(page: Page, path: Path) -> None:
    size = len(page.screenshot(path=path))
    sys.stdout.write(f"{path.name}: {size // 1000} kB\n")
    if size > LARGEST and path.name != "readme.png":
        raise SystemExit(f"{path} is larger than {LARGEST // 1000} kB.")


if __name__ == "__main__":
    main()
