"""The Rasa component that recognises intents: it trains, stores and asks bot.nlu.model."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.calibration import Rows, calibrate
from bot.nlu.model import LIKELIEST, IntentModel, Settings
from bot.nlu.typos import expand
from shop.text import network, weights
from shop.text.encoder import encoder

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
# Raise it when what is learned from the same data changes: Rasa reuses what it trained before.
VERSION = 7


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(GraphComponent, IntentClassifier):  # type: ignore[misc]
    """Confidence 0.5 is the calibrated threshold, whatever the data: FallbackClassifier's threshold is 0.5."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`background`: texts that are no wish of any bot, one a line, beside this file or absolute; "" for none.
        `kin`: lists of intents that are one wish in different circumstances."""
        return {"strength": 30.0, "terms": 0.5, "background": "background.txt", "kin": []}

    @staticmethod
    def required_packages() -> list[str]:
        return ["onnxruntime", "scipy", "sklearn", "tokenizers"]

    def __init__(
        self,
        config: dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        model: IntentModel | None = None,
        threshold: float = 0.5,
    ) -> None:
        self.config, self.storage, self.resource = config, storage, resource
        self.model, self.threshold = model, threshold

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceIntentClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        parts = [str(VERSION), str(network.FORMAT), weights.SHA256, *_background(config)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def train(self, training_data: TrainingData) -> Resource:
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        texts, labels = [expand(e.get(TEXT)) for e in examples], np.array([e.get(INTENT) for e in examples], dtype=str)
        if len(set(labels.tolist())) < 2:
            raise RasaException(
                "Recognition needs examples of at least two intents; the training data has "
                f"{len(set(labels.tolist()))}. Add examples of another intent (out_of_scope, say) to the NLU data."
            )
        model = encoder()
        vectors, strangers = model.encode(texts), _background(self.config)
        kin = tuple(tuple(group) for group in self.config["kin"])
        settings = Settings(self.config["strength"], self.config["terms"], kin=kin)
        strange_vectors = model.encode(strangers)

        def learn(rows: Rows, strange: Rows) -> IntentModel:
            few = [strangers[row] for row in strange]
            examples = [texts[row] for row in rows]
            return IntentModel(model, settings).fit(
                examples, labels[rows], vectors[rows], few, strange_vectors[strange]
            )

        result = calibrate(learn, texts, labels, strangers)
        log.info(
            f"Cross-validation: {result.accuracy:.1%} right; threshold {result.threshold:.2f} refuses "
            f"{result.strangers_refused:.1%} of strangers and {result.own_refused:.1%} of own wishes."
        )
        self.model, self.threshold = learn(np.arange(len(texts)), np.arange(len(strangers))), result.threshold
        self._persist()
        return self.resource

    def _persist(self) -> None:
        assert self.model is not None
        with self.storage.write_to(self.resource) as folder:
            self.model.save(folder)
            (folder / "threshold.json").write_text(json.dumps(self.threshold), encoding="utf-8")

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "SentenceIntentClassifier":
        with model_storage.read_from(resource) as folder:
            model = IntentModel.load(folder, encoder())
            threshold = json.loads((folder / "threshold.json").read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, model, threshold)

    def process(self, messages: list[Message]) -> list[Message]:
        asked = [m for m in messages if (m.get(TEXT) or "").strip()]
        for message in messages:
            _answer(message, [])
        if self.model is None or not asked:
            return messages
        for message, row in zip(asked, self._confidences([m.get(TEXT) for m in asked]), strict=True):
            best = np.argsort(-row, kind="stable")[:LIKELIEST]
            _answer(message, [{"name": str(self.model.intents[i]), "confidence": float(row[i])} for i in best])
        return messages

    def _confidences(self, texts: list[str]) -> Any:
        """Scores bent so that the threshold lies at 0.5, 0 and 1 staying where they are."""
        assert self.model is not None
        scores, t = self.model.scores(texts), self.threshold
        return np.where(scores < t, 0.5 * scores / t, 0.5 + 0.5 * (scores - t) / (1 - t))


def _answer(message: Message, ranking: list[dict[str, Any]]) -> None:
    message.set("intent", ranking[0] if ranking else {"name": None, "confidence": 0.0}, add_to_output=True)
    message.set("intent_ranking", ranking, add_to_output=True)


def _background(config: dict[str, Any]) -> list[str]:
    if not config.get("background"):
        return []
    lines = (HERE / config["background"]).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
