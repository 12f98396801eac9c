"""The table of docs/self-service.md: what can be done, on which channel, and the conversations that show it."""

from pathlib import Path

from tests.conversations import given

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "self-service.md"
BEGIN, END = "<!-- made by `python -m tests.conversations --table` -->\n", "<!-- end -->\n"
WHAT = {
    "cancel": ("Cancel an order", "test_cancel.py"),
    "address": ("Change an order's address, or the default one", "operations/test_address.py"),
    "payment": ("Pay an order another way", "operations/test_payment.py"),
    "items": ("Change the items of an order", "operations/test_items.py"),
    "return": ("Return items", "operations/test_returns.py"),
    "exchange": ("Exchange items", "operations/test_exchange.py"),
    "look": ("Look: orders, parcels, refunds, account, products", "test_orders.py"),
    "sign_in": ("Say who one is, by a code", "test_codes.py"),
    "several": ("Several wishes", ""),
    "greeting": ("Greetings and small talk", ""),
    "knowledge": ("Questions of fact, answered from the help pages", ""),
    "interruption": ("Something else is asked in between", ""),
    "correction": ("Something is corrected", ""),
    "leaving": ("A request is left", ""),
    "resuming": ("What was put aside is taken up again", ""),
    "not_understood": ("What is not understood, level by level", ""),
    "frustration": ("Frustration, repetition, wishes outside the policy", ""),
    "person": ("A person, at every turn and in any words", ""),
    "long": ("Long conversations, as people have them", ""),
}


def made() -> str:
    """The table as it should stand in the document."""
    lines = ["| What | Web | Text | Conversations | Rules |", "|---|---|---|---|---|"]
    for topic, (what, rules) in WHAT.items():
        channels = {file.stem: given.script(file, "web").channel for file in given.FILES if file.parent.name == topic}
        if not channels:
            continue
        web, sms = (sum(channel in of for of in channels.values()) for channel in ("web", "sms"))
        names = ", ".join(f"[{name}](../tests/conversations/{topic}/{name}.yml)" for name in channels)
        shown = f"[{Path(rules).name}](../tests/shop/{rules})" if rules else ""
        lines.append(f"| {what} | {web} | {sms} | {names} | {shown} |")
    return "\n".join(lines) + "\n"


def put() -> None:
    """Write it into the document."""
    before, _, rest = DOC.read_text().partition(BEGIN)
    DOC.write_text(before + BEGIN + made() + END + rest.partition(END)[2])
