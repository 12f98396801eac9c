"""The Rasa component that adds entities to a message. It learns nothing: new words come from the vocabulary file."""

import os
from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.entities import find
from bot.nlu.vocabulary import VocabularyFile
from shop.text.encoder import encoder

NAME = "ShopEntityExtractor"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class ShopEntityExtractor(GraphComponent, EntityExtractorMixin):  # type: ignore[misc]
    """Patterns, set phrases, and the words of VAR_DIR/vocabulary.json."""

    def __init__(self, vocabulary: VocabularyFile) -> None:
        self.vocabulary = vocabulary

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "ShopEntityExtractor":
        path = Path(os.environ.get("VAR_DIR") or "var") / "vocabulary.json"
        return cls(VocabularyFile(path, encoder().words()))

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            found = find(message.get(TEXT) or "", self.vocabulary.current())
            new = [
                {"entity": f.entity, "value": f.value, "start": f.start, "end": f.end, "extractor": NAME} for f in found
            ]
            message.set(ENTITIES, message.get(ENTITIES, []) + new, add_to_output=True)
        return messages
