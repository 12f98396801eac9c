"""The widget on other people's pages: safe against what it shows, usable by everybody, unmoved by its surroundings."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, barriers, started, until

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")

EVIL = [
    "<img src=x onerror=\"document.title='owned'\">",
    "<script>document.title='owned'</script>",
    "<svg onload=\"document.title='owned'\">",
    "[click](javascript:document.title='owned')",
    "[click](data:text/html,<script>document.title='owned'</script>)",
    "**<b onmouseover=\"document.title='owned'\">bold</b>**",
    '"><iframe srcdoc="<script>parent.document.title=\'owned\'</script>">',
    "</textarea></style><script>document.title='owned'</script>",
    "https://shop.example/\"onmouseover=\"document.title='owned'",
    "{{constructor.constructor('document.title=1')()}} ${document.title='owned'}",
]
STRICT = "default-src 'none'; script-src {gateway}; connect-src {gateway}; require-trusted-types-for 'script'"
HOSTILE = """
:not(html, head, head *) { display: block !important; color: red !important; font: 40px cursive !important;
    transform: rotate(3deg) !important; all: unset;
    position: static !important; opacity: 0.1; visibility: hidden; }
body { transform: translateX(400px); } rapport-chat { display: none !important; } button, dialog { display: none !important; }
"""


def page_of(visitor: BrowserContext, gateway: Gateway, head: str = "", html: str = "lang=en", csp: str = "") -> Page:
    """Another shop's page with the widget's tag on it."""
    tag = f"<script async src='{gateway.url}/widget.js'></script>"
    body = f"<html {html}><head><title>Shop</title>{head}{tag}</head><body><main><h1>Shop</h1></main></body></html>"
    gateway.pages["/other"] = (f"<!doctype html>{body}", {"Content-Security-Policy": csp} if csp else {})
    page = visitor.new_page()
    page.goto(f"{gateway.page}other")
    return page


@pytest.mark.parametrize("kind", ["bot", "agent", "system", "customer"])
def test_what_is_said_is_shown_as_it_is_and_never_run(chat: Chat, gateway: Gateway, kind: str) -> None:
    conversation = started(chat, gateway)
    title = chat.page.title()
    for evil in EVIL:
        options = [{"id": "o1", "label": evil}] if kind == "bot" else []
        line = {"name": evil, "options": {"size": evil}, "price": evil, "picture": evil.removeprefix("https")}
        parcel = {"tracking": evil, "carrier": evil, "status": evil, "url": "javascript:document.title='owned'"}
        card = {"kind": "order", "id": evil, "status": evil, "items": [line], "parcels": [parcel], "total": evil}
        gateway.say(conversation, kind, evil, name=evil, options=options, card=card)
    expect(chat.messages).to_have_count(len(EVIL) + 1)
    words = chat.log.inner_text()
    assert all(evil.replace("**", "") in words for evil in EVIL)
    chat.log.locator(".bubble").last.hover()
    assert chat.page.title() == title
    assert chat.log.locator("img, script, iframe, b, svg:not(.icon)").count() == 0
    links = chat.log.locator("a").evaluate_all("all => all.map(a => [new URL(a.href).protocol, a.rel, a.target])")
    assert all(link == ["https:", "noopener noreferrer nofollow", "_blank"] for link in links)


def test_what_the_customer_types_is_words(chat: Chat, gateway: Gateway) -> None:
    title = chat.page.title()
    chat.write("**not bold** <img src=x onerror=\"document.title='owned'\">\n- no list")
    until(lambda: len(gateway.heard) == 1, chat.page)
    expect(chat.bubbles("**not bold** <img src=x")).to_have_count(1)
    assert chat.page.title() == title


def test_the_safe_subset_of_markdown(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    text = "I can\n- find **one**\n- list [all](https://shop.example/a)\n\nFirst\nsecond https://shop.example/b.\n\n1. One\n2. Two"
    gateway.say(conversation, "bot", text)
    bubble = chat.messages.last.locator(".bubble")
    expect(bubble.locator("ul li")).to_have_text(["find one", "list all"])
    expect(bubble.locator("ol li")).to_have_text(["One", "Two"])
    expect(bubble.locator("a")).to_have_text(["all", "https://shop.example/b"])
    expect(bubble.locator("p br")).to_have_count(1)


def test_everything_can_be_done_with_the_keyboard(shop: Page, gateway: Gateway) -> None:
    chat = Chat(shop)
    chat.launcher.focus()
    shop.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    shop.keyboard.type("First line")
    shop.keyboard.press("Shift+Enter")
    shop.keyboard.type("second line")
    shop.keyboard.press("Enter")
    until(lambda: gateway.heard == ["First line\nsecond line"], shop)
    gateway.say(gateway.only(), "bot", "Which?", options=[{"id": "o1", "label": "The lamp"}])
    expect(chat.chips).to_have_count(1)
    chat.log.focus()
    shop.keyboard.press("Tab")
    expect(chat.chips.first).to_be_focused()
    shop.keyboard.press("Enter")
    until(lambda: gateway.heard[-1] == "The lamp", shop)
    expect(chat.field).to_be_focused()
    shop.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


def test_a_screen_reader_hears_only_what_is_new(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.say(conversation, "bot", "One.")
    expect(chat.messages).to_have_count(2)
    chat.log.evaluate("""log => {
      window.added = [];
      const write = all => all.forEach(one => one.addedNodes.forEach(node => added.push(node.textContent)));
      new MutationObserver(write).observe(log, {childList: true});
    }""")
    gateway.say(conversation, "bot", "Two.")
    expect(chat.messages).to_have_count(3)
    added = chat.page.evaluate("added")
    assert len(added) == 1 and "Two." in added[0] and "Assistant" in added[0]
    assert chat.log.get_attribute("aria-live") == "polite"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
def test_axe_finds_nothing(browser: Browser, gateway: Gateway, scheme: str, width: int) -> None:
    options = {"color_scheme": scheme, "reduced_motion": "reduce", "locale": "en-US"}
    context = browser.new_context(viewport={"width": width, "height": 860}, **options)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(gateway.page)
    chat = Chat(page)
    expect(chat.launcher).to_be_visible()
    assert barriers(page) == []
    chat.open()
    assert barriers(page) == []
    conversation = started(chat, gateway)
    order = {
        "kind": "order",
        "id": "#W1",
        "status": "delivered",
        "items": [{"name": "Lamp", "price": "$1"}],
        "total": "$1",
    }
    gateway.say(
        conversation, "bot", "See [this](https://shop.example).", card=order, options=[{"id": "o", "label": "Good"}]
    )
    gateway.refuse_next("messages", 400, "bad_input", "No.")
    gateway.turn(conversation, "waiting", agent={"name": "Maria Lopez", "dedicated": True}, position=2)
    gateway.say(conversation, "agent", "Hello.", name="Maria Lopez")
    chat.write("Refused")
    expect(chat.log).to_contain_text("Not sent.")
    assert barriers(page) == []
    context.close()


def test_a_narrow_phone_shows_everything_without_sideways_scrolling(visitor: BrowserContext, gateway: Gateway) -> None:
    page = visitor.new_page()
    page.set_viewport_size({"width": 320, "height": 568})
    page.goto(gateway.page)
    chat = Chat(page).open()
    conversation = started(chat, gateway, "w" * 300)
    gateway.say(
        conversation,
        "bot",
        "x" * 300,
        options=[{"id": "o1", "label": "A rather long label that has to wrap on a phone"}],
    )
    expect(chat.messages).to_have_count(2)
    box = chat.panel.bounding_box()
    assert box == {"x": 0, "y": 0, "width": 320, "height": 568}
    assert chat.log.evaluate("log => log.scrollWidth <= log.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # The page behind cannot be reached while the chat fills the screen.
    assert chat.panel.evaluate("dialog => dialog.matches(':modal')")


def test_right_to_left_pages_get_a_mirrored_chat(visitor: BrowserContext, gateway: Gateway) -> None:
    chat = Chat(page_of(visitor, gateway, html="lang=en dir=rtl"))
    box = chat.open().launcher.bounding_box()
    assert box and box["x"] < 100
    started(chat, gateway)
    edge = "log => log.querySelector('.bubble').getBoundingClientRect().x - log.getBoundingClientRect().x"
    assert chat.log.evaluate(edge) < 40


def test_a_strict_policy_of_the_page_is_kept(visitor: BrowserContext, gateway: Gateway) -> None:
    page = page_of(visitor, gateway, csp=STRICT.format(gateway=gateway.url))
    started(Chat(page).open(), gateway)  # a violation is a console error, which fails the fixture


def test_hostile_styles_of_the_page_stay_outside(visitor: BrowserContext, gateway: Gateway) -> None:
    page = page_of(visitor, gateway, head=f"<style>{HOSTILE}</style>")
    chat = Chat(page)
    box = chat.launcher.bounding_box()
    assert box and (box["width"], box["height"]) == (56, 56) and box["x"] > 1150
    chat.open()
    started(chat, gateway)
    expect(chat.bubbles("Hello")).to_have_css("font-size", "15px")
    expect(chat.bubbles("Hello")).to_have_css("color", "rgb(255, 255, 255)")


def test_the_page_decides_language_theme_and_accent(visitor: BrowserContext, gateway: Gateway) -> None:
    page = page_of(
        visitor, gateway, html="lang=es-MX", head="<style>rapport-chat { --rp-accent: rgb(120, 0, 60) }</style>"
    )
    page.get_by_role("button", name="Abrir el chat").click()
    expect(page.get_by_role("textbox", name="Escriba un mensaje")).to_be_focused()
    expect(page.get_by_role("button", name="Hablar con una persona")).to_be_visible()
    launcher = page.locator("rapport-chat .launcher")
    page.mouse.move(0, 0)
    assert launcher.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(120, 0, 60)"
    page.evaluate("document.querySelector('rapport-chat').dataset.theme = 'dark'")
    assert page.locator("rapport-chat dialog").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(23, 29, 29)"


def test_a_page_that_moves_the_element_keeps_the_conversation(chat: Chat, gateway: Gateway) -> None:
    started(chat, gateway)
    chat.page.evaluate("document.body.append(document.querySelector('rapport-chat'))")
    if not chat.panel.is_visible():
        chat.open()
    expect(chat.bubbles("Hello")).to_have_count(1)
    gateway.say(gateway.only(), "bot", "Still here.")
    expect(chat.bubbles("Still here.")).to_have_count(1)
