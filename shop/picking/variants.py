"""Which variant is wanted in place of one: "the same but in oak", "in size M", "the bigger one", "oak, otherwise walnut".

Only variants of the same product that can be bought now are ever chosen. What was not spoken of stays as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from shop.catalogue import Variant
from shop.orders import Line
from shop.picking import sizes, wishes
from shop.picking.goods import named
from shop.picking.mentions import Mention, called, of, plain, stems
from shop.picking.reading import with_options, with_products

_ANOTHER = re.compile(r"\b(?:another|different|other|new|change\s+the|change)\s+(\w+)", re.I)
Target = dict[str, str]  # option name -> value, compared plainly


@dataclass(frozen=True)
class Wanted:
    """`variant` is what was asked for, exactly. Without it, `candidates` are what comes nearest, the nearest first.

    `unavailable` are wishes that exist and are sold out, `unknown` what this product does not come in, `others` other
    products, for which it can't be exchanged. `already`: it is so already. `asked`: the message spoke of a variant at all.
    """

    variant: Variant | None = None
    candidates: tuple[Variant, ...] = ()
    unavailable: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    already: bool = False
    asked: bool = False


def pick(variants: Sequence[Variant], line: Line, mentions: Sequence[Mention], text: str) -> Wanted:
    """What a message asks for in place of a line. Variants of other products are not looked at."""
    own = [variant for variant in variants if variant.product_id == line.product_id]
    others = [variant for variant in own if variant.id != line.variant_id and variant.available]
    tapped = of(mentions, "variant")
    if tapped:
        return _tapped(own, others, line, {str(mention.value) for mention in tapped})
    return _Search(own, others, line, mentions, text).wanted()


def nearest(variants: Sequence[Variant], line: Line) -> list[Variant]:
    """What a line can be exchanged for, the most alike first."""
    return list(pick(variants, line, (), "").candidates)


def _tapped(own: Sequence[Variant], others: Sequence[Variant], line: Line, ids: set[str]) -> Wanted:
    found = [variant for variant in others if variant.id in ids]
    if len(found) == 1:
        return Wanted(found[0], asked=True)
    gone = tuple(_words(variant) for variant in own if variant.id in ids and not variant.available)
    return Wanted(None, tuple(found or others), gone, already=line.variant_id in ids, asked=True)


class _Search:
    """One message read against the variants of one product."""

    def __init__(
        self, own: Sequence[Variant], others: Sequence[Variant], line: Line, mentions: Sequence[Mention], text: str
    ) -> None:
        self.own, self.others, self.line, self.text = own, others, line, text
        values = [value for variant in own for value in variant.options.values()]
        told = [m for m in mentions if not (m.entity == "option" and sizes.RELATIVE.search(m.said(text)))]
        self.mentions = with_options(with_products(told, text, [line.name]), text, values)
        self.values: dict[str, set[str]] = {}
        for variant in own:
            for name, value in variant.options.items():
                self.values.setdefault(name, set()).add(plain(value))
        present = next((variant.options for variant in own if variant.id == line.variant_id), line.options)
        self.now = {name: plain(value) for name, value in present.items()}

    def wanted(self) -> Wanted:
        found = self._found()
        others = self._others()
        return replace(found, others=others, asked=found.asked or bool(others))

    def _found(self) -> Wanted:
        unknown = self._unknown()
        wished = self._wished()
        if not wished:
            return self._unsaid(unknown)
        unavailable: list[str] = []
        for said, targets in wished:
            exact = self._fitting(self.others, [self.now | target for target in targets])
            if exact:
                one = exact[0] if len(exact) == 1 else None
                return Wanted(one, () if one else tuple(exact), tuple(unavailable), unknown, asked=True)
            if any(target.items() <= self.now.items() for target in targets):
                return Wanted(None, self._near(self.others), tuple(unavailable), unknown, already=True, asked=True)
            unavailable += self._sold_out(said, targets)
        near = {v.id: v for _, targets in wished for v in self._near(self._fitting(self.others, targets))}
        candidates = tuple(near.values()) or self._near(self.others)
        return Wanted(None, candidates, tuple(unavailable), unknown, asked=True)

    def _sold_out(self, said: str, targets: Sequence[Target]) -> list[str]:
        """The wish, where nothing that fits it can be had; where something can, the very variant that can't."""
        if not self._fitting(self.others, targets):
            return [said] if self._fitting(self.own, targets) else []
        return [_words(variant) for variant in self._fitting(self.own, [self.now | target for target in targets])]

    def _wished(self) -> list[tuple[str, list[Target]]]:
        """The wishes in their order, in words and as what the options would have to be."""
        groups = wishes.of_line(self.mentions, self.text, self.line.name, self.now, self.values)
        said = [(", ".join(str(mention.value) for mention in group), self._targets(group)) for group in groups]
        if len(groups) > 1 and not wishes.ranked(groups, self.text):
            said = [(", ".join(word for word, _ in said), [target for _, targets in said for target in targets])]
        sized = self._sized()
        if not sized:
            return said
        words = sizes.RELATIVE.search(self.text)
        bigger = words[0] if words else ""
        if not said:
            return [(bigger, sized)]
        return [
            (f"{bigger}, {word}", [size | target for size in sized for target in targets]) for word, targets in said
        ]

    def _targets(self, group: wishes.Wish) -> list[Target]:
        """What the options would have to be; a value that several options can have stands for each of them."""
        choices = [sorted(wishes.names(mention, self.values)) for mention in group]
        found = []
        for picked in product(*choices):
            if len(set(picked)) == len(picked):
                found.append({name: plain(mention.value) for name, mention in zip(picked, group, strict=True)})
        return found

    def _sized(self) -> list[Target]:
        """ "Bigger" and the like: in the option that is named, else in any that has an order."""
        known = {
            name: sizes.relative(self.text, self.now.get(name, ""), [v.options.get(name, "") for v in self.own])
            for name in self.values
        }
        named_ones = [name for name in known if known[name] and set(stems(name)) & set(stems(self.text))]
        return [{name: value} for name in named_ones or known for value in known[name]]

    def _unsaid(self, unknown: tuple[str, ...]) -> Wanted:
        """No value was said; perhaps which option shall be another: "in another color"."""
        words = sizes.RELATIVE.search(self.text)
        if words:
            unknown = (*unknown, words[0])
        said = {plain(word).replace("colour", "color") for word in _ANOTHER.findall(self.text)}
        changing = [name for name in self.values if plain(name).replace("colour", "color") in said]
        near = self._near([v for v in self.others if not changing or any(self._differs(v, name) for name in changing)])
        return Wanted(None, near or self._near(self.others), (), unknown, asked=bool(unknown or changing))

    def _differs(self, variant: Variant, name: str) -> bool:
        return plain(variant.options.get(name, "")) != self.now.get(name)

    def _fitting(self, variants: Sequence[Variant], targets: Sequence[Target]) -> list[Variant]:
        """The variants that have all of a target's values; those of an earlier target first."""
        found = {v.id: v for target in targets for v in variants if target.items() <= _plain(v).items()}
        return list(found.values())

    def _near(self, variants: Sequence[Variant]) -> tuple[Variant, ...]:
        """Those that differ least from what there is come first; where that is equal, the shop's order holds."""
        return tuple(sorted(variants, key=lambda v: sum(self._differs(v, name) for name in self.now)))

    def _others(self) -> tuple[str, ...]:
        """Other products that were wanted in place of this one."""
        told = (p for p in named(self.mentions, self.text) if p.product and p.alternative)
        return tuple(p.said(self.text) for p in told if p.product and not called(self.line.name, p.product, self.text))

    def _unknown(self) -> tuple[str, ...]:
        """What was said of this product and is not to be had of it."""
        words: list[str] = []
        for phrase in named(self.mentions, self.text):
            ours = phrase.product is None or called(self.line.name, phrase.product, self.text)
            if ours and not phrase.negated:
                options = (*phrase.options, *phrase.after, *phrase.wanted)
                words += [str(o.value) for o in options if not wishes.names(o, self.values)]
        return tuple(dict.fromkeys(words))


def _plain(variant: Variant) -> Target:
    return {name: plain(value) for name, value in variant.options.items()}


def _words(variant: Variant) -> str:
    return ", ".join(str(value) for value in variant.options.values())
