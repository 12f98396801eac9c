"""Which articles answer a question, and whether one of them surely does. One index serves the whole process."""

import threading

from sqlalchemy.orm import Session

from shop.knowledge import articles, vectors
from shop.knowledge.articles import Stamp
from shop.knowledge.files import LOCALE
from shop.knowledge.hit import Hit
from shop.knowledge.index import Index
from shop.text.encoder import encoder

__all__ = ["CERTAIN", "FITS", "Hit", "certain", "fitting", "index", "search"]

# From this score on an article is taken for an answer; of a message that was not even taken for a question more is asked.
# Both were chosen on questions that no article answers (tests/shop/knowledge/tune.py).
FITS, CERTAIN = 0.4, 0.5

_HELD = 4  # databases and languages at a time
_held: dict[tuple[str, str], tuple[Stamp, Index]] = {}
_lock = threading.Lock()


def search(session: Session, question: str, limit: int = 3, locale: str = LOCALE) -> list[Hit]:
    """The nearest articles, the best first, whether they fit or not."""
    return index(session, locale).hits(question, limit)


def fitting(session: Session, question: str, limit: int = 3, locale: str = LOCALE) -> list[Hit]:
    """The articles that answer the question as far as can be told; none is an honest answer."""
    return [hit for hit in search(session, question, limit, locale) if hit.score >= FITS]


def certain(session: Session, text: str, locale: str = LOCALE) -> Hit | None:
    """The article that clearly fits words which were not understood; None is the rule."""
    return next((hit for hit in search(session, text, 1, locale) if hit.score >= CERTAIN), None)


def index(session: Session, locale: str = LOCALE) -> Index:
    """The index of the articles as they are now; made anew when one of them has changed."""
    key, stamp = (str(session.get_bind().engine.url), locale), articles.stamp(session)
    held = _held.get(key)
    if held is None or held[0] != stamp:
        with _lock:
            held = _held.get(key)
            if held is None or held[0] != stamp:
                held = (stamp, _made(session, locale))
                _held.pop(key, None)
                while len(_held) >= _HELD:
                    _held.pop(next(iter(_held)))
                _held[key] = held
    return held[1]


def _made(session: Session, locale: str) -> Index:
    found = articles.current(session, locale)
    if not found:
        return Index([], {}, None)  # and the encoder is not loaded for nothing
    return Index(found, vectors.of(session, encoder(), articles.texts(found)), encoder())
