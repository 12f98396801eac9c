"""What is wrong with a row, in words: the file, the row, the field, the reason."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from shop.ground.errors import BadInput

SHOWN, REASONS = 20, 3
WORDS = {
    "missing": "is missing",
    "string_type": "must be text",
    "string_unicode": "is no text that can be written",
    "string_too_short": "is empty",
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "does not fit {pattern}",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "greater_than_equal": "counts from {ge}",
    "too_short": "needs one at least",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
}


@dataclass(frozen=True)
class Problem:
    """`row` counts from 1; `field` is a path such as lines.2.price, in which places count from 1, too."""

    file: str
    row: int
    id: str
    field: str
    reason: str

    @property
    def where(self) -> str:
        return f"{self.file}, row {self.row}" + (f" ({self.id})" if self.id else "")

    @property
    def what(self) -> str:
        return f"{self.field}: {self.reason}" if self.field else self.reason


class BadShop(BadInput):
    """The files cannot be imported; `lines` say why, one for each bad row."""

    code = "bad_shop"

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = list(lines)
        super().__init__("\n".join(self.lines))


def told(problems: Iterable[Problem]) -> list[str]:
    """A line for each bad row, the first of them, and how many more there are."""
    rows: dict[str, list[str]] = {}
    for problem in problems:
        rows.setdefault(problem.where, []).append(problem.what)
    lines = [f"{where}: {_joined(what)}" for where, what in list(rows.items())[:SHOWN]]
    return lines if len(rows) <= SHOWN else [*lines, f"and {len(rows) - SHOWN} more"]


def of_row(file: str, number: int, raw: object, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """What is wrong with the shape of a row."""
    return [
        Problem(file, number, id_of(raw), _path(one["loc"]), _reason(one, model))
        for one in error.errors(include_url=False)
    ]


def id_of(raw: object) -> str:
    found = raw.get("id") if isinstance(raw, dict) else None
    return found if isinstance(found, str) else ""


def _joined(what: list[str]) -> str:
    more = f"; and {len(what) - REASONS} more" if len(what) > REASONS else ""
    return _one_line("; ".join(what[:REASONS])) + more


def _one_line(text: str) -> str:
    """Whatever stands in the files, a problem stays one line of a terminal."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def _path(loc: Iterable[int | str]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in loc if part != "[key]")


def _reason(error: ErrorDetails, model: type[BaseModel]) -> str:
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    if error["type"] == "extra_forbidden":
        return _no_field(str(error["loc"][-1]), model)
    return WORDS[error["type"]].format_map(error.get("ctx", {}))


def _no_field(name: str, model: type[BaseModel]) -> str:
    close = difflib.get_close_matches(name, [known for known in _fields(model) if known != name], 1)
    return "there is no such field" + (f"; is {close[0]} meant?" if close else "")


def _fields(model: type[BaseModel]) -> list[str]:
    """All names of a row and what is inside it."""
    names: dict[str, Any] = dict.fromkeys(model.model_fields)
    for inside in model.model_json_schema()["$defs"].values():
        names |= dict.fromkeys(inside.get("properties", ()))
    return list(names)
