from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.catalogue import Variant
from shop.ground.money import Money
from shop.orders import Line
from shop.picking import sizes, variants
from shop.picking.variants import Wanted
from tests.shop.picking.heard import heard


def all_of(name: str, sold_out: tuple[str, ...] = (), **options: tuple[str, ...]) -> list[Variant]:
    made = []
    for chosen in product(*options.values()):
        variant_id = " ".join((name, *chosen))
        own = dict(zip(options, chosen, strict=True))
        made.append(Variant(variant_id, name, name, own, Money(100, "USD"), not any(v in variant_id for v in sold_out)))
    return made


def line(variant: Variant) -> Line:
    return Line(1, variant.product_id, variant.id, variant.name, variant.options, variant.price)


CHAIR = all_of("Dining Chair", material=("oak", "walnut", "beech"), seat=("wood", "woven"))
SHIRT = all_of("Linen Shirt", color=("white", "blue"), size=("S", "M", "L", "XL"))
RUG = all_of("Wool Rug", color=("gray", "blue"), size=("4 x 6 ft", "5 x 8 ft", "8 x 10 ft"))
BASKET = all_of("Storage Basket", material=("felt",), size=("small", "medium", "large"))
MIRROR = all_of("Wall Mirror", frame=("oak", "steel"), back=("oak", "steel"))
SLIPPERS = all_of("Slippers", color=("tan", "black"), size=("7", "8", "9"))


def pick(of: list[Variant], at: int, said: str) -> Wanted:
    mentions, text = heard(said)
    return variants.pick(of, line(of[at]), mentions, text)


@pytest.mark.parametrize(
    ("of", "at", "said", "meant"),
    [
        (CHAIR, 0, "the same but in {option:walnut}", "Dining Chair walnut wood"),
        (CHAIR, 1, "the same but in {option:walnut}", "Dining Chair walnut woven"),
        (CHAIR, 0, "{option:walnut} and {option:woven}", "Dining Chair walnut woven"),
        (CHAIR, 2, "if there is no {option:oak}, {option:beech}", "Dining Chair oak wood"),
        (CHAIR, 0, "swap the {option:oak} {product:Dining Chair|chair} for {option:walnut}", "Dining Chair walnut wood"),
        (CHAIR, 0, "swap the {option:oak} one for {option:walnut}", "Dining Chair walnut wood"),
        (CHAIR, 0, "from {option:oak} to {option:beech}", "Dining Chair beech wood"),
        (CHAIR, 0, "{option:walnut} instead of {option:oak}", "Dining Chair walnut wood"),
        (CHAIR, 0, "the {product:Dining Chair|chair} in {option:walnut} and the {product:Lamp|lamp} in {option:beech}",
         "Dining Chair walnut wood"),
        (CHAIR, 0, "the {option:walnut} {product:Dining Chair|chair}", "Dining Chair walnut wood"),
        (SHIRT, 0, "in size {option:M}", "Linen Shirt white M"),
        (SHIRT, 0, "in size m", "Linen Shirt white M"),
        (SHIRT, 0, "M", "Linen Shirt white M"),
        (SHIRT, 0, "a {option:medium} please", "Linen Shirt white M"),
        (SHIRT, 0, "I'd like the extra large", "Linen Shirt white XL"),
        (SHIRT, 0, "{option:blue}, size {option:L}", "Linen Shirt blue L"),
        (SHIRT, 1, "next size up", "Linen Shirt white L"),
        (SHIRT, 1, "one size down", "Linen Shirt white S"),
        (SHIRT, 0, "the biggest", "Linen Shirt white XL"),
        (SHIRT, 2, "a bigger one in {option:blue}", "Linen Shirt blue XL"),
        (RUG, 1, "a {option:8 x 10 ft|larger} one", "Wool Rug gray 8 x 10 ft"),
        (RUG, 3, "in grey", "Wool Rug gray 4 x 6 ft"),
        (RUG, 0, "5 x 8 ft", "Wool Rug gray 5 x 8 ft"),
        (BASKET, 1, "the {option:small|smaller} one", "Storage Basket felt small"),
        (MIRROR, 0, "{variant:Wall Mirror steel oak|}", "Wall Mirror steel oak"),
        (MIRROR, 1, "in {option:steel}", "Wall Mirror steel steel"),
        (SLIPPERS, 0, "size 9", "Slippers tan 9"),
        (SLIPPERS, 0, "in {option:black}, size 8", "Slippers black 8"),
    ],
)  # fmt: skip
def test_what_is_wanted(of: list[Variant], at: int, said: str, meant: str) -> None:
    found = pick(of, at, said)
    assert found.variant and found.variant.id == meant
    assert (found.candidates, found.unavailable, found.unknown, found.already) == ((), (), (), False)


