"""Checks answers against the OpenAPI document that the gateway shows: every answer of every test goes through here."""

import re
from typing import Any

import httpx
from jsonschema import Draft202012Validator


class Contract:
    """The document, and the paths in it."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._paths = {path: re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in document["paths"]}

    def check(self, answer: httpx.Response) -> None:
        """An answer of a described route has a described status, type and shape."""
        described = self._described(answer.request)
        if described is None:
            return
        status = str(answer.status_code)
        assert status in described["responses"], f"{answer.request.method} {answer.request.url}: {status}"
        content = described["responses"][status]["content"]
        given = answer.headers.get("content-type", "").split(";")[0]
        assert given in content or status == "204", f"{given} is not described for {answer.request.url}"
        schema = content.get(given, {}).get("schema")
        if schema and given == "application/json":
            answer.read()
            self.validator(schema).validate(answer.json())

    def validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        """References start at the document's root, where its components stand."""
        return Draft202012Validator({"components": self.document["components"], **schema})

    def _described(self, request: httpx.Request) -> dict[str, Any] | None:
        for path, pattern in self._paths.items():
            if pattern.fullmatch(request.url.path):
                operation: dict[str, Any] | None = self.document["paths"][path].get(request.method.lower())
                return operation
        return None
