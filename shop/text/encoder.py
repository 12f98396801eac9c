"""The encoder itself: sentences in, vectors of length one out. The ONNX file is built once per weights and kept."""

import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi.onnxruntime_pybind11_state import Fail, InvalidGraph, InvalidProtobuf
from tokenizers import Tokenizer

from shop.text import weights
from shop.text.network import FORMAT, WIDTH, Network

MAX_TOKENS = 128
BATCH = 32

Vectors = npt.NDArray[np.float32]


class Encoder:
    """all-MiniLM-L6-v2 on one thread. Cosine of two sentences = the dot product of their vectors."""

    def __init__(self, folder: Path, cache: Path) -> None:
        weights.check(folder)
        self.tokenizer = Tokenizer.from_file(str(folder / weights.TOKENIZER))
        if self.tokenizer.get_vocab_size() != weights.VOCABULARY_SIZE:
            raise weights.WeightsError(f"{folder / weights.TOKENIZER} does not belong to all-MiniLM-L6-v2.")
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.session = _open(folder, cache)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Texts of equal length run together, so that nothing needs padding or a mask."""
        out = np.zeros((len(texts), WIDTH), np.float32)
        by_length: dict[int, list[int]] = defaultdict(list)
        ids = [encoded.ids for encoded in self.tokenizer.encode_batch(list(texts))]
        for row, tokens in enumerate(ids):
            by_length[len(tokens)].append(row)
        for rows in by_length.values():
            for start in range(0, len(rows), BATCH):
                part = rows[start : start + BATCH]
                out[part] = self.session.run(None, {"ids": np.array([ids[row] for row in part], np.int64)})[0]
        length: Vectors = np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
        return out / length

    def words(self) -> frozenset[str]:
        """The whole words the encoder was trained with: a list of common English words."""
        return frozenset(word for word in self.tokenizer.get_vocab() if word.isalpha() and len(word) > 2)


def _open(folder: Path, cache: Path) -> onnxruntime.InferenceSession:
    path = cache / f"minilm-int8-{weights.SHA256[:12]}-{FORMAT}.onnx"
    if not path.exists():
        _build(folder, path)
    try:
        return _session(path)
    except (Fail, InvalidGraph, InvalidProtobuf):  # the file was damaged
        _build(folder, path)
        return _session(path)


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _build(folder: Path, path: Path) -> None:
    """Two processes may build at once: each writes its own file, and the last rename wins with equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".building-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(Network(weights.read(folder)).file())
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def cache_dir() -> Path:
    return Path(os.environ.get("VAR_DIR") or "var") / "encoder"


@lru_cache(maxsize=2)
def _loaded(folder: Path, cache: Path) -> Encoder:
    return Encoder(folder, cache)


def encoder() -> Encoder:
    """The process's one encoder. Raises WeightsError when the weights are missing or altered."""
    return _loaded(weights.model_dir().resolve(), cache_dir().resolve())