NO_OAK = all_of("Stool", ("oak",), material=("pine", "oak", "walnut"), height=("low", "high"))


@pytest.mark.parametrize(
    "said",
    [
        "in {option:oak}, if there's none {option:walnut}",
        "if there is no {option:oak}, {option:walnut}",
        "{option:walnut} if there's no {option:oak}",
        "{option:walnut} if you don't have {option:oak}",
        "{option:walnut} if {option:oak} is sold out",
        "{option:oak}, otherwise {option:walnut}",
        "{option:oak} or {option:walnut}",
        "{option:oak}, if not then {option:walnut}",
        "{option:oak} if possible, else {option:walnut}",
        "make it {option:oak}/{option:walnut}",
    ],
)
def test_a_fallback_wish(said: str) -> None:
    found = pick(NO_OAK, 0, said)
    assert found.variant and found.variant.id == "Stool walnut low"
    assert found.unavailable == ("oak",)
    chosen = pick(all_of("Stool", material=("pine", "oak", "walnut"), height=("low", "high")), 0, said)
    assert chosen.variant and chosen.variant.id == "Stool oak low"


def test_what_is_said_once_counts_for_each_alternative() -> None:
    for said in ("{option:high} in {option:oak}, or {option:walnut}", "{option:oak} or {option:walnut}, {option:high}"):
        found = pick(NO_OAK, 0, said)
        assert found.variant and found.variant.id == "Stool walnut high"


def test_a_sold_out_wish_leads_to_a_question() -> None:
    found = pick(NO_OAK, 0, "in {option:oak}")
    assert found.variant is None and found.unavailable == ("oak",)
    assert [v.id for v in found.candidates] == ["Stool pine high", "Stool walnut low", "Stool walnut high"]


def test_what_is_there_only_otherwise_is_asked_about() -> None:
    """Oak there is, but not as high as the stool is: changing that too would be a guess."""
    found = pick(all_of("Stool", ("oak low",), material=("pine", "oak"), height=("low", "high")), 0, "in {option:oak}")
    assert found.variant is None and found.unavailable == ("oak, low",)
    assert [v.id for v in found.candidates] == ["Stool oak high"]


def test_several_that_fit_are_a_question() -> None:
    assert [v.options["size"] for v in pick(SHIRT, 0, "a bigger one").candidates] == ["M", "L", "XL"]
    # either the frame or the back
    found = pick(MIRROR, 0, "in {option:steel}")
    assert {v.id for v in found.candidates} == {"Wall Mirror steel oak", "Wall Mirror oak steel"}


def test_two_wishes_for_one_thing_are_a_question() -> None:
    found = pick(CHAIR, 0, "{option:walnut} and {option:beech}")
    assert [v.options["material"] for v in found.candidates] == ["walnut", "beech"]


def test_it_is_so_already() -> None:
    found = pick(CHAIR, 0, "in {option:oak}")
    assert found.already and found.variant is None and found.candidates


