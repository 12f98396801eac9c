"""The product's OpenAPI and whether its answers are as it says, and the one shape of a refusal."""

from functools import cached_property
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from tests.local import LOCALLY
from tests.system.product import PATIENCE_S, Product

TRACES = ("Traceback", 'File "', ".py")


class Api:
    """The product's OpenAPI, and what it says an answer must look like."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.http = httpx.Client(base_url=product.url, timeout=PATIENCE_S, **LOCALLY)

    @cached_property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/openapi.json").json()
        return found

    def operations(self) -> list[tuple[str, str, dict[str, Any]]]:
        paths = self.document["paths"]
        return [(method, path, operation) for path in paths for method, operation in paths[path].items()]

    def fits(self, method: str, path: str, answer: httpx.Response) -> None:
        """The answer is one of those described, and its body has the described shape."""
        described = self.document["paths"][path][method]["responses"]
        assert str(answer.status_code) in described, (method, path, answer.status_code, answer.text)
        for media, content in described[str(answer.status_code)]["content"].items():
            if media == "application/json" and "schema" in content:
                schema = content["schema"] | {"components": self.document["components"]}
                Draft202012Validator(schema).validate(answer.json())


def refused(answer: httpx.Response, status: int | tuple[int, ...] = ()) -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, answer.text)
    assert not status or answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text
    assert set(answer.json()["error"]) == {"code", "message"}
    assert not any(trace in answer.text for trace in TRACES), answer.text
