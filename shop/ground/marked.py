"""A YAML file checked against a model: everything that is wrong with it, each with its line and its field."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)
Path = tuple[object, ...]

_PLAIN = {"missing": "is missing", "extra_forbidden": "is no field that is known here"}  # what pydantic says stiffly


@dataclass(frozen=True, order=True)
class Problem:
    """`field` is empty where it is the file itself."""

    line: int
    field: str
    what: str

    def __str__(self) -> str:
        return f"line {self.line}: " + (f"{self.field}: {self.what}" if self.field else self.what)


def check(model: type[M], text: str, context: Mapping[str, object] | None = None) -> tuple[M | None, list[Problem]]:
    """The model, or None and every problem, in the order of the lines."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        given = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = " ".join(str(part) for part in (error.context, error.problem) if part)
        return None, [Problem(mark.line + 1 if mark else 1, "", said)]
    except (yaml.YAMLError, ValueError) as error:  # a date such as 2026-13-45 is a ValueError
        return None, [Problem(1, "", " ".join(str(error).split()))]
    if root is None or not isinstance(given, dict):
        return None, [Problem(1, "", "is no list of fields and values")]
    lines = dict(_lines(root, ()))
    problems = [Problem(line, named(path), "stands twice") for path, line in _twice(root, ())]
    checked = None
    try:
        checked = model.model_validate(given, context=dict(context or {}))
    except ValidationError as error:
        for one in error.errors():
            path = tuple(part for part in one["loc"] if part != "[key]")
            what = _PLAIN.get(one["type"], one["msg"].removeprefix("Value error, "))
            problems.append(Problem(_line(lines, path), named(path), what))
    return (None if problems else checked), sorted(problems)


def named(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _line(lines: dict[Path, int], path: Path) -> int:
    """The line of the field, or of what it belongs to where it is missing."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _children(node: yaml.Node) -> Iterator[tuple[object, yaml.Node, yaml.Node]]:
    """Key, the node that bears the line, and the node of the value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, key, value
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            yield number, value, value


def _lines(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    if not path:
        yield (), 1
    for key, marked, value in _children(node):
        yield (*path, key), marked.start_mark.line + 1
        yield from _lines(value, (*path, key))


def _twice(node: yaml.Node, path: Path) -> Iterator[tuple[Path, int]]:
    """YAML would let the last one count, silently."""
    seen = set()
    for key, marked, value in _children(node):
        if key in seen:
            yield (*path, key), marked.start_mark.line + 1
        seen.add(key)
        yield from _twice(value, (*path, key))
