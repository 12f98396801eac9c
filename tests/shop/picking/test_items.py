from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shop.ground.money import Money
from shop.orders import Line
from shop.picking import items
from shop.picking.items import Items, Unclear
from tests.shop.picking.heard import heard


def line(line_id: int, name: str, price: int = 1000, **options: Any) -> Line:
    variant = " ".join((name, *options.values()))
    return Line(line_id, name, variant, name, options, Money(price, "USD"))


MUG, RUG, VASE = (
    line(1, "Stoneware Mug", 1600, color="blue"),
    line(2, "Wool Rug", color="gray"),
    line(3, "Ceramic Vase"),
)
OAK, OAK_TOO, WALNUT = (line(n, "Dining Chair", material=m) for n, m in ((4, "oak"), (5, "oak"), (6, "walnut")))
HOME = (MUG, RUG, VASE)
CHAIRS = (OAK, OAK_TOO, WALNUT)
ALIKE = (OAK, OAK_TOO, line(7, "Dining Chair", material="oak"))
CURTAINS = (line(8, "Linen Curtains", color="white"), line(9, "Linen Curtains", color="gray"))

MUG_, RUG_, VASE_ = "{product:Stoneware Mug|mug}", "{product:Wool Rug|rug}", "{product:Ceramic Vase|vase}"
CHAIR_, CHAIRS_ = "{product:Dining Chair|chair}", "{product:Dining Chair|chairs}"


def pick(lines: tuple[Line, ...], said: str, **more: Any) -> Items:
    mentions, text = heard(said)
    return items.pick(lines, mentions, text, **more)


@pytest.mark.parametrize(
    ("lines", "said", "meant"),
    [
        (HOME, f"the {MUG_}", (1,)),
        (HOME, f"the {MUG_} and the {RUG_}", (1, 2)),
        (HOME, f"{VASE_}, {MUG_}", (1, 3)),
        ((*HOME, OAK, OAK_TOO), f"the {MUG_}, the {RUG_} and {{item_set:both}} {CHAIRS_}", (1, 2, 4, 5)),
        (HOME, f"{{item_set:all_but|everything but}} the {VASE_}", (1, 2)),
        (HOME, f"{{item_set:all_but|everything except}} the {MUG_} and the {RUG_}", (3,)),
        (HOME, "{item_set:all|all of them}", (1, 2, 3)),
        (HOME, f"{{item_set:all|everything}}, not the {MUG_}", (2, 3)),
        ((MUG, RUG), "{item_set:both}", (1, 2)),
        ((OAK, OAK_TOO), "{item_set:both}", (4, 5)),
        (HOME, "{item_set:none|none of them}", ()),
        (HOME, f"not the {MUG_}, the {RUG_}", (2,)),
        (HOME, f"the {RUG_} instead of the {MUG_}", (2,)),
        (HOME, f"keep the {MUG_} and return the {RUG_}", (2,)),
        (HOME, f"the {RUG_} and the {VASE_} but not the {VASE_}", (2,)),
        (HOME, "the {ordinal:2|second} one", (2,)),
        (HOME, "the {ordinal:1|first} two", (1, 2)),
        (HOME, "the last two items", (2, 3)),
        (
            CHAIRS,
            f"{{item_set:both}} {{option:oak}} {CHAIRS_}, one in {{option:beech}} and one in {{option:walnut}}",
            (4, 5),
        ),
        (CHAIRS, f"an {{option:oak}} {CHAIR_} in {{option:beech}} or {{option:walnut}}", (4,)),
        (CHAIRS, f"an {{option:oak}} {CHAIR_} in {{option:beech}}, if there's none then {{option:walnut}}", (4,)),
        (HOME, f"a {{option:large|larger}} {VASE_}", (3,)),
        (HOME, "the {ordinal:1|first} and the {ordinal:3|third}", (1, 3)),
        (CHAIRS, f"the {{ordinal:3|third}} {CHAIR_}", (6,)),
        (CHAIRS, f"the {{option:walnut}} {CHAIR_}", (6,)),
        (CHAIRS, f"the {CHAIR_} in {{option:walnut}}", (6,)),
        (CHAIRS, "the {option:walnut} one", (6,)),
        (CHAIRS, f"an {{option:oak}} {CHAIR_}", (4,)),
        (CHAIRS, f"{{quantity:2|two}} {{option:oak}} {CHAIRS_}", (4, 5)),
        (CHAIRS, f"the {CHAIRS_}", (4, 5, 6)),
        (CHAIRS, f"all three {CHAIRS_}", (4, 5, 6)),
        (CHAIRS, f"every {CHAIR_} except the {{option:oak}} one", (5, 6)),
        (CHAIRS, f"all {CHAIRS_} but the {{option:walnut}} one", (4, 5)),
        (CHAIRS, f"{{item_set:all_but|all but}} one of the {{option:oak}} {CHAIRS_}", (5, 6)),
        (ALIKE, f"{{quantity:2|two}} of the {CHAIRS_}", (4, 5)),
        (ALIKE, f"one of the {CHAIRS_}", (4,)),
        (ALIKE, f"one of the {{quantity:3|three}} {CHAIRS_}", (4,)),
        (ALIKE, f"the {CHAIR_}", (4,)),
        (ALIKE, f"{{item_set:both}} {CHAIRS_}", (4, 5)),
        (ALIKE, "two of them", (4, 5)),
        (ALIKE, f"a {CHAIR_} and another {CHAIR_}", (4, 5)),
        (HOME, "3 items", (1, 2, 3)),
        (CURTAINS, "the {option:gray} {product:Linen Curtains|curtains}", (9,)),
        ((CURTAINS[0], MUG), "the {product:Linen Curtains|curtains}", (8,)),
        (HOME, "the ${amount:16.00} one", (1,)),
        (HOME, "return the mug and the rug", (1, 2)),
        (HOME, "{item_set:all|all mugs}", (1,)),
        (HOME, f"the {MUG_} for a {{option:white}} one", (1,)),
        (HOME, f"exchange the {{option:blue}} {MUG_} for a {{option:white}} {MUG_}", (1,)),
        (HOME, f"refund for the {MUG_}", (1,)),
        (HOME, "the {product:mug rack|mug}", (1,)),
        (HOME, "{line:3|}", (3,)),
        ((line(1, "Mug Rack"), line(2, "Mug")), "the mug", (2,)),
    ],
)
def test_what_is_meant(lines: tuple[Line, ...], said: str, meant: tuple[int, ...]) -> None:
    found = pick(lines, said)
    assert (found.line_ids, found.unclear, found.unknown, found.asked) == (meant, (), (), True)


