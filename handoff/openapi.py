"""OpenAPI 3.1 from the endpoints' declarations."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from handoff.http import FILE_NAME, Endpoint, Error

_MEANINGS = {
    200: "Done",
    201: "Made",
    202: "Accepted: stored, and the answer is on its way",
    204: "Done, nothing to say",
    302: "Elsewhere",
    400: "The request says something impossible",
    401: "No proof of who asks",
    403: "Not allowed",
    404: "Not there, or not yours",
    409: "The world changed since you looked",
    413: "More than we take",
    429: "Too many; see Retry-After",
    503: "A part is down",
}
_SCHEMES = {
    "visitor": {"type": "http", "scheme": "bearer", "description": "The token of a chat session"},
    "agent": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "writing_agent": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "signed_in": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "own_account": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "supervisor": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "supervisor_writing": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "admin": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "uploading_agent": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "uploading_admin": {"type": "apiKey", "in": "cookie", "name": "rapport_console"},
    "twilio": {"type": "apiKey", "in": "header", "name": "X-Twilio-Signature"},
}

_ANYBODY = ("public", "own_page")  # they look where a call comes from, not who calls


def describe(endpoints: Sequence[Endpoint], version: str) -> dict[str, Any]:
    """The whole document."""
    models = {model for endpoint in endpoints for model in (endpoint.body, endpoint.answer) if model} | {Error}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, definitions = models_json_schema(
        [(model, "validation") for model in ordered], ref_template="#/components/schemas/{model}"
    )
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        paths.setdefault(_path(endpoint), {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Rapport", "version": version},
        "paths": paths,
        "components": {"schemas": definitions.get("$defs", {}), "securitySchemes": _SCHEMES},
    }


def _path(endpoint: Endpoint) -> str:
    return re.sub(r"<(\w+)(?::\w+)?>", r"{\1}", endpoint.path)


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    operation: dict[str, Any] = {"summary": endpoint.summary, "responses": _responses(endpoint)}
    names = re.findall(r"{(\w+)}", _path(endpoint))
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    parameters += [
        {"name": name, "in": "query", "schema": {"type": "integer", "minimum": 0}} for name in endpoint.query
    ]
    if endpoint.upload:
        about = "The file's name, percent-encoded"
        parameters.append({"name": FILE_NAME, "in": "header", "description": about, "schema": {"type": "string"}})
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(endpoint.body)}}}
    if endpoint.guard and endpoint.guard.__name__ not in _ANYBODY:
        operation["security"] = [{endpoint.guard.__name__: []}]
    return operation


def _responses(endpoint: Endpoint) -> dict[str, Any]:
    schema = {"schema": _ref(endpoint.answer)} if endpoint.answer else {}
    content = dict.fromkeys(endpoint.media.split(", "), schema)
    done = {"description": _MEANINGS[endpoint.status], "content": content}
    said: dict[str, Any] = {"application/json": {"schema": _ref(Error)}}
    if endpoint.media == "text/html":
        said["text/html"] = {}  # who opened a page reads a page
    refused = {str(status): {"description": _MEANINGS[status], "content": said} for status in _refusals(endpoint)}
    return {str(endpoint.status): done, **refused}


def _refusals(endpoint: Endpoint) -> list[int]:
    """An agent who still has to set up a second factor is refused everywhere but in their own account."""
    also = {403} if endpoint.guard and endpoint.guard.__name__ == "agent" else set()
    return sorted({*endpoint.refusals, *also})


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{model.__name__}"}
