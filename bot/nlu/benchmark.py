"""Trains a pipeline on one CSV file and measures it on another, as HINT3 does."""

import csv
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.metrics import Judged
from bot.nlu.trained import Recogniser, quiet, ranking, train

# HINT3's label of what is out of scope, and our intent for it.
NONE = "NO_NODES_DETECTED"
OUT_OF_SCOPE = "out_of_scope"


def read(path: Path) -> list[tuple[str, str]]:
    """(sentence, label) of each row. Raises ValueError that names the file and what is wrong with it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if not {"sentence", "label"} <= set(rows.fieldnames or []):
            raise ValueError(f"{path} needs the columns sentence,label in its first line.")
        return [((row["sentence"] or "").strip(), (row["label"] or "").strip()) for row in rows]


def as_nlu(rows: list[tuple[str, str]]) -> dict[str, Any]:
    """The rows as a Rasa NLU file."""
    by_label: dict[str, list[str]] = defaultdict(list)
    for sentence, label in rows:
        if sentence and label:
            by_label[OUT_OF_SCOPE if label == NONE else label].append(" ".join(sentence.split()))
    examples = {label: "".join(f"- {text}\n" for text in texts) for label, texts in by_label.items()}
    return {"version": "3.1", "nlu": [{"intent": label, "examples": text} for label, text in examples.items()]}


def benchmark(config: Path, train_file: Path, test_file: Path) -> dict[str, Any]:
    """In-scope accuracy with no threshold, and the best Matthews correlation over thresholds, as fractions."""
    learned, asked = read(train_file), read(test_file)
    with tempfile.TemporaryDirectory() as folder, quiet():
        data = Path(folder) / "nlu.yml"
        data.write_text(yaml.safe_dump(as_nlu(learned), allow_unicode=True), encoding="utf-8")
        parses = Recogniser(train(config, data, Path(folder))).ask([sentence for sentence, _ in asked])
    best = [next(iter(ranking(parse)), (OUT_OF_SCOPE, 0.0)) for parse in parses]
    guesses = [NONE if name == OUT_OF_SCOPE else name for name, _ in best]
    scores = [0.0 if name == OUT_OF_SCOPE else confidence for name, confidence in best]
    judged = Judged.of([label for _, label in asked], guesses, scores, NONE)
    mcc, threshold = judged.best_mcc()
    recall, false_rejection = judged.refused(0.5)
    return {
        "in_scope_accuracy": round(judged.in_scope_accuracy(), 4),
        "best_mcc": round(mcc, 4),
        "best_mcc_threshold": threshold,
        "mcc": round(judged.mcc(0.5), 4),
        "out_of_scope_recall": round(recall, 4),
        "false_rejection": round(false_rejection, 4),
        "trained_on": len(learned),
        "tested_on": len(asked),
    }
