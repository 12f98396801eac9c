"""The chat's states: what is said in it. Each ends with something that stays as it is."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import FilePayload, expect

from tests.browser.stub import Conversation, Gateway
from tests.browser.widget_page import Chat, started
from tests.handoff.picturing import pdf, png

Show = Callable[[Chat, Gateway], None]


def talk(chat: Chat, gateway: Gateway, words: str = "Hello, where is my order?") -> Conversation:
    return started(chat.open(), gateway, words)


def said(chat: Chat, gateway: Gateway, text: str, kind: str = "bot", **more: Any) -> None:
    """A message that is on the screen."""
    before = chat.messages.count()
    gateway.say(gateway.only(), kind, text, **more)
    expect(chat.messages).to_have_count(before + 1)


def launcher(chat: Chat, gateway: Gateway) -> None:
    conversation = talk(chat, gateway)
    chat.page.keyboard.press("Escape")
    for text in ("It left our warehouse this morning.", "Shall I text you when it is near?"):
        gateway.say(conversation, "bot", text)
    expect(chat.page.locator("rapport-chat .badge")).to_have_text("2")


def invitation(chat: Chat, gateway: Gateway) -> None:
    text = "A question about your order? We are here and answer at once."
    chat.page.evaluate("(text) => { Rapport.setInvitations([{id: 'cart', text}]) }", text)
    expect(chat.page.locator("rapport-chat .invite")).to_be_visible()


def sorry(chat: Chat, gateway: Gateway) -> None:
    chat.page.context.route("**/static/widget/**", lambda route: route.abort())
    chat.page.reload()
    chat.launcher.click()
    expect(chat.page.get_by_role("alert")).to_be_visible()


def welcome(chat: Chat, gateway: Gateway) -> None:
    expect(chat.open().panel.locator(".welcome")).to_be_visible()


def choices(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    labels = ("#W1000201, a desk lamp", "#W1000177, a wool rug and three more things", "Another order")
    options = [{"id": f"o{number}", "label": label} for number, label in enumerate(labels)]
    said(chat, gateway, "I see **two orders** of yours. Which one is it about?", options=options)
    expect(chat.chips).to_have_count(3)


def many_choices(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    options = [{"id": f"o{number}", "label": f"Thing number {number}"} for number in range(9)]
    said(chat, gateway, "Which of them?", options=options)
    expect(chat.log.get_by_role("combobox")).to_be_visible()


def dead_choice(chat: Chat, gateway: Gateway) -> None:
    choices(chat, gateway)
    gateway.refuse_next("messages", 409, "option_stale", "This choice is no longer open.")
    chat.chips.first.click()
    expect(chat.log.locator(".trouble")).to_be_visible()


def order(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    items = [
        {"name": "Desk Lamp", "options": {"finish": "brass", "cord": "1.8 m"}, "price": "$59.00"},
        {"name": "Wool Rug, hand-woven", "options": "rust · 140 x 200", "quantity": 2, "price": "$378.00"},
    ]
    parcels = [{"tracking": "9400 1118 9922 3857", "carrier": "USPS", "status": "on its way", "url": gateway.page}]
    card = {
        "kind": "order", "id": "#W1000201", "status": "processed", "placed_at": "2026-03-01T09:00:00Z", "items": items,
        "parcels": parcels, "total": "$437.00",
    }  # fmt: skip
    said(chat, gateway, "Here is your order.", card=card, options=[{"id": "o1", "label": "Change something"}])
    expect(chat.log.locator(".card.order")).to_be_visible()


def plan_and_receipt(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway, "Please cancel it")
    lines = [{"label": "Back to Visa ending in 1234", "amount": "$80.00"}, "The lamp stays in our warehouse."]
    plan = {"kind": "plan", "title": "Cancel the order", "order": "#W1000201", "lines": lines, "total": "$80.00"}
    said(chat, gateway, "This is what I would do.", card=plan | {"expires_at": "2026-03-01T09:15:00Z"})
    receipt = {"kind": "receipt", "number": "R-7K2M-QX4D", "title": "Order cancelled", "order": "#W1000201"}
    more = {"at": "2026-03-01T09:02:00Z", "lines": lines[:1], "total": "$80.00"}
    said(chat, gateway, "Done.", card=receipt | more)
    expect(chat.log.locator(".card")).to_have_count(2)


def form(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    fields = [
        {"label": "E-mail", "type": "email", "required": True},
        {"label": "Size", "options": ["Small", "Medium"], "required": True},
        {"label": "What happened, as precisely as you can say it", "type": "long"},
    ]
    said(chat, gateway, "Tell me where.", card={"kind": "form", "title": "Details", "fields": fields})
    drawn = chat.log.get_by_role("form", name="Details")
    drawn.get_by_label("E-mail").fill("nowhere")
    drawn.get_by_role("button", name="Send").click()
    expect(drawn.get_by_role("alert").filter(has_text="Please")).to_have_count(2)


def side_by_side(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway, "Show me lamps")
    picture = f"{gateway.page}static/demo/icon.svg"
    names = ("Desk Lamp", "Floor Lamp with a long arm and a linen shade", "Clip Lamp")
    things = [{"name": name, "price": "$59.00", "picture": picture, "url": gateway.page} for name in names]
    said(chat, gateway, "These fit.", card={"kind": "carousel", "title": "Lamps", "items": things})
    said(chat, gateway, "This one is new.", card={"kind": "image", "title": "The desk lamp in brass", "url": picture})
    said(
        chat,
        gateway,
        "And this.",
        card={"kind": "image", "title": "From elsewhere", "url": "https://elsewhere.example/p.png"},
    )
    expect(chat.log.locator(".picture")).to_have_count(2)


def long_words(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway, "W" * 60 + " and https://shop.example/" + "orders/" * 12)
    text = (
        "I can\n- find **one order**\n- list [all of them](https://shop.example/a)\n\nNumbers:\n\n1. "
        + "x" * 90
        + "\n2. Two"
    )
    said(chat, gateway, text)
    name = "Maximiliana Wolkenstein-Hohenberg de la Fuente y Montenegro"
    gateway.turn(gateway.only(), "held", agent={"name": name, "dedicated": True})
    said(chat, gateway, "Good afternoon.", "agent", name=name)
    expect(chat.panel.locator(".top")).to_contain_text(name)


def long_draft(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    chat.field.fill("A line of a long letter.\n" * 155)
    expect(chat.panel.locator(".left")).not_to_be_empty()


def _files(*names: str) -> list[FilePayload]:
    kinds = {"pdf": ("application/pdf", pdf()), "mp4": ("video/mp4", b"x"), "png": ("image/png", png(40, 30))}
    return [
        {"name": name, "mimeType": kinds[name[-3:]][0], "buffer": kinds[name[-3:]][1]} for name in names
    ]  # fmt: skip


def files_tray(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    picker, rows = chat.page.locator("rapport-chat input[type=file]"), chat.panel.locator(".tray li")
    picker.set_input_files(_files("lamp.png"))
    expect(rows).to_have_count(1)
    expect(chat.panel.locator(".tray progress")).to_have_count(0)
    gateway.let_through.clear()
    picker.set_input_files(_files("a very long name of a bill that goes on and on.pdf", "film.mp4"))
    expect(rows).to_have_count(3)
    expect(chat.panel.get_by_role("alert")).to_have_count(1)


def files_sent(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    chat.page.locator("rapport-chat input[type=file]").set_input_files(_files("lamp.png", "shade.png", "bill.pdf"))
    expect(chat.panel.locator(".tray li")).to_have_count(3)
    expect(chat.panel.locator(".tray progress")).to_have_count(0)
    chat.write("This is how it arrived")
    expect(chat.messages.locator("canvas")).to_have_count(2)
    theirs = [
        gateway.shown(str(gateway.keep(name, pdf())["file"])) for name in ("label to print.pdf", "x" * 60 + ".pdf")
    ]
    said(chat, gateway, "Print this, please.", "agent", name="Maria Lopez", files=theirs)


STATES: dict[str, Show] = {
    "launcher": launcher,
    "invitation": invitation,
    "sorry": sorry,
    "welcome": welcome,
    "choices": choices,
    "many-choices": many_choices,
    "dead-choice": dead_choice,
    "order": order,
    "plan-and-receipt": plan_and_receipt,
    "form": form,
    "side-by-side": side_by_side,
    "long-words": long_words,
    "long-draft": long_draft,
    "files-tray": files_tray,
    "files-sent": files_sent,
}
