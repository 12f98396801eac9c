"""Vectors of texts, kept in the database by the text's digest: a process that starts has nothing to encode."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shop.knowledge.tables import VectorRow
from shop.text import network, weights
from shop.text.encoder import Encoder, Vectors

_MODEL = f"{weights.SHA256}-{network.FORMAT}"


def digest(text: str) -> str:
    """Of the text and the encoder together: another encoder has other vectors."""
    return hashlib.sha256(f"{_MODEL}\n{text}".encode()).hexdigest()


def of(session: Session, encoder: Encoder, texts: Sequence[str]) -> dict[str, Vectors]:
    """The vector of each text; what is not kept is encoded now."""
    kept = {row.digest: row.vector for row in session.execute(select(VectorRow.digest, VectorRow.vector))}
    found, unknown = {}, []
    for text in texts:
        known = kept.get(digest(text))
        if known is None:
            unknown.append(text)
        else:
            found[text] = np.frombuffer(known, np.float32)
    return {**found, **dict(zip(unknown, encoder.encode(unknown), strict=True))}


def keep(session: Session, vectors: dict[str, Vectors]) -> None:
    """Keep exactly these."""
    wanted = {digest(text): vector.astype(np.float32).tobytes() for text, vector in vectors.items()}
    kept = set(session.scalars(select(VectorRow.digest)))
    _drop(session, kept - set(wanted))
    new = [{"digest": key, "vector": vector} for key, vector in wanted.items() if key not in kept]
    if new:
        insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
        session.execute(insert(VectorRow).on_conflict_do_nothing(), new)


def _drop(session: Session, digests: Iterable[str]) -> None:
    for key in digests:
        session.execute(delete(VectorRow).where(VectorRow.digest == key))
