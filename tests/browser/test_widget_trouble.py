"""The widget when things go wrong: nothing the customer wrote is lost or doubled, and they are told the truth."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, started, until

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")


def test_a_broken_stream_is_taken_up_after_the_last_message(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.say(conversation, "bot", "One.")
    expect(chat.messages).to_have_count(2)
    gateway.asked.clear()
    gateway.drop_streams()
    until(lambda: "GET /api/chat/stream?after=2" in gateway.asked, chat.page)
    gateway.say(conversation, "bot", "Two.")
    expect(chat.messages).to_have_count(3)


def test_while_the_server_is_away_messages_are_kept_and_then_sent_once(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    chat.page.clock.install()
    gateway.down()
    chat.write("First")
    chat.write("Second")
    expect(chat.banner).to_contain_text("Connection lost. Reconnecting…")
    expect(chat.log.get_by_text("Not sent yet.")).to_have_count(2)
    assert "outbox" in chat.stored()
    chat.page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))  # from now on it tries only when it is told to
    with chat.page.expect_request("**/api/chat/*"):
        chat.banner.get_by_role("button", name="Try now").click()
    gateway.up()
    chat.page.clock.resume()
    expect(chat.banner).not_to_contain_text("Connection lost")
    until(lambda: len(conversation.messages) == 3, chat.page)
    expect(chat.log.get_by_text("Not sent yet.")).to_have_count(0)
    expect(chat.messages).to_have_count(3)
    assert gateway.heard == ["Hello", "First", "Second"]
    assert "outbox" not in chat.stored()


def test_it_comes_back_without_being_asked(chat: Chat, gateway: Gateway) -> None:
    started(chat, gateway)
    gateway.down()
    chat.write("Kept")
    expect(chat.banner).to_contain_text("Connection lost")
    gateway.up()
    until(lambda: gateway.heard == ["Hello", "Kept"], chat.page)
    expect(chat.banner).not_to_contain_text("Connection lost")


def test_a_server_that_is_down_from_the_start_is_told_and_the_page_is_unaffected(shop: Page, gateway: Gateway) -> None:
    shop.wait_for_function("() => customElements.get('rapport-chat')")
    gateway.down()
    chat = Chat(shop).open()
    expect(chat.banner).to_contain_text("We can’t be reached right now.")
    chat.write("Are you there?")
    expect(chat.log).to_contain_text("Not sent yet.")
    expect(shop.get_by_role("heading", level=1)).to_be_visible()
    gateway.up()
    until(lambda: gateway.heard == ["Are you there?"], shop)
    expect(chat.banner).not_to_contain_text("We can’t be reached")


def test_when_the_chat_itself_cannot_be_loaded_the_launcher_says_so(visitor: BrowserContext, gateway: Gateway) -> None:
    visitor.route("**/static/widget/**", lambda route: route.abort())
    page = visitor.new_page()
    page.goto(gateway.page)
    chat = Chat(page)
    chat.launcher.click()
    expect(page.get_by_role("alert")).to_contain_text("The chat can’t be opened right now.")
    visitor.unroute("**/static/widget/**")
    page.get_by_role("button", name="Try again").click()
    expect(chat.panel).to_be_visible()
    expect(page.get_by_role("alert")).to_be_hidden()


def test_an_unsent_message_survives_a_reload(chat: Chat, gateway: Gateway) -> None:
    started(chat, gateway)
    chat.page.route("**/api/chat/messages", lambda route: route.abort())
    chat.write("Do not lose me")
    expect(chat.log).to_contain_text("Not sent yet.")
    chat.page.unroute("**/api/chat/messages")
    chat.page.reload()
    until(lambda: gateway.heard == ["Hello", "Do not lose me"], chat.page)
    chat.open()
    expect(chat.bubbles("Do not lose me")).to_have_count(1)


def test_a_lost_answer_to_a_send_makes_no_second_message(chat: Chat, gateway: Gateway) -> None:
    started(chat, gateway)
    lost: list[int] = []

    def lose(route: object) -> None:
        if not lost:
            lost.append(1)
            route.fetch()  # type: ignore[attr-defined]
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    chat.page.route("**/api/chat/messages", lose)
    chat.write("Only once")
    expect(chat.bubbles("Only once")).to_have_count(1)
    expect(chat.log).not_to_contain_text("Not sent yet.")
    until(lambda: "Only once" in gateway.heard, chat.page)
    assert gateway.heard == ["Hello", "Only once"]
    expect(chat.bubbles("Only once")).to_have_count(1)


def test_a_refused_message_says_why_and_is_sent_again_with_one_click(chat: Chat, gateway: Gateway) -> None:
    started(chat, gateway)
    gateway.refuse_next("messages", 400, "bad_input", "The text is not acceptable.")
    chat.write("Try me")
    expect(chat.log).to_contain_text("Not sent. The text is not acceptable.")
    assert gateway.heard == ["Hello"]
    chat.log.get_by_role("button", name="Send again").click()
    until(lambda: gateway.heard == ["Hello", "Try me"], chat.page)
    expect(chat.log).not_to_contain_text("Not sent.")
    expect(chat.bubbles("Try me")).to_have_count(1)


@pytest.mark.parametrize(("status", "code"), [(503, "unavailable"), (429, "too_many"), (500, "internal")])
def test_a_server_in_trouble_is_asked_again(chat: Chat, gateway: Gateway, status: int, code: str) -> None:
    started(chat, gateway)
    gateway.refuse_next("messages", status, code, "A moment, please.")
    chat.write("Patience")
    until(lambda: gateway.heard == ["Hello", "Patience"], chat.page)
    expect(chat.bubbles("Patience")).to_have_count(1)
    expect(chat.log).not_to_contain_text("Not sent")


def test_a_visitor_whose_session_ended_goes_on_in_a_new_thread_and_is_told(chat: Chat, gateway: Gateway) -> None:
    first = started(chat, gateway)
    gateway.forget_tokens()
    chat.write("Still there?")
    expect(chat.log).to_contain_text("Your earlier conversation has ended. This is a new one.")
    expect(chat.bubbles("Still there?")).to_have_count(1)
    until(lambda: len(gateway.conversations) == 2, chat.page)
    second = next(one for one in gateway.conversations.values() if one is not first)
    until(lambda: [one["text"] for one in second.messages] == ["Still there?"], chat.page)
    assert [one["text"] for one in first.messages] == ["Hello"]


def test_a_known_customer_gets_a_new_session_for_the_same_thread_unasked(shop: Page, gateway: Gateway) -> None:
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    chat = Chat(shop).open()
    until(lambda: "ana_ruiz_4821" in gateway.of_customer, shop)
    chat.write("Hello")
    until(lambda: gateway.heard == ["Hello"], shop)
    gateway.forget_tokens()
    chat.write("And now?")
    until(lambda: gateway.heard == ["Hello", "And now?"], shop)
    expect(chat.messages).to_have_count(2)
    expect(chat.log).not_to_contain_text("This is a new one.")
    assert gateway.asked.count("POST /demo/identity") == 2


def test_what_is_written_while_the_page_finds_out_who_writes_is_said_by_the_customer(
    shop: Page, gateway: Gateway
) -> None:
    minting: list[Route] = []
    shop.route("**/demo/identity", lambda route: minting.append(route))
    chat = Chat(shop).open()
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    until(lambda: len(minting) == 1, shop)
    chat.write("Where is my order?")
    chat.field.press_sequentially("And wh")
    expect(chat.bubbles("Where is my order?")).to_have_count(1)
    minting[0].continue_()
    until(lambda: "ana_ruiz_4821" in gateway.of_customer, shop)
    until(lambda: gateway.heard == ["Where is my order?"], shop)
    expect(chat.bubbles("Where is my order?")).to_have_count(1)
    expect(chat.field).to_have_value("And wh")
    theirs = gateway.conversations[gateway.of_customer["ana_ruiz_4821"]]
    assert [one["text"] for one in theirs.messages] == ["Where is my order?"]


def test_what_is_written_does_not_wait_for_a_page_that_never_finds_out(shop: Page, gateway: Gateway) -> None:
    minting: list[Route] = []
    shop.clock.install()
    shop.route("**/demo/identity", lambda route: minting.append(route))
    chat = Chat(shop).open()
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    until(lambda: len(minting) == 1, shop)
    chat.write("Where is my order?")
    shop.clock.run_for(5_000)
    until(lambda: gateway.heard == ["Where is my order?"], shop)
    assert "ana_ruiz_4821" not in gateway.of_customer


def test_an_identity_that_is_refused_is_told_and_not_hidden_behind_a_visitor(shop: Page, gateway: Gateway) -> None:
    chat = Chat(shop)
    shop.evaluate("window.refused = 0; Rapport.on('identity-refused', () => { refused += 1 }); 0")
    for _ in range(3):
        gateway.refuse_next("session", 401, "unauthorised", "Expired.")
    shop.evaluate("Rapport.setUser('e30.eyJzdWIiOiJhbmEifQ.x')")
    chat.open()
    expect(chat.banner).to_contain_text("We could not confirm who you are.")
    until(lambda: shop.evaluate("refused") == 1, shop)
    assert gateway.conversations == {}


def test_a_conversation_that_went_on_elsewhere_starts_afresh(chat: Chat, gateway: Gateway) -> None:
    first = started(chat, gateway)
    for token in gateway.tokens:
        gateway.tokens[token] = "c-next"
    gateway.conversations["c-next"] = type(first)("c-next")
    gateway.say(gateway.conversations["c-next"], "bot", "Welcome back.")
    gateway.drop_streams()
    expect(chat.bubbles("Welcome back.")).to_have_count(1)
    expect(chat.bubbles("Hello")).to_have_count(0)
    expect(chat.log).to_contain_text("This is a new one.")
