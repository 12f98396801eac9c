"""The widget's conversation over an API in memory: who speaks, what can be chosen, who is waited for."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.stub import Conversation, Gateway
from tests.browser.widget_page import Chat, started, until

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")

MARIA = {"name": "Maria Lopez", "dedicated": True}
ORDER = {
    "kind": "order",
    "id": "#W2378156",
    "status": "processed",
    "state": "handed to the carrier",
    "placed_at": "2026-03-12T10:00:00Z",
    "total": "$171.00",
    "items": [{"name": "Desk Lamp", "options": {"colour": "brass"}, "price": "$171.00"}],
    "parcels": [{"tracking": "443061628493", "carrier": "UPS", "status": "in transit"}],
}


def test_nothing_is_opened_on_the_server_before_the_customer_opens_the_chat(shop: Page, gateway: Gateway) -> None:
    expect(Chat(shop).launcher).to_be_visible()
    shop.wait_for_function("() => customElements.get('rapport-chat')")
    assert not [asked for asked in gateway.asked if "/api/chat" in asked]
    assert gateway.conversations == {}


def test_a_message_is_shown_at_once_and_confirmed_and_answered_once(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway, "Where is my order?")
    expect(chat.log.locator(".typing")).to_be_visible()
    gateway.say(conversation, "bot", "It is on its **way**.")
    expect(chat.log.locator(".typing")).to_have_count(0)
    expect(chat.messages).to_have_count(2)
    expect(chat.bubbles("It is on its way.").locator("strong")).to_have_text("way")
    assert [one["text"] for one in conversation.messages] == ["Where is my order?", "It is on its **way**."]


def test_every_message_says_who_speaks_and_the_header_who_answers(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    header = chat.panel.locator(".top")
    expect(header).to_contain_text("Assistant")
    gateway.say(conversation, "bot", "Beep.")
    gateway.turn(conversation, "waiting", agent=MARIA, queue="dedicated", position=2)
    expect(header).to_contain_text("Waiting for Maria Lopez")
    expect(chat.panel.locator(".waiting")).to_contain_text("Maria Lopez is in another conversation")
    gateway.turn(conversation, "waiting", queue="general", position=1)
    expect(header).to_contain_text("Waiting for a person")
    expect(chat.panel.locator(".waiting")).to_contain_text("You are next in line")
    gateway.turn(conversation, "held", agent=MARIA)
    gateway.say(conversation, "system", "Maria Lopez has joined.", name="Service desk")
    gateway.say(conversation, "agent", "Hello, Maria here.", name="Maria Lopez")
    gateway.say(conversation, "agent", "What can I do?", name="Maria Lopez")
    expect(header).to_contain_text("Maria LopezYour representative")
    expect(chat.messages.nth(1)).to_contain_text("Assistant Automated")
    expect(chat.messages.nth(2)).to_contain_text("Service desk: Maria Lopez has joined.")
    expect(chat.messages.nth(3)).to_contain_text("Maria Lopez Your representative")
    # The second of a group says its name to the ear only.
    expect(chat.messages.nth(4)).to_contain_text("Maria Lopez")
    assert chat.messages.nth(4).locator(".who").evaluate("e => e.offsetWidth") == 1
    expect(chat.panel.locator(".waiting")).to_be_hidden()


def test_only_the_newest_choices_are_open_and_none_once_answered(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.say(conversation, "bot", "Which one?", options=[{"id": "o1", "label": "The lamp"}])
    expect(chat.chips).to_have_text(["The lamp"])
    gateway.say(conversation, "bot", "Or these?", options=[{"id": "o2", "label": "Red"}, {"id": "o3", "label": "Blue"}])
    expect(chat.chips).to_have_text(["Red", "Blue"])
    chat.chips.get_by_text("Blue").click()
    expect(chat.chips).to_have_count(0)
    expect(chat.bubbles("Blue")).to_have_count(1)
    until(lambda: conversation.messages[-1]["text"] == "Blue", chat.page)
    assert "o3" not in chat.log.inner_text()


def test_a_choice_that_is_gone_is_told_and_can_be_removed(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.say(conversation, "bot", "Which one?", options=[{"id": "o1", "label": "The lamp"}])
    gateway.refuse_next("messages", 409, "option_stale", "stale")
    chat.chips.first.click()
    expect(chat.log).to_contain_text("This choice is no longer open.")
    expect(chat.log.get_by_role("button", name="Send again")).to_have_count(0)
    chat.log.get_by_role("button", name="Remove").click()
    expect(chat.log).not_to_contain_text("This choice is no longer open.")


def test_a_person_is_always_one_click_away_and_the_request_can_be_taken_back(chat: Chat, gateway: Gateway) -> None:
    chat.person.click()
    expect(chat.bubbles("Talk to a person")).to_have_count(1)
    until(lambda: bool(gateway.heard), chat.page)
    gateway.turn(gateway.only(), "waiting", queue="general", position=3)
    gateway.say(gateway.only(), "system", "In line.", options=[{"id": "cancel-request", "label": "Stop waiting"}])
    expect(chat.bubbles("In line.")).to_have_count(1)
    expect(chat.person).to_be_hidden()
    chat.page.get_by_role("button", name="Stop waiting").click()
    until(lambda: gateway.only().messages[-1]["text"] == "Stop waiting", chat.page)
    gateway.turn(gateway.only(), "bot")
    expect(chat.person).to_be_visible()


def test_cards_are_drawn_and_their_lines_not_said_twice(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.say(conversation, "bot", "Order #W2378156: it has been handed to the carrier.", card=ORDER)
    card = chat.log.locator(".card.order")
    for words in (
        "Order #W2378156",
        "Mar 12, 2026",
        "Handed to the carrier",
        "Packed",
        "Desk Lamp",
        "brass",
        "443061628493",
        "$171.00",
    ):
        expect(card).to_contain_text(words)
    lines = ["Nothing of it is sent.", "$68.00 goes back to your Visa."]
    plan = {"kind": "plan", "order": "#W1", "lines": lines, "expires_at": "2026-03-12T10:00:00Z"}
    gateway.say(conversation, "bot", f"If I cancel order #W1:\n- {lines[0]}\n- {lines[1]}\nShall I?", card=plan)
    last = chat.messages.last
    expect(last.locator(".bubble")).to_have_text(["If I cancel order #W1:", "Shall I?"])
    expect(last.locator(".card.plan li")).to_have_text(lines)
    gateway.say(conversation, "bot", "Unknown cards leave the text.", card={"kind": "hologram"})
    expect(chat.bubbles("Unknown cards leave the text.")).to_have_count(1)
    gateway.say(conversation, "bot", "Broken ones too.", card={"kind": "order", "items": [None], "total": {}})
    expect(chat.bubbles("Broken ones too.")).to_have_count(1)


def test_the_thread_survives_reload_and_a_closed_tab(chat: Chat, gateway: Gateway, visitor: BrowserContext) -> None:
    conversation = started(chat, gateway)
    gateway.say(conversation, "bot", "Hello to you.")
    expect(chat.messages).to_have_count(2)
    chat.field.fill("half a thou")
    chat.page.reload()
    chat.open()
    expect(chat.messages).to_have_count(2)
    expect(chat.field).to_have_value("half a thou")
    chat.page.close()
    other = visitor.new_page()
    other.goto(gateway.page)
    expect(Chat(other).open().messages).to_have_count(2)
    assert len(gateway.conversations) == 1


def test_what_comes_while_closed_is_counted_and_read_once_opened(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    chat.page.keyboard.press("Escape")
    gateway.say(conversation, "bot", "One.")
    gateway.say(conversation, "bot", "Two.")
    expect(chat.launcher).to_have_accessible_name("Open chat, 2 unread messages")
    expect(chat.launcher.locator(".badge")).to_have_text("2")
    chat.page.reload()
    expect(chat.launcher).to_have_accessible_name("Open chat, 2 unread messages")
    chat.open()
    expect(chat.launcher).to_have_accessible_name("Close chat")
    chat.page.keyboard.press("Escape")
    expect(chat.launcher).to_have_accessible_name("Open chat")


def test_reading_further_up_is_not_disturbed_but_told(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    for number in range(30):
        gateway.say(conversation, "bot", f"Line {number}")
    expect(chat.messages).to_have_count(31)
    chat.log.evaluate("log => { log.scrollTop = 0 }")
    pill = chat.panel.locator(".pill")
    expect(pill).to_have_text("To the latest message")
    gateway.say(conversation, "bot", "News")
    expect(pill).to_have_text("1 new message")
    assert chat.log.evaluate("log => log.scrollTop") == 0
    pill.click()
    expect(pill).to_be_hidden()
    expect(chat.bubbles("News")).to_be_in_viewport()


def test_two_tabs_show_one_thread_over_one_stream(chat: Chat, gateway: Gateway, visitor: BrowserContext) -> None:
    conversation = started(chat, gateway)
    second_page = visitor.new_page()
    second_page.goto(gateway.page)
    second = Chat(second_page).open()
    expect(second.messages).to_have_count(1)
    gateway.say(conversation, "bot", "To both.")
    for tab in (chat, second):
        expect(tab.messages).to_have_count(2)
    assert gateway.streams == 1
    second.write("From the second")
    expect(chat.bubbles("From the second")).to_have_count(1)
    chat.page.close()
    until(lambda: gateway.streams == 1, second.page)
    gateway.say(conversation, "bot", "To the one that is left.")
    expect(second.bubbles("To the one that is left.")).to_have_count(1)
    expect(second.messages).to_have_count(4)


def test_a_signed_in_customer_has_their_own_thread_and_signing_out_forgets_it(shop: Page, gateway: Gateway) -> None:
    chat = Chat(shop)
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    chat.open()
    until(lambda: "ana_ruiz_4821" in gateway.of_customer, shop)
    chat.write("I am Ana")
    hers: Conversation = gateway.conversations[gateway.of_customer["ana_ruiz_4821"]]
    until(lambda: bool(hers.messages), shop)
    assert "session" in chat.stored()
    shop.get_by_label("Signed in as").select_option("")
    expect(chat.messages).to_have_count(0)
    kept = shop.evaluate("JSON.stringify(localStorage)")
    assert not [name for name in json.loads(kept) if "customer:ana_ruiz_4821" in name]
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    expect(chat.bubbles("I am Ana")).to_have_count(1)


def test_the_page_can_open_close_and_listen(shop: Page, gateway: Gateway) -> None:
    shop.evaluate("""() => {
      window.heard = [];
      for (const name of ["open", "close", "message", "unread", "session"])
        Rapport.on(name, detail => heard.push([name, detail]));
      window.off = Rapport.on("message", () => heard.push(["never", {}]));
      off();
    }""")
    shop.evaluate("Rapport.open()")
    chat = Chat(shop)
    conversation = started(chat, gateway)
    shop.evaluate("Rapport.close()")
    expect(chat.panel).to_be_hidden()
    gateway.say(conversation, "bot", "Anybody there?")
    expect(chat.launcher).to_have_accessible_name("Open chat, 1 unread message")
    heard = shop.evaluate("heard")
    names = [name for name, _ in heard]
    assert names[0] == "open" and "close" in names and "session" in names and "never" not in names
    assert ["message", {"seq": 2, "author": {"kind": "bot", "name": "Assistant"}, "text": "Anybody there?"}] in heard
    assert heard[-1] == ["unread", {"count": 1}]
    assert shop.evaluate("Object.keys(window).filter(name => /rapport/i.test(name))") == ["Rapport"]
