"""What else may have been wished before somebody was recognised: reads, by the intent that asks for them."""

from actions import account, orders, tracking
from actions.turn import Rule

TOPICS = (orders, tracking, account)
ACTIONS = {
    "track_order": "action_track_order",
    "inform": "action_track_order",  # a bare order number
    "correct": "action_track_order",
    "nlu_fallback": "action_track_order",
    "lost_parcel": "action_lost_parcel",
    "report_problem": "action_report_problem",
    "list_orders": "action_list_orders",
    "order_details": "action_order_details",
    "refund_status": "action_refund_status",
    "show_account": "action_show_account",
    "gift_card_balance": "action_gift_card_balance",
    "list_payments": "action_list_payments",
    "list_requests": "action_list_requests",
}


def rule(intent: str) -> Rule | None:
    """The read of this wish, if it is one."""
    rules: dict[str, Rule] = {name: rule for topic in TOPICS for name, rule in topic.READS.items()}
    return rules.get(ACTIONS.get(intent, ""))
