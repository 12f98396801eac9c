"""The demo shop's page sells what the demo shop has: what is seen there can be asked for in the chat."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
CARD = re.compile(r"<h3>(?P<name>[^<]+)</h3><p>[^<]+</p><p class=\"price\">from \$(?P<price>\d+)</p>")


def test_goods_and_prices_are_the_catalogue_s() -> None:
    page = (ROOT / "handoff/static/demo/index.html").read_text(encoding="utf-8")
    goods = yaml.safe_load((ROOT / "shop/demo/products.yml").read_text(encoding="utf-8"))
    least = {
        good["name"]: good["price"] + sum(min(choices.values()) for choices in good["options"].values())
        for good in goods
    }
    shown = {card["name"]: int(card["price"]) for card in CARD.finditer(page)}
    assert len(shown) == page.count("<h3>") == 8
    assert shown == {name: least[name] for name in shown}
