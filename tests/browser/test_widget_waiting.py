"""While somebody waits: for whom, where in line, how long, and what they can do besides."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, barriers, started, until
from tests.handoff.picturing import png

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")

SHOWN = """image => image.decode().then(() => {
  const { width, height } = image.getBoundingClientRect();
  return [image.naturalWidth, width, height, getComputedStyle(image).objectFit];
})"""
DANA = {"name": "Dana Reyes", "dedicated": True}
WAYS = ["text-me", "leave-message", "bot", "cancel-request"]
LABELS = ["Text me when it’s my turn", "Leave a message", "Go on with the assistant"]


def after(**time: int) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat().replace("+00:00", "Z")


# What the server tells, and what is read then.
STANDINGS: dict[str, tuple[dict[str, Any], str, str | re.Pattern[str]]] = {
    "in line": (
        {"position": 3, "outcome": "in_line", "range": {"low_s": 120, "high_s": 300}, "ways": WAYS},
        "You are number 3 in line",
        "Usually 2–5 minutes",
    ),
    "next": (
        {"position": 1, "outcome": "in_line", "range": {"low_s": 0, "high_s": 60}, "ways": WAYS},
        "You are next in line",
        "Usually under a minute",
    ),
    "mixed units": (
        {"position": 2, "outcome": "in_line", "range": {"low_s": 45, "high_s": 180}, "ways": WAYS},
        "You are number 2 in line",
        "Usually 45 seconds – 3 minutes",
    ),
    "their own": (
        {"agent": DANA, "outcome": "in_line", "kept_until": after(days=1), "ways": ["anyone-now", *WAYS]},
        "Dana Reyes is in another conversation",
        re.compile(r"^Your place is kept for [\d,]+ minutes$"),  # fewer with every minute that the tests take
    ),
    "their own was asked": ({"agent": DANA, "outcome": "asked", "ways": WAYS}, "Dana Reyes has been asked", ""),
    "a deputy was asked": (
        {"agent": {"name": "Lee Park", "dedicated": False}, "stage": "deputy", "outcome": "asked", "ways": WAYS},
        "Lee Park has been asked",
        "Stands in for your representative",
    ),
    "asked": ({"position": 1, "outcome": "asked", "ways": WAYS}, "A colleague has been asked", ""),
    "nobody": (
        {"position": 1, "outcome": "nobody", "ways": WAYS},
        "Nobody is online right now",
        "The first who comes gets your message. You don’t have to stay.",
    ),
    "by text": (
        {
            "position": 9,
            "outcome": "in_line",
            "range": {"low_s": 300, "high_s": 900},
            "waits_by": "text",
            "ways": WAYS[2:],
        },
        "You are number 9 in line",
        "Usually 5–15 minutes · We’ll text you",
    ),
}


def test_the_panel_says_who_where_and_how_long(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    panel = chat.panel.locator(".waits")
    for status, head, more in STANDINGS.values():
        gateway.turn(conversation, "waiting", **status)
        expect(panel.locator("strong")).to_have_text(head)
        expect(panel.locator(".more")).to_have_text(more)
        expect(panel.locator(".chip")).to_have_count(len(status["ways"]) - 1)
    gateway.turn(conversation, "held", agent=DANA)
    expect(panel).to_be_hidden()


def test_who_is_waited_for_and_answers_is_shown_or_their_initials(shop: Page, gateway: Gateway) -> None:
    shop.goto(f"{gateway.url}/")  # which allows its own pictures; the other address is another origin
    chat = Chat(shop).open()
    conversation = started(chat, gateway)
    dana = DANA | {"picture": f"/files/{gateway.keep('dana.png', png(40, 50))['file']}"}
    gateway.turn(conversation, "waiting", agent=dana, outcome="asked", ways=WAYS)
    header, waits = chat.panel.locator(".top .avatar"), chat.panel.locator(".waits .face")
    for place, size in ((header, 36), (waits, 36)):
        expect(place.locator("img")).to_have_attribute("alt", "")
        shown = place.locator("img").evaluate(SHOWN)
        assert shown == [40, size, size, "cover"], shown
    gateway.turn(conversation, "held", agent=dana)
    gateway.say(conversation, "agent", "Hello.", author={"kind": "agent", **dana})
    gateway.say(conversation, "bot", "A moment.")
    gateway.say(
        conversation, "agent", "Is it the lamp?", author={"kind": "agent", "name": "Lee", "picture": "/files/gone"}
    )
    assert chat.messages.locator(".avatar img").first.evaluate(SHOWN) == [40, 22, 22, "cover"]
    expect(chat.messages.locator(".avatar", has_text="L")).to_have_count(1)
    gateway.turn(conversation, "held", agent=DANA | {"picture": "/files/gone"})
    expect(header).to_have_text("DR")
    gateway.turn(conversation, "held", agent=dana)
    expect(header.locator("img")).to_have_count(1)
    assert barriers(shop) == []


def test_closed_hours_are_told_in_the_reader_s_own_time(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    opens, by = after(days=2), after(days=2, minutes=15)
    gateway.turn(conversation, "waiting", outcome="closed", position=4, opens_at=opens, promised_at=by, ways=WAYS)
    panel = chat.panel.locator(".waits")
    day = "(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    expect(panel.locator("strong")).to_have_text(re.compile(rf"^Back {day}( at)? \d+:\d\d.[AP]M$"))
    expect(panel.locator(".more")).to_contain_text(re.compile(rf"Someone answers by {day}"))
    expect(panel.locator(".more")).to_contain_text("You don’t have to stay")


def test_what_else_can_be_done_is_one_tap_away(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.turn(conversation, "waiting", position=3, outcome="in_line", ways=WAYS)
    chips = chat.panel.get_by_role("group", name="What you can do meanwhile").get_by_role("button")
    expect(chips).to_have_text(LABELS)
    choice = {"id": "text-me", "label": "Text me when it’s my turn"}
    gateway.say(conversation, "system", "You are number 3 in line.", options=[choice])
    expect(chat.messages).to_have_count(2)
    chips.first.click()
    until(lambda: conversation.messages[-1]["text"] == choice["label"], chat.page)
    gateway.turn(conversation, "waiting", position=3, outcome="in_line", waits_by="text", ways=WAYS[2:])
    expect(chips).to_have_text(LABELS[2:])
    expect(chat.panel.get_by_role("button", name="Stop waiting")).to_be_visible()
    expect(chat.panel.locator(".waits")).to_contain_text("We’ll text you")


def test_before_anybody_is_asked_for_it_shows_whether_they_are_there(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    team = {"open": True, "here": True, "opens_at": None, "closes_at": None, "usual_s": 180}
    gateway.turn(conversation, "bot", team=team)
    expect(chat.panel.locator(".team")).to_have_text("Usually answers within 3 minutes")
    gateway.turn(conversation, "bot", team=team | {"open": False, "opens_at": after(days=2)})
    expect(chat.panel.locator(".team")).to_have_text(re.compile(r"^Back \w+day"))
    gateway.turn(conversation, "bot", team=team | {"here": False})
    expect(chat.panel.locator(".team")).to_have_text("")


@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing_while_waiting(browser: Browser, gateway: Gateway, scheme: str, width: int) -> None:
    options = {"color_scheme": scheme, "reduced_motion": "reduce", "locale": "en-US"}
    context = browser.new_context(viewport={"width": width, "height": 800}, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(gateway.page)
    conversation = started(chat := Chat(page).open(), gateway)
    status, head, _ = STANDINGS["their own"]
    gateway.turn(conversation, "waiting", **status)
    expect(chat.panel.locator(".waits strong")).to_have_text(head)
    assert barriers(page) == []
    context.close()
