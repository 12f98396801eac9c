"""The page behind a text's short link: an order, a plan or a receipt, as it was told. Nobody signs in, nothing is stored,
no script runs, and no search engine keeps it."""

from collections.abc import Iterable
from html import escape
from typing import Any

from sanic import HTTPResponse

from handoff import wording
from handoff.http import Call, Endpoint
from handoff.rules import cardlinks
from handoff.rules.cardlinks import Page
from handoff.tools.throttle import Throttle
from shop import policy
from shop import wording as shop_words
from shop.ground.errors import NotFound, TooMany

RATE = "60/minute"  # of one address: more than people read, too little to guess 80 bits
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STEPS = ("pending", "processed", "delivered")


def endpoints() -> list[Endpoint]:
    readings = Throttle(RATE)

    async def page(call: Call, token: str) -> HTTPResponse:
        shop = call.parts.settings.shop_name
        try:
            readings.check(call.request.remote_addr or call.request.ip)
            found = await call.parts.db.read(cardlinks.of, token)
        except TooMany as busy:
            answer = _html(shop, wording.say("card_wait"), _fine("card_busy", "lines"), 429)
            answer.headers["Retry-After"] = str(busy.retry_after_s)
            return answer
        except NotFound as gone:
            key = "card_expired" if gone.code == "expired" else "card_none"
            return _html(shop, wording.say("card_gone"), _fine(key, "lines"), 404)
        title, body = _drawn(found)
        return _html(shop, title, body, 200)

    return [
        Endpoint("GET", "/c/<token:str>", "An order, a plan or a receipt, by the link in a text", page, media="text/html",
                 refusals=(404, 429)),
    ]  # fmt: skip


def _drawn(page: Page) -> tuple[str, str]:
    card = page.card
    match card["kind"]:
        case "order":
            title, parts = wording.say("card_order", order=card.get("id") or ""), _order(card)
        case "plan":
            title, parts = wording.say("card_plan"), [_lines(page), _fine("card_plan_note")]
        case _:
            title, parts = wording.say("card_receipt", number=card.get("number") or ""), [_lines(page)]
    if card["kind"] != "order" and card.get("order"):
        parts.insert(0, f"<p class=of>{escape(wording.say('card_order', order=card['order']))}</p>")
    zone = policy.zone()
    note = wording.say("card_as_of", date=shop_words.day(page.at, zone), until=shop_words.day(page.until, zone))
    return title, "".join([*parts, f"<p class=fine>{escape(note)}</p>"])


def _order(card: dict[str, Any]) -> list[str]:
    status = str(card.get("status") or "")
    state = str(card.get("state") or status)
    items = "".join(_item(item) for item in card.get("items") or ())
    parcels = "".join(
        f"<li><span>{escape(' · '.join(filter(None, (parcel.get('carrier'), parcel.get('status')))))}</span>"
        f"<span class=number>{escape(str(parcel.get('tracking') or ''))}</span></li>"
        for parcel in card.get("parcels") or ()
    )
    parts = [
        f"<p class=status>{escape(state[:1].upper() + state[1:])}</p>" if state else "",
        _progress(status),
        f"<ul class=items>{items}</ul>" if items else "",
        f"<h2>{escape(wording.say('card_parcels'))}</h2><ul>{parcels}</ul>" if parcels else "",
    ]
    if card.get("total"):
        parts.append(
            f"<p class=total><span>{escape(wording.say('card_total'))}</span><span>{escape(str(card['total']))}</span></p>"
        )
    return parts


def _item(item: dict[str, Any]) -> str:
    options = item.get("options")
    chosen = " · ".join(str(value) for value in options.values()) if isinstance(options, dict) else str(options or "")
    small = f"<small>{escape(chosen)}</small>" if chosen else ""
    return f"<li><span>{escape(str(item.get('name') or ''))}{small}</span><span>{escape(str(item.get('price') or ''))}</span></li>"


def _progress(status: str) -> str:
    if status not in STEPS:
        return ""
    reached, words = STEPS.index(status), wording.say("card_steps").split(", ")
    return f"<ol class=steps>{''.join(_step(word, n, reached) for n, word in enumerate(words))}</ol>"


def _step(word: str, n: int, reached: int) -> str:
    marks = (" class=done" if n <= reached else "") + (' aria-current="step"' if n == reached else "")
    return f"<li{marks}>{escape(word)}</li>"


def _lines(page: Page) -> str:
    if page.hidden:
        return _fine("card_in_text", "lines")
    return f"<ul class=lines>{''.join(_said(page.card.get('lines') or ()))}</ul>"


def _said(lines: Iterable[Any]) -> Iterable[str]:
    return (f"<li>{escape(str(line))}</li>" for line in lines)


def _fine(key: str, kind: str = "fine") -> str:
    return f"<p class={kind}>{escape(wording.say(key))}</p>"


def _html(shop: str, title: str, body: str, status: int) -> HTTPResponse:
    page = (
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width,initial-scale=1'>"
        "<meta name=robots content='noindex,nofollow'><meta name=color-scheme content='light dark'>"
        f"<title>{escape(title)} - {escape(shop)}</title>"
        "<link rel=stylesheet href=/static/tokens.css><link rel=stylesheet href=/static/card/card.css>"
        f"<main><p class=shop>{escape(shop)}</p><h1>{escape(title)}</h1>{body}</main></html>"
    )
    return HTTPResponse(page, status=status, headers=HEADERS, content_type="text/html; charset=utf-8")
