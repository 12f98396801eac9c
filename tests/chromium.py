"""A Chromium for the browser tests: `find()` names the one to use; run as a program, it installs one where there is none.

CHROMIUM=/path/to/it decides; then what is installed on the machine; then Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# As root Chromium has no sandbox; the rest keeps it from calling home.
ARGUMENTS = (
    *("--no-sandbox", "--headless", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
HELP = """No Chromium was found, and none could be installed: the browser tests cannot run.
Install one (Debian and Ubuntu: apt-get install chromium; elsewhere: .venv/bin/playwright install chromium),
or name the one you have: CHROMIUM=/path/to/chrome make test"""


@cache
def find() -> str | None:
    """The path of a Chromium that starts, if there is one; looked for once."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else filter(None, map(shutil.which, NAMES))
    found = next(filter(_starts, candidates), None)
    if found or named:
        return found
    own = _playwrights_own()
    return own if own and _starts(own) else None


def install() -> None:
    """By the machine's packages where we may, otherwise by Playwright. Says nothing when it fails: `find()` tells."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], check=False)
        subprocess.run(
            ["apt-get", "install", "-q", "-y", "--no-install-recommends", "chromium", "fonts-liberation"],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            check=False,
        )
    find.cache_clear()
    if not find():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        find.cache_clear()


def _playwrights_own() -> str | None:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _starts(path: str) -> bool:
    """Some machines have a `chromium` that only says how to get one."""
    try:
        with sync_playwright() as playwright:
            playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS), timeout=120_000).close()
    except Error:
        return False
    return True


def main() -> None:
    if not find():
        install()
    found = find()
    if not found:
        sys.exit(HELP)
    print(f"Chromium for the browser tests: {found}")


if __name__ == "__main__":
    main()
