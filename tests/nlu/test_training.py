"""What recognition learns from: any Rasa NLU file; and clear words when it cannot."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.nlu.benchmark import NONE, as_nlu, benchmark, read
from bot.nlu.trained import quiet, train
from shop.text import weights

ROOT = Path(__file__).resolve().parents[2]

LEARN = """sentence,label
where is the nearest branch,BRANCH
which branch is near me,BRANCH
branch address please,BRANCH
my card is lost,CARD
block my card,CARD
"someone stole my card, block it",CARD
"""
ASK = f"""sentence,label
find a branch,BRANCH
i lost my card,CARD
why do cats purr,{NONE}
"""


def files(folder: Path, learn: str = LEARN, ask: str = ASK) -> tuple[Path, Path]:
    (folder / "learn.csv").write_text(learn)
    (folder / "ask.csv").write_text(ask)
    return folder / "learn.csv", folder / "ask.csv"


def test_the_pipeline_trains_on_any_bot(tmp_path: Path) -> None:
    result = benchmark(ROOT / "config.yml", *files(tmp_path))
    assert result["in_scope_accuracy"] == 1.0
    assert result["best_mcc"] == 1.0
    assert (result["trained_on"], result["tested_on"]) == (6, 3)


def test_training_twice_gives_the_same(tmp_path: Path) -> None:
    assert benchmark(ROOT / "config.yml", *files(tmp_path)) == benchmark(ROOT / "config.yml", *files(tmp_path))


def test_an_intent_with_one_example(tmp_path: Path) -> None:
    data = tmp_path / "nlu.yml"
    data.write_text('version: "3.1"\nnlu:\n- {intent: a, examples: "- red\\n"}\n- {intent: b, examples: "- up\\n"}\n')
    with quiet():
        assert train(ROOT / "config.yml", data, tmp_path).exists()


def test_one_intent_is_refused_in_words(tmp_path: Path) -> None:
    data = tmp_path / "nlu.yml"
    data.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hi\n    - hello\n')
    with quiet(), pytest.raises(ValueError, match="at least two intents"):
        train(ROOT / "config.yml", data, tmp_path)


def test_a_file_without_the_columns_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("text,intent\nhi,greet\n")
    with pytest.raises(ValueError, match="sentence,label"):
        read(tmp_path / "wrong.csv")


def test_out_of_scope_rows_are_learned_as_such() -> None:
    (entry,) = as_nlu([("why do cats purr", NONE), ("", "X")])["nlu"]
    assert entry == {"intent": "out_of_scope", "examples": "- why do cats purr\n"}


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bot.nlu", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_json_and_nothing_else(model: Path) -> None:
    done = command("--json", "try", "--model", str(model), "--", "-where is W1234567")
    result = json.loads(done.stdout)
    assert result["intent"] == "track_order"
    assert {"entity": "order_id", "value": "#W1234567", "start": 10, "end": 18} in result["entities"]
    assert result["falls_back"] is False and "threshold" in result["why"]


def test_altered_weights_are_refused_in_words(model: Path, tmp_path: Path) -> None:
    source = weights.model_dir()
    (tmp_path / weights.WEIGHTS).write_bytes(b"not the weights")
    (tmp_path / weights.TOKENIZER).write_bytes((source / weights.TOKENIZER).read_bytes())
    done = command("try", "--model", str(model), "hi", SENTENCE_MODEL_DIR=str(tmp_path))
    assert done.returncode != 0
    assert "not the pinned sentence model" in done.stderr
