"""Runs tests/stories against a trained model: `.venv-bot/bin/python -m tests.bot.run_stories MODEL`. Needs no server.

Rasa reads what a story's customer says only from files named test_*.yml; ours are named after their topics.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
VOCABULARY = ROOT / "tests" / "nlu" / "heldout" / "vocabulary.json"  # the demo shop's words, seeded or not


def main(model: str) -> int:
    with tempfile.TemporaryDirectory() as folder:
        stories, results = Path(folder) / "stories", Path(folder) / "results"
        stories.mkdir()
        for path in (ROOT / "tests" / "stories").glob("*.yml"):
            (stories / f"test_{path.name}").write_bytes(path.read_bytes())
        command = [sys.executable, "-m", "bot.light", "test", "core", "--e2e", "--model", model]
        command += ["--stories", str(stories), "--out", str(results), "--no-plot"]
        environment = _environment(_own_folder(Path(folder) / "var"))
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        failed = results / "failed_test_stories.yml"
        told = failed.read_text() if failed.exists() else done.stdout + done.stderr
    if done.returncode or not nothing_failed(told):
        print(told, file=sys.stderr)
        return 1
    print(f"Stories: all of {sum(_count(path) for path in (ROOT / 'tests' / 'stories').glob('*.yml'))} right.")
    return 0


def nothing_failed(told: str) -> bool:
    """Rasa writes the file also when nothing failed; without it nothing was run."""
    return told.startswith("# None of the test stories failed")


def _count(path: Path) -> int:
    return path.read_text().count("- story:")


def _own_folder(folder: Path) -> Path:
    """A VAR_DIR with the words that the stories use, and with the encoder that takes a while to build."""
    folder.mkdir()
    (folder / "vocabulary.json").write_bytes(VOCABULARY.read_bytes())
    (folder / "encoder").symlink_to(Path(os.environ.get("VAR_DIR", ROOT / "var")).absolute() / "encoder")
    return folder


def _environment(var_dir: Path) -> dict[str, str]:
    calm = {"RASA_TELEMETRY_ENABLED": "false", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**os.environ, **calm, "VAR_DIR": str(var_dir)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