@pytest.mark.parametrize(
    ("lines", "said", "word", "between"),
    [
        (CHAIRS, f"the {CHAIR_}", "chair", (4, 5, 6)),
        (CHAIRS, f"{{quantity:2|two}} of the {CHAIRS_}", "chairs", (4, 5, 6)),
        (CHAIRS, f"{{item_set:both}} {CHAIRS_}", "chairs", (4, 5, 6)),
        (CHAIRS, "{item_set:both}", "both", (4, 5, 6)),
        (CHAIRS, f"the {{option:green}} {CHAIR_}", "green chair", (4, 5, 6)),
        (CHAIRS, f"four {CHAIRS_}", "chairs", (4, 5, 6)),
        (CHAIRS, f"the {{ordinal:5|fifth}} {CHAIR_}", "fifth chair", (4, 5, 6)),
        (HOME, "two of them", "two of them", (1, 2, 3)),
        (CURTAINS, "the {product:Linen Curtains|curtains}", "curtains", (8, 9)),
        (HOME, "not {item_set:all|all of them}", "all of them", (1, 2, 3)),
    ],
)
def test_what_is_unclear(lines: tuple[Line, ...], said: str, word: str, between: tuple[int, ...]) -> None:
    found = pick(lines, said)
    assert found.unclear == (Unclear(word, between),)
    assert found.line_ids == () and found.asked


def test_what_the_order_does_not_have() -> None:
    found = pick(HOME, f"the {{product:Bath Towel|towel}} and the {MUG_}")
    assert found.unknown == ("towel",) and found.line_ids == (1,)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "hello",
        "I want to return something",
        "{option:green} please",
        "in {option:blue}",
        "my {ordinal:1|first} order",
        "make it {option:blue}",
    ],
)
def test_nothing_is_spoken_of(said: str) -> None:
    found = pick(HOME, said)
    assert not found.asked and found.line_ids == () and found.unclear == ()


def test_what_is_left_out_is_known() -> None:
    assert pick(HOME, f"not the {MUG_}").dropped == (1,)
    assert pick(HOME, f"keep the {MUG_}").line_ids == ()


