"""The running product over the shop of these conversations."""

import subprocess
import sys
from pathlib import Path

from handoff.entry import migrate
from handoff.entry.processes import ROOT
from tests.conftest import development
from tests.conversations import given
from tests.system.product import Product, own_folder, trained_model


def opened(folder: Path) -> Product:
    """Started, and not yet waited for. `folder` is its own, and new."""
    own_folder(folder, trained_model())
    settings = development(folder, database_url=f"sqlite:///{folder}/rapport.db")
    migrate.upgrade(settings)
    given.write(folder / "shop")
    command = [sys.executable, "-m", "handoff.entry.cli", "shop", "import", str(folder / "shop")]
    environment = {"RAPPORT_ENV": "development", "VAR_DIR": str(folder), "PATH": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Product(folder)
