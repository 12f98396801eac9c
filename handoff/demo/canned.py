"""The demo shop's canned replies."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from handoff.models import Canned

REPLIES = [
    ("hello", "Greeting", "Hello {customer.first_name}, {agent.first_name} here. I'm reading what you wrote; give me a moment.",
     "Hola {customer.first_name}, soy {agent.first_name}. Leo lo que ha escrito y enseguida estoy con usted."),
    ("order", "About the order", "I have your order {order.id} in front of me: it is {order.status}.",
     "Tengo delante su pedido {order.id}."),
    ("photo", "Ask for a picture", "Could you send me a picture of it? The paper clip beside the text field takes one.",
     "¿Me puede enviar una foto? El clip junto al campo de texto la adjunta."),
    ("wait", "Looking it up", "Thank you, I'm looking this up. It takes me a few minutes; you don't have to stay.",
     "Gracias, lo estoy consultando. Tardo unos minutos; no hace falta que se quede."),
    ("sorry", "An apology", "I'm sorry about this, {customer.first_name}. I'll put it right.",
     "Lo siento, {customer.first_name}. Voy a arreglarlo."),
    ("bye", "Goodbye", "You're welcome, {customer.first_name}. Should anything else come up, write here and it comes to us.",
     "De nada, {customer.first_name}. Si surge algo más, escriba aquí y nos llega."),
]  # fmt: skip


def seed(session: Session) -> None:
    """Into an empty table alone: what was rewritten or removed stays so."""
    if session.scalar(select(Canned.id).limit(1)) is not None:
        return
    session.add_all(
        Canned(shortcut=shortcut, title=title, texts={"en": english, "es": spanish})
        for shortcut, title, english, spanish in REPLIES
    )
