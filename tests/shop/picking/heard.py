"""Mentions as recognition gives them, written short: `the {product:lamp} in {option:Black}` or `{date:2 week ago|two weeks ago}`."""

import re

from shop.picking.mentions import Mention

_MARK = re.compile(r"\{(\w+):([^|}]*)(?:\|([^}]*))?\}")


def heard(marked: str) -> tuple[tuple[Mention, ...], str]:
    """The mentions and the text; after a bar stands what the customer wrote where that differs from the value."""
    text, mentions, at = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[at : match.start()]
        entity, value, written = match[1], match[2], match[3] if match[3] is not None else match[2]
        number = int(value) if entity in ("quantity", "ordinal") else value
        mentions.append(Mention(entity, number, len(text), len(text) + len(written)))
        text += written
        at = match.end()
    return tuple(mentions), text + marked[at:]
