"""Rasa's own recognition, outside a server: train a pipeline on a file, load a trained model, ask it."""

import asyncio
import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FALLBACK = "nlu_fallback"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What Rasa and TensorFlow say goes to the error output or nowhere: standard output is for results."""
    os.environ.update(TF_CPP_MIN_LOG_LEVEL="3", RASA_TELEMETRY_ENABLED="false")
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    with contextlib.redirect_stdout(sys.stderr):
        yield


def train(config: Path, data: Path, folder: Path) -> Path:
    """A model of the pipeline of `config` on the Rasa NLU file or folder `data`. Domain and policies play no part."""
    from rasa.model_training import train_nlu
    from rasa.shared.exceptions import RasaException

    # From scratch, and nothing left behind: Rasa would otherwise reuse what it trained before, from a folder of its own.
    os.environ["RASA_CACHE_DIRECTORY"] = str(folder / "cache")
    try:
        made = train_nlu(str(config), str(data), str(folder), fixed_model_name="nlu")
    except RasaException as error:
        raise ValueError(str(error)) from error
    if not made:
        raise ValueError(f"{data} holds no training data.")
    return Path(made)


class Recogniser:
    """Asks a trained model what texts mean, as a turn does."""

    def __init__(self, model: Path) -> None:
        from rasa.core.agent import Agent

        self.agent = Agent.load(str(model))

    def ask(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Rasa's parse of each text: `intent`, `intent_ranking`, `entities`."""

        async def all_of_them() -> list[dict[str, Any]]:
            return [await self.agent.parse_message(text) for text in texts]

        return asyncio.run(all_of_them())


def ranking(parse: dict[str, Any]) -> list[tuple[str, float]]:
    """Intents and confidences, best first, without the fallback that stands for none of them."""
    ranked = [(item["name"], float(item["confidence"])) for item in parse.get("intent_ranking", [])]
    return [(name, confidence) for name, confidence in ranked if name and name != FALLBACK]


def refused(parse: dict[str, Any]) -> bool:
    """Whether the model's own threshold sends this text to the fallback."""
    return parse["intent"]["name"] in (FALLBACK, None)
