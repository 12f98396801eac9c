"""The sentence encoder: the published similarities, the pinned weights, the cache that several processes share."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from shop.text import encoder as encoder_module
from shop.text import weights
from shop.text.encoder import Encoder, encoder
from shop.text.network import WIDTH

SENTENCES = ["That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day"]
# Published with the model, in float32.
PUBLISHED = [1.0, 0.695, 0.943, 0.257]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder")


@pytest.fixture(scope="module")
def model(cache: Path) -> Encoder:
    return Encoder(weights.model_dir(), cache)


def test_similarities_are_the_published_ones(model: Encoder) -> None:
    vectors = model.encode(SENTENCES)
    assert np.allclose(vectors @ vectors[0], PUBLISHED, atol=0.06)  # int8 costs that much


def test_rows_have_length_one_and_keep_the_order(model: Encoder) -> None:
    texts = ["hi", "where is my parcel, please?", "hello", "😀", "x" * 4000, "wo ist mein Paket"]
    together = model.encode(texts)
    assert together.shape == (len(texts), WIDTH)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for row, text in zip(together, texts, strict=True):
        assert float(row @ model.encode([text])[0]) > 0.97  # int8 scales a batch as one


def test_nothing_and_the_empty_text(model: Encoder) -> None:
    assert model.encode([]).shape == (0, WIDTH)
    assert np.isfinite(model.encode([""])).all()


def test_the_file_is_built_once(model: Encoder, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("built again")

    monkeypatch.setattr(encoder_module, "_build", refuse)
    assert Encoder(weights.model_dir(), cache).encode(["hi"]).shape == (1, WIDTH)


def test_a_damaged_file_is_built_again(cache: Path, tmp_path: Path) -> None:
    Encoder(weights.model_dir(), tmp_path)
    (built,) = tmp_path.glob("*.onnx")
    built.write_bytes(built.read_bytes()[:1000])
    assert Encoder(weights.model_dir(), tmp_path).encode(["hi"]).shape == (1, WIDTH)


def test_two_processes_build_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from shop.text import weights; from shop.text.encoder import Encoder;"
        "print(Encoder(weights.model_dir(), Path(sys.argv[1])).encode(['hi']).shape)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate(timeout=120)[0].strip() for process in running] == [f"(1, {WIDTH})"] * 2
    assert [path.suffix for path in tmp_path.iterdir()] == [".onnx"]


def test_one_encoder_a_process() -> None:
    assert encoder() is encoder()


def altered(tmp_path: Path) -> Path:
    source = weights.model_dir()
    data = bytearray((source / weights.WEIGHTS).read_bytes())
    data[-1] ^= 1
    (tmp_path / weights.WEIGHTS).write_bytes(data)
    (tmp_path / weights.TOKENIZER).write_bytes((source / weights.TOKENIZER).read_bytes())
    return tmp_path


def test_the_checksum_is_enforced(tmp_path: Path, cache: Path) -> None:
    """One bit differs: refused, although a file built from the true weights is in the cache."""
    with pytest.raises(weights.WeightsError, match="not the pinned sentence model"):
        Encoder(altered(tmp_path), cache)


def test_missing_weights_are_named(tmp_path: Path, cache: Path) -> None:
    with pytest.raises(weights.WeightsError, match=r"no model\.safetensors in .*SENTENCE_MODEL_DIR"):
        Encoder(tmp_path, cache)


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SENTENCE_MODEL_DIR", raising=False)
    monkeypatch.setattr(weights, "PACKAGE", "no_such_package")
    with pytest.raises(weights.WeightsError, match="SENTENCE_MODEL_DIR"):
        weights.model_dir()


def test_a_foreign_tokenizer_is_refused(tmp_path: Path, cache: Path) -> None:
    source = weights.model_dir()
    (tmp_path / weights.WEIGHTS).symlink_to(source / weights.WEIGHTS)
    text = (source / weights.TOKENIZER).read_text(encoding="utf-8")
    (tmp_path / weights.TOKENIZER).write_text(text.replace('"aaron":', '"[UNK]":', 1), encoding="utf-8")
    with pytest.raises(weights.WeightsError, match="does not belong"):
        Encoder(tmp_path, cache)
