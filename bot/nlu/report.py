"""The held-out sentences put to the trained model: figures, a page with the confusion matrix, and a picture of it."""

import html
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bot.nlu.metrics import Judged
from bot.nlu.trained import Recogniser, quiet, ranking

OUT_OF_SCOPE = "out_of_scope"
THRESHOLD = 0.5
WORST = 60


@dataclass(frozen=True)
class Heldout:
    """Sentences with their intents; out-of-scope sentences have the intent of that name."""

    texts: list[str]
    intents: list[str]

    @classmethod
    def read(cls, folder: Path) -> "Heldout":
        own = yaml.safe_load((folder / "intents.yml").read_text(encoding="utf-8"))
        strange = yaml.safe_load((folder / "out_of_scope.yml").read_text(encoding="utf-8"))
        pairs = [(text, intent) for intent, texts in own.items() for text in texts]
        pairs += [(text, OUT_OF_SCOPE) for text in strange]
        return cls([text for text, _ in pairs], [intent for _, intent in pairs])


def judge(model: Path, held: Heldout) -> Judged:
    with quiet():
        parses = Recogniser(model).ask(held.texts)
    best = [next(iter(ranking(parse)), (OUT_OF_SCOPE, 0.0)) for parse in parses]
    scores = [0.0 if name == OUT_OF_SCOPE else confidence for name, confidence in best]
    return Judged.of(held.intents, [name for name, _ in best], scores, OUT_OF_SCOPE)


def figures(judged: Judged) -> dict[str, Any]:
    recall, false_rejection = judged.refused(THRESHOLD)
    return {
        "intent_accuracy": round(judged.in_scope_accuracy(), 4),
        "answered_right": round(judged.in_scope_accuracy(THRESHOLD), 4),
        "out_of_scope_recall": round(recall, 4),
        "false_rejection": round(false_rejection, 4),
        "sentences": len(judged.truth),
    }


def report(model: Path, heldout: Path, folder: Path) -> dict[str, Any]:
    """Writes report.html and confusion.png into `folder`; returns the figures and where they are."""
    held = Heldout.read(heldout)
    judged = judge(model, held)
    folder.mkdir(parents=True, exist_ok=True)
    picture, page = folder / "confusion.png", folder / "report.html"
    draw(judged, picture)
    page.write_text(as_page(judged, held), encoding="utf-8")
    return {**figures(judged), "page": str(page), "picture": str(picture)}


def draw(judged: Judged, path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    answers = judged.answers(THRESHOLD)
    names = sorted(set(judged.truth.tolist()) | set(answers.tolist()))
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), len(names)))
    for truth, answer in zip(judged.truth.tolist(), answers.tolist(), strict=True):
        counts[place[truth], place[answer]] += 1
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = pyplot.subplots(figsize=(15, 14))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("understood as")
    axes.set_ylabel("meant")
    for row, column in zip(*np.nonzero(counts), strict=True):
        dark = shares[row, column] > 0.5
        axes.text(
            column,
            row,
            int(counts[row, column]),
            ha="center",
            va="center",
            fontsize=7,
            color="white" if dark else "black",
        )
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def as_page(judged: Judged, held: Heldout) -> str:
    answers = judged.answers(THRESHOLD)
    rows = [
        (float(score), text, truth, guess)
        for score, text, truth, guess, answer in zip(
            judged.score, held.texts, judged.truth.tolist(), judged.guess.tolist(), answers.tolist(), strict=True
        )
        if answer != truth
    ]
    # The worst first: confidently wrong.
    worst = sorted(rows, reverse=True)[:WORST]
    table = _table(["meant", "best guess", "confidence", "text"], [[t, g, f"{s:.2f}", text] for s, text, t, g in worst])
    pairs = _table(["meant", "understood as", "times"], [[a, b, str(n)] for a, b, n in judged.confusions(THRESHOLD)])
    right = Counter(t for t, a in zip(judged.truth.tolist(), answers.tolist(), strict=True) if t == a)
    every = Counter(judged.truth.tolist())
    by_intent = _table(
        ["intent", "right", "of"],
        [[name, str(right[name]), str(every[name])] for name in sorted(every, key=lambda n: right[n] / every[n])],
    )
    sums = _table(["figure", "value"], [[name, str(value)] for name, value in figures(judged).items()])
    return PAGE.format(sums=sums, table=table, pairs=pairs, by_intent=by_intent)


def _table(head: list[str], rows: list[list[str]]) -> str:
    def line(tag: str, cells: list[str]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line("th", head) + "".join(line("td", row) for row in rows) + "</table>"


PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Recognition</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; color: #1c2430; }}
table {{ border-collapse: collapse; margin: 1rem 0 2rem; }}
td, th {{ border-bottom: 1px solid #dde3ea; padding: .25rem .75rem; text-align: left; }}
img {{ max-width: 100%; }}
</style></head><body>
<h1>How well recognition does on sentences that it was not trained on</h1>
{sums}
<h2>Confusion matrix</h2>
<p>Rows: what was meant. Columns: what was understood; out_of_scope includes "not understood".</p>
<img src="confusion.png" alt="Confusion matrix; the table of mistakes below says the same in words.">
<h2>The worst examples</h2>
{table}
<h2>Mistakes by pair</h2>
{pairs}
<h2>By intent</h2>
{by_intent}
</body></html>
"""
