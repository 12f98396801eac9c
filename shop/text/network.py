"""all-MiniLM-L6-v2 as an ONNX graph: six layers, matrix products in int8, mean pooling inside."""

import numpy as np
import numpy.typing as npt

from shop.text.onnx_file import Graph
from shop.text.weights import Tensors

WIDTH, HEADS, LAYERS = 384, 12, 6
# Part of the cache file's name: raise it when the graph changes.
FORMAT = 1

Floats = npt.NDArray[np.float32]


class Network:
    """Builds the graph; one method a building block."""

    def __init__(self, weights: Tensors, int8: bool = True) -> None:
        self.weights = weights
        self.int8 = int8
        self.graph = Graph()

    def file(self) -> bytes:
        """The ONNX file: `ids` [batch, length] in, `hidden` [batch, width] (mean over the words) out."""
        g = self.graph
        ids = g.input("ids", "int64", ["batch", "length"])
        x = self.embed(ids)
        for layer in range(LAYERS):
            key = f"encoder.layer.{layer}"
            x = self.norm(g.node("Add", self.attend(x, key), x), f"{key}.attention.output.LayerNorm")
            x = self.norm(g.node("Add", self.think(x, key), x), f"{key}.output.LayerNorm")
        g.node("ReduceMean", x, out="sentence", axes=[1], keepdims=0)
        g.output("sentence", "float32", ["batch", WIDTH])
        return g.model()

    def embed(self, ids: str) -> str:
        g, w = self.graph, self.weights
        places = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
        # Half precision is enough for a table that is only looked up, and halves the file and the memory.
        table = g.constant(w["embeddings.word_embeddings.weight"].astype(np.float16))
        words = g.node("Cast", g.node("Gather", table, ids), to=1)
        length = g.node("Shape", ids, start=1, end=2)
        zero = g.constant(np.array([0], np.int64))
        place = g.node("Slice", g.constant(places), zero, length, zero)
        return self.norm(g.node("Add", words, place), "embeddings.LayerNorm")

    def attend(self, x: str, key: str) -> str:
        g, size = self.graph, WIDTH // HEADS
        parts = [f"{key}.attention.self.{part}" for part in ("query", "key", "value")]
        matrix = np.concatenate([self.weights[f"{part}.weight"] for part in parts])
        bias = np.concatenate([self.weights[f"{part}.bias"] for part in parts])
        matrix[:WIDTH] /= np.sqrt(np.float32(size))
        bias[:WIDTH] /= np.sqrt(np.float32(size))
        split = g.constant(np.array([0, 0, 3 * HEADS, size], np.int64))
        heads = g.node("Transpose", g.node("Reshape", self.product(x, matrix, bias), split), perm=[0, 2, 1, 3])
        query, keys, value = g.nodes("Split", heads, outs=g.fresh(3), axis=1)
        scores = g.node("MatMul", query, g.node("Transpose", keys, perm=[0, 1, 3, 2]))
        mixed = g.node("MatMul", g.node("Softmax", scores, axis=-1), value)
        joined = g.constant(np.array([0, 0, WIDTH], np.int64))
        flat = g.node("Reshape", g.node("Transpose", mixed, perm=[0, 2, 1, 3]), joined)
        return self.dense(flat, f"{key}.attention.output.dense")

    def think(self, x: str, key: str) -> str:
        """The two wide layers with GELU between them: x/2 (1 + erf(x / sqrt 2))."""
        g = self.graph
        wide = self.dense(x, f"{key}.intermediate.dense")
        turn = g.node("Erf", g.node("Div", wide, self.scalar(np.sqrt(2.0))))
        gelu = g.node("Mul", g.node("Mul", wide, g.node("Add", turn, self.scalar(1.0))), self.scalar(0.5))
        return self.dense(gelu, f"{key}.output.dense")

    def dense(self, x: str, key: str) -> str:
        return self.product(x, self.weights[f"{key}.weight"], self.weights[f"{key}.bias"])

    def product(self, x: str, matrix: Floats, bias: Floats) -> str:
        """x . matrix^T + bias; in int8 with a scale a column, the input scaled as it comes."""
        g = self.graph
        if not self.int8:
            return g.node("Add", g.node("MatMul", x, g.constant(matrix.T)), g.constant(bias))
        scales = np.abs(matrix).max(axis=1) / np.float32(127)
        rounded = np.rint(matrix / scales[:, None]).astype(np.int8)
        small, scale, zero = g.nodes("DynamicQuantizeLinear", x, outs=g.fresh(3))
        whole = g.node("Cast", g.node("MatMulInteger", small, g.constant(rounded.T), zero), to=1)
        factor = g.node("Mul", scale, g.constant(scales))
        return g.node("Add", g.node("Mul", whole, factor), g.constant(bias))

    def norm(self, x: str, key: str) -> str:
        gain, offset = (self.graph.constant(self.weights[f"{key}.{part}"]) for part in ("weight", "bias"))
        return self.graph.node("LayerNormalization", x, gain, offset, axis=-1, epsilon=1e-12)

    def scalar(self, value: float) -> str:
        return self.graph.constant(np.array(value, np.float32))
