"""Which messages in the middle of a request are questions of their own, and which are answers to ours."""

import re

from actions.requests.message import Message
from actions.requests.step import Step

# Asked in the middle of a request, these have answers of their own, unless the message is nothing but an answer to ours.
QUESTIONS = frozenset(
    {
        *("ask_person", "ask_help", "ask_info", "ask_bot", "complain", "report_problem", "lost_parcel"),
        *("track_order", "order_details", "list_orders", "refund_status", "list_requests"),
        *("product_info", "list_products", "price_difference", "recommend"),
        *("show_account", "gift_card_balance", "list_payments"),
    }
)
# Naming goods while goods are asked for is an answer, unless it is put as a question.
OF_GOODS = frozenset({"product_info", "list_products", "price_difference", "recommend"})
ASKING = re.compile(
    r"\?|\b(what|which|how|when|where|who|why|is there|are there|do you|does|can you|could you|show|tell|list)\b",
    re.IGNORECASE,
)
BARE = 0.7  # the share of a message that its mentions must make up to be nothing but an answer


def asked(step: Step, message: Message) -> bool:
    """Whether the message is a question of its own."""
    if message.intent not in QUESTIONS or _bare(message):
        return False
    named = message.intent in OF_GOODS and step.request.asked in ("lines", "variants")
    return not (named and message.text and not ASKING.search(message.text))


def _bare(message: Message) -> bool:
    """Whether the message consists of things and nothing else: "gift card" is an answer, "what is on my gift card" is not."""
    letters = len(message.text.replace(" ", ""))
    named = sum(len(message.text[m.start : m.end].replace(" ", "")) for m in message.mentions)
    return not message.tapped and letters > 0 and named >= BARE * letters
