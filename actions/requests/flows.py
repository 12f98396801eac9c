"""The flows by their operation, and the wishes that start them."""

from actions.requests import cancel
from actions.requests.flow import Flow

FLOWS: dict[str, Flow] = {flow.operation: flow for flow in (cancel.FLOW,)}
STARTS: dict[str, str] = {intent: flow.operation for flow in FLOWS.values() for intent in flow.intents}
