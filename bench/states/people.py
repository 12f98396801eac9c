"""Who is seen in the console's pictures: one customer who is served, and others who wait."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from tests.browser.console_beside import PIXEL
from tests.browser.console_page import until
from tests.browser.console_stub import ME, ConsoleStub, iso

LUIS = {"id": "a2", "name": "Luis Ortega"}
DANA = {"id": str(ME["id"]), "name": str(ME["name"])}
ORDER = {
    "id": "#W1000201", "status": "pending", "placed_at": "2026-03-01T09:00:00.000Z", "total": "$80.00",
    "items": [{"name": "Desk lamp", "options": {"finish": "brass"}}, {"name": "Linen shade", "quantity": 2}],
}  # fmt: skip
SUMMARY = [
    {"label": "Wish", "text": "Cancel an order"},
    {"label": "Order", "text": "#W1000201, pending"},
    {"label": "Proof", "text": "signed in at the shop"},
]
RECEIPT = {"number": "R-7K2M-QX4D", "order_id": "#W1000177", "lines": ["Order #W1000177 is cancelled."]}
STOPPED = {"language": "en", "variables": {}, "stopped_at": "2026-03-04T09:00:00.000Z"}


TURN = {
    "seq": 1, "understood": "cancel an order", "percent": 97, "tapped": False, "failed": None,
    "others": [{"understood": "where is my order", "percent": 2}], "spoke_of": [{"label": "Order", "text": "#W1000201"}],
}  # fmt: skip
REQUEST = {
    "title": "Cancel #W1000201", "standing": "Asked for the reason, not answered", "failed": True,
    "trouble": "The bot gave no answer to the last message", "details": [{"label": "Reason", "text": "ordered by mistake"}],
    "aside": ["Return items"],
}  # fmt: skip


def arrived(page: Page, url: str, conversation: str = "") -> Page:
    """The console with its lists fetched, be they in sight or not, and its stream open."""
    page.goto(f"{url}/console#{conversation}")
    page.locator(".list-general .list-count").wait_for(state="attached")
    until(page, "document.querySelector('rapport-console').desk.connected")
    return page


def due(stub: ConsoleStub, seconds: float) -> dict[str, Any]:
    """A promised time: warned of already, over when `seconds` are negative."""
    at = iso(stub.now() + timedelta(seconds=seconds))
    return {
        "kind": "first_reply", "warn_at": iso(stub.now() - timedelta(seconds=1)), "due_at": at,
        "breached_at": at if seconds < 0 else None,
    }  # fmt: skip


def _writing(stub: ConsoleStub) -> dict[str, Any]:
    """What is known while writing, and when a reply could go out later."""
    times = {"zone": "Asia/Tokyo", "theirs": True, "evening": None, "morning": iso(stub.now() + timedelta(hours=20))}
    known = {"customer.first_name": "Mia", "agent.first_name": "Dana"}
    return {"language": "en", "variables": known, "stopped_at": None, "price": None, "later": times}


def mia(stub: ConsoleStub, **fields: Any) -> None:
    """A gold customer whose conversation is held: the bot's part, a picture, and an answer."""
    known = {"email": "mia.davis@mail.example", "phone": "+1 212 555 0100", "representative": DANA}
    more = {
        "orders": [ORDER, ORDER | {"id": "#W1000177", "status": "delivered"}], "summary": SUMMARY,
        "receipts": [RECEIPT | {"at": iso(stub.now())}], "proof": {"level": "signed", "at": iso(stub.now())},
        "bot": {"turns": [TURN], "request": REQUEST}, "writing": _writing(stub),
    }  # fmt: skip
    stub.add(
        "c1", "Mia Davis", tier="gold", **{"state": "held", "holder": ME, "customer": known, "more": more} | fields
    )
    picture = {"id": "f1", "name": "lamp.png", "type": "image/png", "bytes": 51_200, "url": PIXEL}
    plan = {"card": {"kind": "plan"}, "options": [{"id": "1", "label": "Yes, cancel it"}, {"id": "2", "label": "No"}]}
    stub.say("c1", "I want to cancel my order, and here is what the lamp looks like", files=[picture])
    stub.say(
        "c1",
        "Order #W1000201 would be cancelled, and $80.00 go back to your card. Shall I?",
        "bot",
        "Assistant",
        **plan,
    )
    stub.say("c1", "I'd rather talk to a person")
    stub.say("c1", "Dana Kim has joined the conversation.", "system", "Service desk")
    stub.say("c1", "Hello Mia, Dana here. I have your order in front of me.", "agent", DANA["name"])
    stub.say("c1", "Great, thank you!")


def others(stub: ConsoleStub) -> None:
    """Who waits, in every list, on time and late."""
    now = stub.now()
    stub.queues = 2
    stub.add(
        "c2", "Noah Brown", tier="silver", stands={"target": due(stub, -90)}, waiting_since=now - timedelta(minutes=18)
    )
    stub.say("c2", "Where is my parcel?")
    stub.add("c3", "Sofia Rossi", tier="gold", queue="dedicated", channel="sms")
    stub.say("c3", "The chair arrived with a scratch on the left leg and I'd like to know what we can do about it")
    stub.add(
        "c4",
        "Maximiliana Wolkenstein-Hohenberg",
        stands={"target": due(stub, 300), "cover": True, "representative": LUIS},
    )
    stub.say("c4", "Is it possible to change the address?")
    stub.add("c5", "Mei Nguyen", queue="dedicated", stands={"stage": "deputy", "representative": LUIS, "wants": DANA})
    stub.add(
        "c6",
        "Ana Ortiz",
        queue="attention",
        state="held",
        holder=LUIS,
        stands={"target": due(stub, -600), "queue": "general"},
    )
    stub.say("c6", "Hello? Is anybody there?")
    stub.add("c7", "Liam Walsh", state="closed", queue="covered", stands={"covered_by": LUIS})
    stub.add("c8", None, channel="sms", waiting_since=now - timedelta(seconds=20))
    stub.say("c8", "Hi")
