"""The trained models under `VAR_DIR/models`: which is the one of what lies here now, and is it the file we made.

A model is `rapport-<fingerprint>.tar.gz` with a note beside it: its SHA-256, and how long the training took.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handoff.entry.processes import ROOT
from shop.ground.settings import Settings

LEARNED_FROM = ("config.yml", "data", "bot", "shop/text")
LEFT_OUT = ("__pycache__", "README.md", "pyproject.toml", "credentials.yml", "endpoints.yml")
KEPT = 2
USUAL_S = 60.0


@dataclass(frozen=True)
class Shelf:
    """The folder of models."""

    folder: Path

    def model(self, fingerprint: str) -> Path:
        return self.folder / f"rapport-{fingerprint}.tar.gz"

    def newest(self) -> Path | None:
        """The last whole model, current or not."""
        return next(filter(intact, self._by_age()), None)

    def expected_s(self) -> float:
        """How long the last training took."""
        return next((max(float(_noted(path)["seconds"]), 5.0) for path in self._by_age()), USUAL_S)

    def put(self, made: Path, seconds: float) -> Path:
        """The note first: whoever sees the model finds what vouches for it."""
        target = self.folder / made.name
        draft = made.with_suffix(".json")
        draft.write_text(json.dumps({"sha256": _sha256(made), "seconds": round(seconds, 1)}))
        draft.replace(_note(target))
        made.replace(target)
        for old in self._by_age()[KEPT:]:
            old.unlink()
            _note(old).unlink()
        return target

    def _by_age(self) -> list[Path]:
        noted = [path for path in self.folder.glob("rapport-*.tar.gz") if _note(path).exists()]
        return sorted(noted, key=lambda path: path.stat().st_mtime, reverse=True)


def shelf(settings: Settings) -> Shelf:
    return Shelf(settings.var_dir / "models")


def current(settings: Settings) -> Path | None:
    """The model of what lies here now, if it was trained and is whole."""
    model = shelf(settings).model(fingerprint(settings))
    return model if intact(model) else None


def intact(model: Path) -> bool:
    """Is it the file that was written here? One from elsewhere could run code when it is loaded."""
    try:
        return _noted(model)["sha256"] == _sha256(model)
    except (OSError, ValueError, KeyError):
        return False


def fingerprint(settings: Settings) -> str:
    """Of the names and contents of all that the training reads."""
    digest = hashlib.sha256(settings.sentence_model_dir.encode())
    for path in sorted(_learned_from()):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _learned_from() -> Iterator[Path]:
    for top in LEARNED_FROM:
        for path in (ROOT / top, *(ROOT / top).rglob("*")):
            if path.is_file() and not any(
                part in LEFT_OUT or part.startswith(".") for part in path.relative_to(ROOT).parts
            ):
                yield path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _noted(model: Path) -> dict[str, str]:
    noted: dict[str, str] = json.loads(_note(model).read_text())
    return noted


def _note(model: Path) -> Path:
    return model.with_name(model.name.removesuffix(".tar.gz") + ".json")
