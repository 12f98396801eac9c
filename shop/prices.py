"""What a product comes in, and what one version costs beside another: figures of the catalogue, never guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shop import wording
from shop.catalogue import Variant
from shop.ground.money import Money
from shop.picking.mentions import Mention, same

Wishes = dict[str, list[str]]  # option name -> the values spoken of


@dataclass(frozen=True)
class Spoken:
    """The options that a message names, as far as the product has them; `unknown` are the others."""

    wishes: Wishes
    unknown: tuple[str, ...]

    def fit(self, variant: Variant) -> bool:
        return all(variant.options.get(name) in values for name, values in self.wishes.items())


def values(variants: Iterable[Variant]) -> Wishes:
    """All values of each option, in the shop's order."""
    found: dict[str, dict[str, None]] = {}
    for variant in variants:
        for name, value in variant.options.items():
            found.setdefault(name, {})[value] = None
    return {name: list(known) for name, known in found.items()}


def spoken(variants: Sequence[Variant], options: Sequence[Mention]) -> Spoken:
    """Which of the product's options these mentions name."""
    wishes: Wishes = {}
    unknown = []
    for mention in options:
        fits = [(name, value) for name, known in values(variants).items() for value in known if same(value, mention)]
        for name, value in fits:
            wishes.setdefault(name, []).append(value)
        if not fits:
            unknown.append(str(mention.value))
    return Spoken(wishes, tuple(dict.fromkeys(unknown)))


def line(variant: Variant) -> str:
    """One version with its price and whether it can be bought."""
    return wording.say(
        "variant_line" if variant.available else "variant_sold_out_line", item=named(variant), price=variant.price
    )


def named(variant: Variant) -> str:
    options = wording.option_words(variant.options)
    return wording.say("item" if options else "item_plain", name=variant.name, options=options)


def span(variants: Sequence[Variant]) -> str:
    """The price, or the lowest and the highest."""
    prices = sorted((variant.price for variant in variants), key=lambda price: price.minor)
    if prices[0] == prices[-1]:
        return str(prices[0])
    return wording.say("price_range", lowest=prices[0], highest=prices[-1])


def more_or_less(difference: Money) -> str:
    """A difference in words: $8.00 more, $8.00 less, the same price."""
    if difference.minor == 0:
        return wording.say("price_equal")
    return wording.say(
        "price_more" if difference.minor > 0 else "price_less", amount=max(difference, -difference, key=_minor)
    )


def compared(variants: Sequence[Variant], name: str, one: str, other: str) -> Money | None:
    """What `other` costs more than `one` with all else equal; None where that differs or cannot be told."""
    prices: dict[tuple[tuple[str, str], ...], dict[str, Money]] = {}
    for variant in variants:
        rest = tuple(sorted((key, str(value)) for key, value in variant.options.items() if key != name))
        prices.setdefault(rest, {})[str(variant.options.get(name))] = variant.price
    found = {pair[other] - pair[one] for pair in prices.values() if one in pair and other in pair}
    return found.pop() if len(found) == 1 else None


def _minor(amount: Money) -> int:
    return amount.minor
