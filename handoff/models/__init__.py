"""The gateway's rows. Everything is imported from here; each module beside this one holds the tables of a topic."""

from handoff.models.canned import Canned
from handoff.models.closings import Closing
from handoff.models.contacts import Contact
from handoff.models.conversations import Address, Assignment, Conversation, Message, Option, UsedIdentity, new_id
from handoff.models.covers import Cover
from handoff.models.duties import Duty
from handoff.models.files import File
from handoff.models.fronts import Front, Introduction
from handoff.models.lanes import Lane
from handoff.models.later import LaterReply
from handoff.models.marks import Mark
from handoff.models.notes import Mention, Note
from handoff.models.ratings import Rating
from handoff.models.routing import Offer, PolicyVersion, Target, Wait
from handoff.models.search import SavedSearch, SearchThread
from handoff.models.sign_in import Audit, Brake, FactorRule, RecoveryCode
from handoff.models.staff import Absence, Agent, AgentPicture, AgentSession, Book
from handoff.models.texts import (
    Consent,
    Delivery,
    DeliveryEvent,
    ExpiredLink,
    NumberCode,
    NumberLink,
    SmsLine,
    TextIn,
)
from handoff.models.turns import BotTurn

__all__ = [
    "Absence",
    "Address",
    "Agent",
    "AgentPicture",
    "AgentSession",
    "Assignment",
    "Audit",
    "Book",
    "BotTurn",
    "Brake",
    "Canned",
    "Closing",
    "Consent",
    "Contact",
    "Conversation",
    "Cover",
    "Delivery",
    "DeliveryEvent",
    "Duty",
    "ExpiredLink",
    "FactorRule",
    "File",
    "Front",
    "Introduction",
    "Lane",
    "LaterReply",
    "Mark",
    "Mention",
    "Message",
    "Note",
    "NumberCode",
    "NumberLink",
    "Offer",
    "Option",
    "PolicyVersion",
    "Rating",
    "RecoveryCode",
    "SavedSearch",
    "SearchThread",
    "SmsLine",
    "Target",
    "TextIn",
    "UsedIdentity",
    "Wait",
    "new_id",
]
