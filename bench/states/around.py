"""The chat's states: what stands around the thread. Each ends with something that stays as it is."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from bench.states.said import Show, said, talk
from tests.browser.stub import Conversation, Gateway
from tests.browser.widget_page import Chat, until

MARIA = {"name": "Maria Lopez", "dedicated": True}
WAYS = ["text-me", "leave-message", "bot", "cancel-request"]
STOP_THE_CLOCK = "() => { const now = Date.now(); Date.now = () => now; }"
SIGN_IN = """() => { window.Rapport.setUser(async () => {
  const body = JSON.stringify({customer: "ana_ruiz_4821"});
  const answer = await fetch("/demo/identity", {method: "POST", headers: {"Content-Type": "application/json"}, body});
  return (await answer.json()).identity; }); }"""


def after(**time: int) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat().replace("+00:00", "Z")


def before(chat: Chat, gateway: Gateway) -> None:
    """The office's notice, and the questions before the first word."""
    chat.open()
    until(lambda: gateway.streams > 0, chat.page)
    notice = {
        "text": "A storm has closed our warehouse: answers take about 2 hours.",
        "spanish": "Hoy tardamos unas 2 horas.",
    }
    topic = {"topic": "payment", "label": "Paying and refunds", "spanish": "Pagos y reembolsos"}
    gateway.turn(gateway.only(), "bot", notice=notice, asks={"name": True, "email": True, "topics": [topic]})
    form = chat.page.get_by_role("form", name="Before you write")
    form.get_by_label("E-mail").fill("ana")
    chat.page.keyboard.press("Enter")
    expect(form.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")


def waiting(chat: Chat, gateway: Gateway) -> None:
    conversation = talk(chat, gateway, "I want a person")
    stands = {"position": 3, "outcome": "in_line", "range": {"low_s": 120, "high_s": 300}, "ways": WAYS}
    gateway.turn(conversation, "waiting", **stands, waiting_since=after(minutes=-4))
    expect(chat.panel.locator(".waits")).to_contain_text("number 3")


def waiting_own(chat: Chat, gateway: Gateway) -> None:
    conversation = talk(chat, gateway, "Maria, please")
    stands = {"agent": MARIA, "outcome": "in_line", "kept_until": after(minutes=12), "ways": ["anyone-now", *WAYS]}
    gateway.turn(conversation, "waiting", **stands, range={"low_s": 300, "high_s": 900})
    expect(chat.panel.locator(".waits")).to_contain_text("another conversation")


def waiting_closed(chat: Chat, gateway: Gateway) -> None:
    conversation = talk(chat, gateway, "I want a person")
    times = {"opens_at": after(days=2), "promised_at": after(days=2, minutes=15)}
    gateway.turn(conversation, "waiting", outcome="closed", position=4, **times, ways=WAYS)
    expect(chat.panel.locator(".waits")).to_contain_text("Someone answers by")


def joined(chat: Chat, gateway: Gateway) -> Conversation:
    conversation = talk(chat, gateway, "I want a person")
    said(chat, gateway, "One moment, I am looking for Maria.")
    gateway.turn(conversation, "held", agent=MARIA)
    said(chat, gateway, "Maria Lopez has joined the conversation.", "system", name="Service desk")
    said(chat, gateway, "Good afternoon, Ana. I have your order in front of me.", "agent", name="Maria Lopez")
    said(chat, gateway, "How can I help?", "agent", name="Maria Lopez")
    return conversation


def representative(chat: Chat, gateway: Gateway) -> None:
    joined(chat, gateway)
    gateway.sign("typing", kind="agent", name="Maria Lopez")
    expect(chat.log.locator(".typing.named")).to_be_visible()
    chat.page.evaluate(STOP_THE_CLOCK)  # she would stop after some seconds


def seen(chat: Chat, gateway: Gateway) -> None:
    conversation = joined(chat, gateway)
    chat.write("Can it wait until Monday?")
    until(lambda: "Can it wait until Monday?" in gateway.heard, chat.page)
    gateway.sign("marks", customer=4, agent=len(conversation.messages))
    expect(chat.log.locator(".fate")).to_have_text("Seen")


def new_messages(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    for number in range(12):
        said(chat, gateway, f"There is more to say about your order, part {number}.\n\nIt takes two lines.")
    chat.log.evaluate("(log) => log.scrollTo(0, 0)")
    expect(chat.panel.locator(".pill")).to_be_visible()
    said(chat, gateway, "And this is new.")
    expect(chat.panel.locator(".pill.new")).to_be_visible()


def reconnecting(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    gateway.down()
    chat.write("Are you still there?")
    expect(chat.banner).to_contain_text("Connection lost")
    expect(chat.log).to_contain_text("Not sent yet.")


def down(chat: Chat, gateway: Gateway) -> None:
    chat.page.evaluate("customElements.whenDefined('rapport-chat').then(() => true)")
    gateway.down()
    chat.open()
    expect(chat.banner).to_contain_text("be reached right now")


def refused(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    gateway.refuse_next("messages", 400, "bad_input", "The text is longer than 4,000 characters.")
    chat.write("A text that is not taken")
    expect(chat.log).to_contain_text("Not sent.")


def identity_refused(chat: Chat, gateway: Gateway) -> None:
    for _ in range(3):
        gateway.refuse_next("session", 401, "unauthorised", "Expired.")
    chat.page.evaluate("() => { Rapport.setUser('e30.eyJzdWIiOiJhbmEifQ.x') }")
    expect(chat.open().banner).to_contain_text("confirm who you are")


def closed(chat: Chat, gateway: Gateway) -> None:
    conversation = joined(chat, gateway)
    gateway.turn(conversation, "closed")
    said(chat, gateway, "Maria Lopez has closed this conversation.", "system", name="Service desk")
    expect(chat.person).to_be_visible()


def ratings(chat: Chat, gateway: Gateway) -> None:
    conversation = joined(chat, gateway)
    one = {"party": "agent", "name": "Maria", "score": 4, "words": "Quick"}
    gateway.turn(conversation, "closed", ratings=[one, {"party": "bot", "name": "", "score": None, "words": ""}])
    expect(chat.panel.locator(".ratings form")).to_have_count(2)


def restarted(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    gateway.forget_tokens()
    chat.write("Still there?")
    expect(chat.log).to_contain_text("This is a new one.")


def menu(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    chat.page.get_by_role("button", name="More").click()
    expect(chat.page.get_by_role("menu")).to_be_visible()


def transcript(chat: Chat, gateway: Gateway) -> None:
    menu(chat, gateway)
    chat.page.get_by_role("menuitem", name="by e-mail").click()
    expect(chat.panel.locator(".drawer")).to_contain_text("On its way to")


def text_me(chat: Chat, gateway: Gateway) -> None:
    menu(chat, gateway)
    chat.page.get_by_role("menuitem", name="by text message").click()
    sheet = chat.page.get_by_role("region", name="Go on by text message")
    sheet.get_by_label("Mobile number").fill("12")
    chat.page.keyboard.press("Enter")
    expect(sheet.get_by_role("alert")).to_have_text("We can't text this number.")


def text_me_code(chat: Chat, gateway: Gateway) -> None:
    text_me(chat, gateway)
    chat.page.get_by_label("Mobile number").fill("+1 212 555 0100")
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_label("Code from the text")).to_be_visible()


def upgrade(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway)
    chat.page.evaluate(SIGN_IN)
    expect(chat.page.get_by_role("alertdialog")).to_be_visible()


def spanish(chat: Chat, gateway: Gateway) -> None:
    waiting(chat, gateway)
    chat.page.evaluate("() => Rapport.setLocale('es-MX')")
    expect(chat.panel.locator(".waits .chip").first).to_contain_text("SMS")


def spanish_menu(chat: Chat, gateway: Gateway) -> None:
    talk(chat, gateway, "Hola")
    chat.page.evaluate("() => Rapport.setLocale('es-MX')")
    chat.page.get_by_role("button", name="Más").click()
    expect(chat.page.get_by_role("menu")).to_be_visible()


def arabic(chat: Chat, gateway: Gateway) -> None:
    conversation = talk(chat, gateway, "أين طلبي رقم #W1000201؟")
    said(chat, gateway, "طلبك في الطريق. **يصل غدًا** بين 9:00 و 12:00.\n\n- الناقل: USPS\n- الرقم: 9400 1118 9922")
    gateway.turn(conversation, "held", agent={"name": "ليلى حداد", "dedicated": True})
    said(chat, gateway, "ليلى حداد has joined the conversation.", "system", name="Service desk")
    said(chat, gateway, "مساء الخير، كيف يمكنني مساعدتك؟", "agent", name="ليلى حداد")


STATES: dict[str, Show] = {
    "before": before,
    "waiting": waiting,
    "waiting-own": waiting_own,
    "waiting-closed": waiting_closed,
    "representative": representative,
    "seen": seen,
    "new-messages": new_messages,
    "reconnecting": reconnecting,
    "down": down,
    "refused": refused,
    "identity-refused": identity_refused,
    "closed": closed,
    "ratings": ratings,
    "restarted": restarted,
    "menu": menu,
    "transcript": transcript,
    "text-me": text_me,
    "text-me-code": text_me_code,
    "upgrade": upgrade,
    "spanish": spanish,
    "spanish-menu": spanish_menu,
    "arabic": arabic,
}