def test_the_rest_is_without_what_was_picked() -> None:
    assert pick(HOME, "{item_set:rest|the rest}", chosen=[1]).line_ids == (2, 3)
    assert pick(HOME, f"the {MUG_}, keep {{item_set:rest|the rest}}").line_ids == (1,)


def test_what_shall_come_instead_waits_until_it_is_clear_of_which() -> None:
    found = pick(CHAIRS, f"the {CHAIR_} to {{option:beech}}")
    assert found.unclear and set(found.wishes) == {4, 5, 6}


def test_what_shall_come_instead_belongs_to_its_item() -> None:
    said = f"the {MUG_} in {{option:white}} and the {CHAIR_} to {{option:beech}}"
    found = pick((MUG, OAK), said)
    assert found.line_ids == (1, 4)
    assert {line_id: [wish.value for wish in wishes] for line_id, wishes in found.wishes.items()} == {
        1: ["white"],
        4: ["beech"],
    }
    assert [wish.value for wish in pick(HOME, "the same but in {option:oak}").loose] == ["oak"]


NAMES = ("Mug", "Rug", "Vase", "Chair", "Lamp")
ORDERS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["oak", "blue", "red"])), min_size=1, max_size=7
).map(lambda kinds: tuple(line(n + 10, name, color=color) for n, (name, color) in enumerate(kinds)))
SETS = ["{item_set:all}", "{item_set:all_but|all but}", "{item_set:both}", "{item_set:rest}", "{item_set:none}"]
OTHERS = [
    "{option:blue}",
    "{option:oak}",
    "{ordinal:2}",
    "{quantity:3}",
    "not",
    "and",
    "the",
    ",",
    "for a",
    "to",
    "two of",
]
GOODS = [*(f"{{product:{name}}}" for name in NAMES), *(f"{{product:{name}|{name}s}}" for name in NAMES)]
WORDS = st.lists(st.sampled_from([*GOODS, *SETS, *OTHERS]), max_size=9).map(" ".join)


@given(lines=ORDERS, said=WORDS)
def test_only_lines_that_were_offered(lines: tuple[Line, ...], said: str) -> None:
    found = pick(lines, said)
    offered = {line.id for line in lines}
    every = [
        *found.line_ids,
        *found.dropped,
        *found.wishes,
        *(n for unclear in found.unclear for n in unclear.line_ids),
    ]
    assert set(every) <= offered
    assert len(set(found.line_ids)) == len(found.line_ids)
    assert all(unclear.line_ids for unclear in found.unclear)
    assert found.asked or not (found.line_ids or found.unclear)


@given(lines=ORDERS, data=st.data())
def test_all_but_some_and_those_are_all(lines: tuple[Line, ...], data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from([line.name for line in lines]), min_size=1, max_size=3, unique=True))
    words = " and ".join(f"the {{product:{name}}}" for name in names)
    these, others = pick(lines, words), pick(lines, f"{{item_set:all_but|everything but}} {words}")
    assert these.unclear == others.unclear
    if not these.unclear:
        assert sorted((*these.line_ids, *others.line_ids)) == [line.id for line in lines]


@given(lines=ORDERS, data=st.data())
def test_the_order_of_words_does_not_matter(lines: tuple[Line, ...], data: st.DataObject) -> None:
    parts = st.sampled_from(
        [f"the {{product:{line.name}}}" for line in lines] + [f"{{product:{line.name}|{line.name}s}}" for line in lines]
    )
    said = data.draw(st.lists(parts, min_size=1, max_size=4, unique=True))
    again = data.draw(st.permutations(said))
    first, second = pick(lines, " and ".join(said)), pick(lines, " and ".join(again))
    assert first.line_ids == second.line_ids
    assert set(first.unclear) == set(second.unclear)


@given(lines=ORDERS, data=st.data())
def test_alike_items_are_never_a_question(lines: tuple[Line, ...], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(lines))
    alike = [line for line in lines if line.variant_id == one.variant_id]
    number = data.draw(st.integers(1, len(alike)))
    count = f"{{quantity:{number}}}" if number > 1 else "one"
    found = pick(lines, f"{count} {{option:{one.options['color']}}} {{product:{one.name}}}")
    assert not found.unclear and len(found.line_ids) == number
    assert set(found.line_ids) <= {line.id for line in alike}