def test_what_the_product_does_not_come_in() -> None:
    found = pick(CHAIR, 0, "in {option:purple}")
    assert found.unknown == ("purple",) and found.variant is None and found.asked
    assert pick(CHAIR, 0, "swap it for a {product:Wool Rug|rug}").others == ("rug",)
    assert pick(SHIRT, 3, "a bigger one").unknown == ("bigger",)


def test_another_color() -> None:
    found = pick(SHIRT, 0, "in another colour")
    assert found.asked and {v.options["color"] for v in found.candidates} == {"blue"}
    assert found.candidates[0].id == "Linen Shirt blue S"


@pytest.mark.parametrize(
    "said",
    ["", "I want to exchange it", "the {product:Dining Chair|chair}", "the {option:oak} {product:Dining Chair|chair}"],
)
def test_nothing_is_said_of_it(said: str) -> None:
    found = pick(CHAIR, 0, said)
    assert not found.asked and found.variant is None
    assert len(found.candidates) == 5 and CHAIR[0] not in found.candidates


def test_a_tap_on_what_was_sold_meanwhile() -> None:
    found = pick(NO_OAK, 0, "{variant:Stool oak high|}")
    assert found.variant is None and found.unavailable == ("oak, high",) and found.candidates


def test_what_there_is_has_an_order() -> None:
    assert sizes.ladder(["10 oz", "14 oz"]) == ["10 oz", "14 oz"]
    assert sizes.ladder(["XL", "S", "L", "M"]) == ["s", "m", "l", "xl"]
    assert sizes.ladder(["two drawers", "one drawer"]) == ["one drawer", "two drawer"]
    assert sizes.ladder(["oak", "walnut"]) == [] == sizes.ladder(["8 inch", "1 ft"])


VALUES = ("oak", "pine", "red", "S", "M", "L")
SHOP = st.builds(
    lambda rows: [
        Variant(f"V{n}", f"P{which}", f"Thing {which}", {"material": a, "size": b}, Money(100, "USD"), available)
        for n, (which, a, b, available) in enumerate(rows)
    ],
    st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(VALUES[:3]), st.sampled_from(VALUES[3:]), st.booleans()),
        min_size=1,
        max_size=14,
    ),
)
WORDS = st.lists(
    st.sampled_from(
        [
            *(f"{{option:{value}}}" for value in VALUES),
            "or",
            "if there's no",
            "to",
            "instead of",
            "bigger",
            ",",
            "not",
            "{product:Thing 1}",
        ]
    ),
    max_size=8,
).map(" ".join)


@given(shop=SHOP, said=WORDS, data=st.data())
def test_only_what_can_be_had_of_the_same_product(shop: list[Variant], said: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(shop) - 1))
    found = pick(shop, at, said)
    chosen = [*found.candidates, *([found.variant] if found.variant else [])]
    assert all(v.available and v.product_id == shop[at].product_id and v.id != shop[at].id for v in chosen)
    assert not (found.variant and found.candidates)


@given(shop=SHOP, data=st.data(), value=st.sampled_from(VALUES))
def test_what_was_not_spoken_of_stays(shop: list[Variant], data: st.DataObject, value: str) -> None:
    at = data.draw(st.integers(0, len(shop) - 1))
    found = pick(shop, at, f"in {{option:{value}}}").variant
    if found is not None:
        name = "material" if value in VALUES[:3] else "size"
        assert found.options == {**shop[at].options, name: value}


@given(shop=SHOP, data=st.data())
def test_the_order_of_values_does_not_matter(shop: list[Variant], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(shop) - 1))
    material, size = data.draw(st.sampled_from(VALUES[:3])), data.draw(st.sampled_from(VALUES[3:]))
    one = pick(shop, at, f"{{option:{material}}}, {{option:{size}}}")
    other = pick(shop, at, f"{{option:{size}}} {{option:{material}}}")
    assert one.variant == other.variant and one.candidates == other.candidates
