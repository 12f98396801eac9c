"""What is wanted of a variant, in the order of preference: "oak, otherwise walnut", "walnut if there's no oak"."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from shop.picking.goods import named
from shop.picking.mentions import Mention, called, has_option, of, plain

# Between two values: the one behind is there only if the one before cannot be had.
_ELSE = re.compile(r"\b(?:or|otherwise|else|if|unless|then|alternatively|failing|when)\b|/", re.I)
# Between two values: the one behind comes first, "walnut if there's no oak".
_IF = re.compile(r"\b(?:if|when|unless|in case)\s+(?P<rest>[^,;.]*)$", re.I)
_OPEN = re.compile(r"(?:^|\b(?:no|any|out of|have|has|without|the|in|more|got)\s*)$", re.I)
# Before a value: it is what there is, and not what is wanted.
_NOT = re.compile(
    r"\b(?:instead\s+of|rather\s+than|in\s+place\s+of|not|from|replace|swap|exchange|change)\s+(?:in\s+)?(?:the\s+|my\s+)?$",
    re.I,
)
_TO = re.compile(r"\b(?:to|into|for|with|by)\b|->", re.I)

Wish = tuple[Mention, ...]  # values that are wanted together


def of_line(
    mentions: Sequence[Mention], text: str, name: str, now: Mapping[str, object], values: Mapping[str, set[str]]
) -> list[Wish]:
    """The wishes for a product of this name, the dearest first. `now` are its options, `values` what each can be.

    A value that the thing has already, and that was said to describe it, is no wish.
    """
    options = [m for m in _wanted(mentions, text, name, now) if names(m, values)]
    return _shared(_grouped(_by_preference(options, text), text, values), values)


def ranked(wanted: Sequence[Wish], text: str) -> bool:
    """Whether words say which wish comes first. "Oak and walnut" for one chair is none the wiser."""
    places = [mention for wish in wanted for mention in wish]
    first, last = min(m.start for m in places), max(m.end for m in places)
    return bool(_ELSE.search(text[max(first - 30, 0) : last + 15]))


def _wanted(mentions: Sequence[Mention], text: str, name: str, now: Mapping[str, object]) -> list[Mention]:
    """The options that are wanted of this product: not those that describe it, and not those of another."""
    phrases = named(mentions, text)
    others = {
        o for p in phrases if p.product and not called(name, p.product, text) for o in (*p.options, *p.after, *p.wanted)
    }
    described = {
        o for p in phrases if p.product and not p.alternative for o in p.options if has_option(now.values(), o)
    }
    excluded = {o for p in phrases if p.negated for o in (*p.options, *p.after)}
    options = [o for o in of(mentions, "option") if o not in others]
    said_before_to = {
        option
        for option, behind in pairwise(options)
        if has_option(now.values(), option) and _TO.search(text[option.end : behind.start])
    }
    away = others | described | excluded | said_before_to
    return [option for option in options if option not in away and not _described_away(option, text, now)]


def _described_away(option: Mention, text: str, now: Mapping[str, object]) -> bool:
    before = text[max(option.start - 25, 0) : option.start]
    match = _NOT.search(before)
    if match is None or not option.end:
        return False
    plainly = match[0].lower().startswith(("instead", "rather", "in place", "not"))
    return plainly or has_option(now.values(), option)


def _by_preference(options: list[Mention], text: str) -> list[Mention]:
    """As said, but for "walnut if there's no oak": there the oak comes first."""
    ordered = options[:1]
    for before, option in pairwise(options):
        match = _IF.search(text[before.end : option.start])
        rest = match["rest"].strip() if match else ""
        if match and not rest.lower().startswith("not") and _OPEN.search(rest):
            ordered.insert(0, option)
        else:
            ordered.append(option)
    return ordered


def _grouped(options: list[Mention], text: str, values: Mapping[str, set[str]]) -> list[list[Mention]]:
    """Values that go together, until one is another value of the same option, or there instead."""
    groups: list[list[Mention]] = []
    for option in options:
        last = groups[-1][-1] if groups else None
        gap = text[last.end : option.start] if last and last.end <= option.start else ""
        if last is None or _ELSE.search(gap) or any(not _together(option, other, values) for other in groups[-1]):
            groups.append([option])
        elif all(plain(option.value) != plain(other.value) for other in groups[-1]):
            groups[-1].append(option)
    return groups


def _together(one: Mention, other: Mention, values: Mapping[str, set[str]]) -> bool:
    """Whether one thing can have both: they are the same, or values of different options."""
    if plain(one.value) == plain(other.value):
        return True
    mine, others = (names(mention, values) for mention in (one, other))
    return not mine or not others or len(mine | others) > 1


def names(mention: Mention, values: Mapping[str, set[str]]) -> set[str]:
    """The options that can have this value."""
    return {name for name, known in values.items() if plain(mention.value) in known}


def _shared(groups: list[list[Mention]], values: Mapping[str, set[str]]) -> list[Wish]:
    """What was said once counts for every alternative: "oak or walnut, in large" is large either way."""
    said: dict[str, set[str]] = {}
    for mention in (m for group in groups for m in group):
        for name in names(mention, values):
            said.setdefault(name, set()).add(plain(mention.value))
    wishes = []
    for group in groups:
        have = set().union(*(names(mention, values) for mention in group))
        once = [
            mention
            for other in groups
            for mention in other
            if other is not group
            and (own := names(mention, values))
            and not own & have
            and all(len(said[n]) == 1 for n in own)
        ]
        wishes.append((*group, *{plain(mention.value): mention for mention in once}.values()))
    return list(dict.fromkeys(wishes))
