"""Proving who one is: what may find the account, then a code to a contact on file. Found or not sounds the same."""

from actions.requests.flow import Asked, Field, Flow, Refused, Scene, Took, Unclear, Words
from actions.requests.message import Message
from actions.requests.state import SIGN_IN
from actions.turn import Said
from shop import customers
from shop.claims import Claim

TAKES = frozenset({"email", "zip", "order_id", "name"})
WORDS = Words("utter_code_sent_claim", "utter_code_accepted", "utter_code_not_sent", "utter_sign_in_dropped")


def hear_claim(scene: Scene, message: Message) -> Took | Unclear | None:
    """An e-mail, an order number, or a name with a zip. Of what another wish named the number of its order alone is taken for
    a claim: an e-mail or a zip there may be somebody else's."""
    if message is scene.request.wish and message.intent != "sign_in":
        message = message.without(entity for entity in TAKES if entity != "order_id")
    first, _, last = (message.value("name") or "").partition(" ")
    told = {"first": first, "last": last} | {name: message.value(name) for name in ("email", "zip", "order_id")}
    told = {name: value for name, value in told.items() if value}
    if not told:
        return None
    draft = scene.draft("claim")
    draft |= told
    return Took(dict(draft)) if Claim(**draft).complete else Unclear()


def ask_claim(scene: Scene) -> Asked | Refused:
    if scene.customer_id:
        name = customers.get(scene.session, scene.customer_id).first_name
        return Refused((Said("utter_sign_in_known", {"name": name}),))
    return Asked(Said("utter_sign_in_more" if scene.draft("claim") else "utter_sign_in_ask"))


FLOW = Flow(
    operation=SIGN_IN,
    intents=("sign_in",),
    fields=(Field("claim", hear_claim, ask_claim, takes=TAKES),),
    prepare=None,
    words=WORDS,
)
