"""Writes an ONNX file: the few messages of its protocol-buffer format that the encoder needs (onnx.proto3, IR 9).

By hand, because the `onnx` package would pin protobuf in both environments for the sake of one file a release.
"""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

IR_VERSION, OPSET = 9, 17
ELEMENT = {"float32": 1, "int8": 3, "int64": 7, "float16": 10}


def _varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _bytes(tag: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(tag << 3 | 2) + _varint(len(data)) + data


def _attribute(name: str, value: float | Sequence[int]) -> bytes:
    head = _bytes(1, name)
    if isinstance(value, float):
        return head + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, 1)
    if isinstance(value, int):
        return head + _number(3, value) + _number(20, 2)
    return head + b"".join(_number(8, item) for item in value) + _number(20, 7)


def _tensor(name: str, value: npt.NDArray[Any]) -> bytes:
    dims = b"".join(_number(1, size) for size in value.shape)
    data = np.ascontiguousarray(value).tobytes()
    return dims + _number(2, ELEMENT[value.dtype.name]) + _bytes(8, name) + _bytes(9, data)


def _port(name: str, kind: str, shape: Iterable[str | int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, d) if isinstance(d, int) else _bytes(2, d)) for d in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, ELEMENT[kind]) + _bytes(2, dims)))


@dataclass
class Graph:
    """An ONNX graph in the making. Each method returns the name of the value that it adds."""

    parts: list[bytes] = field(default_factory=list)
    count: int = 0

    def _fresh(self) -> str:
        self.count += 1
        return f"v{self.count}"

    def constant(self, value: npt.NDArray[Any]) -> str:
        name = self._fresh()
        self.parts.append(_bytes(5, _tensor(name, value)))
        return name

    def node(self, kind: str, *inputs: str, out: str | None = None, **attributes: float | Sequence[int]) -> str:
        return self.nodes(kind, *inputs, outs=[out or self._fresh()], **attributes)[0]

    def nodes(self, kind: str, *inputs: str, outs: list[str], **attributes: float | Sequence[int]) -> list[str]:
        body = b"".join(_bytes(1, name) for name in inputs) + b"".join(_bytes(2, name) for name in outs)
        body += _bytes(3, outs[0]) + _bytes(4, kind)
        body += b"".join(_bytes(5, _attribute(name, value)) for name, value in attributes.items())
        self.parts.append(_bytes(1, body))
        return outs

    def fresh(self, count: int) -> list[str]:
        return [self._fresh() for _ in range(count)]

    def input(self, name: str, kind: str, shape: Iterable[str | int]) -> str:
        self.parts.append(_bytes(11, _port(name, kind, shape)))
        return name

    def output(self, name: str, kind: str, shape: Iterable[str | int]) -> None:
        self.parts.append(_bytes(12, _port(name, kind, shape)))

    def model(self) -> bytes:
        """The finished file."""
        graph = b"".join(self.parts) + _bytes(2, "sentence")
        return _number(1, IR_VERSION) + _bytes(7, graph) + _bytes(8, _bytes(1, "") + _number(2, OPSET))
