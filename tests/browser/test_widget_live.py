"""The widget while somebody is there: who writes, what was seen, sound, forms and pictures, and what comes later."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, barriers, started, until

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")

MARIA = {"name": "Maria Lopez", "dedicated": False}


def test_who_writes_and_what_was_seen_is_told_both_ways(chat: Chat, gateway: Gateway, visitor: BrowserContext) -> None:
    conversation = started(chat, gateway)
    chat.field.press_sequentially("to the bot")
    assert [what for what, _ in gateway.told if what == "typing"] == []  # nobody could look
    chat.field.fill("")
    gateway.turn(conversation, "held", agent=MARIA)
    expect(chat.panel.locator(".top")).to_contain_text("Maria Lopez")
    second = visitor.new_page()
    second.goto(gateway.page)
    Chat(second).open()
    gateway.sign("typing", kind="agent", name="Maria Lopez")
    for page in (chat.page, second):
        expect(page.locator("rapport-chat .typing")).to_contain_text("Maria Lopez is writing")
    gateway.say(conversation, "agent", "Hello, Maria here.", name="Maria Lopez")
    expect(chat.log.locator(".typing")).to_have_count(0)
    second.close()
    chat.page.bring_to_front()
    until(lambda: ("seen", {"seq": 2}) in gateway.told, chat.page)
    chat.field.press_sequentially("Hi")
    until(lambda: ("typing", {}) in gateway.told, chat.page)
    chat.field.press("Enter")
    expect(chat.log.locator(".fate")).to_have_text("Delivered")
    gateway.sign("marks", customer=2, agent=3)
    expect(chat.log.locator(".fate")).to_have_text("Seen")
    gateway.sign("marks", customer=2, agent=1)  # late, and behind
    gateway.sign("typing", kind="agent", name="Maria Lopez")
    expect(chat.log.locator(".typing")).to_be_visible()
    chat.page.clock.install()
    chat.page.clock.fast_forward(7_000)
    gateway.turn(conversation, "held", agent=MARIA | {"dedicated": True})
    expect(chat.log.locator(".typing")).to_have_count(0)
    expect(chat.log.locator(".fate")).to_have_text("Seen")
    assert gateway.told.count(("seen", {"seq": 2})) == 1


def test_who_sees_what_is_typed_is_named_by_the_field_and_is_told_only_then(chat: Chat, gateway: Gateway) -> None:
    def told() -> list[str]:
        return [body["draft"] for what, body in list(gateway.told) if what == "typing" and "draft" in body]

    conversation = started(chat, gateway)
    line = chat.panel.locator(".peeks")
    gateway.turn(conversation, "held", agent=MARIA)
    chat.field.press_sequentially("Not yet")
    until(lambda: ("typing", {}) in gateway.told, chat.page)
    expect(line).to_be_hidden()
    gateway.turn(conversation, "held", agent=MARIA, peeks=True)
    expect(line).to_have_text("Maria Lopez can see what you type before you send it")
    expect(chat.field).to_have_accessible_description("Maria Lopez can see what you type before you send it")
    assert barriers(chat.page) == [] and told() == []
    chat.field.press_sequentially(", but now")
    until(lambda: told()[-1:] == ["Not yet, but now"], chat.page)
    chat.field.press("Enter")
    until(lambda: told()[-1:] == [""], chat.page)
    gateway.turn(conversation, "bot", peeks=False)
    expect(line).to_be_hidden()
    chat.page.evaluate("Rapport.setLocale('es')")
    gateway.turn(conversation, "held", agent=MARIA, peeks=True)
    expect(line).to_have_text("Maria Lopez puede ver lo que escribe antes de que lo envíe")


def test_the_menu_turns_sound_on_saves_the_thread_and_goes_on_by_text(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    gateway.say(conversation, "bot", "Hello to you.")
    page = chat.page
    page.evaluate("""() => { window.tones = 0; const start = OscillatorNode.prototype.start;
      OscillatorNode.prototype.start = function (when) { tones += 1; return start.call(this, when); } }""")
    more = page.get_by_role("button", name="More")
    more.focus()
    page.keyboard.press("Enter")
    ring = page.get_by_role("menuitemcheckbox", name="Sound for new messages")
    expect(ring).to_be_focused()
    expect(ring).to_have_attribute("aria-checked", "false")
    assert barriers(page) == []
    page.keyboard.press("Enter")
    until(lambda: page.evaluate("tones") == 2, page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Save this conversation")).to_be_focused()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    saved = download.value.path().read_text(encoding="utf-8")
    assert "You\nHello\n" in saved and "Assistant\nHello to you.\n" in saved
    expect(more).to_be_focused()
    page.keyboard.press("Escape")
    gateway.say(conversation, "bot", "Heard.")
    until(lambda: page.evaluate("tones") == 4, page)
    chat.open()
    gateway.say(conversation, "bot", "Seen, not heard.")
    expect(chat.bubbles("Seen, not heard.")).to_have_count(1)
    assert page.evaluate("tones") == 4
    more.click()
    page.get_by_role("menuitem", name="Go on by text message").click()
    form = page.get_by_role("region", name="Go on by text message")
    expect(form.get_by_label("Mobile number")).to_be_focused()
    form.get_by_role("button", name="Send me a code").click()
    expect(form.get_by_role("alert")).to_have_text("Please fill this in.")
    assert barriers(page) == []
    form.get_by_label("Mobile number").fill("12")
    page.keyboard.press("Enter")
    expect(form.get_by_role("alert")).to_have_text("We can't text this number.")
    form.get_by_label("Mobile number").fill("+1 212 555 0100")
    page.keyboard.press("Enter")
    form.get_by_label("Code from the text").fill("123456")
    page.keyboard.press("Enter")
    expect(form).to_contain_text("Answers go to ••00 now")
    form.get_by_role("button", name="Have them here alone again").click()
    expect(form.get_by_label("Mobile number")).to_be_visible()
    form.get_by_role("button", name="Close").click()
    expect(form).to_have_count(0)
    expect(chat.field).to_be_focused()


def test_what_comes_later_is_asked_for_again_and_said_when_it_cannot_come(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    page = chat.page
    page.context.route("**/static/widget/*.js*", lambda route: route.abort())
    page.get_by_role("button", name="More").click()
    expect(chat.banner).to_contain_text("That can’t be opened right now.")
    page.context.unroute("**/static/widget/*.js*")
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    page.context.route("**/static/widget/*.js*", lambda route: route.abort())
    gateway.turn(conversation, "waiting", queue="general", position=2)  # came with the first message already
    expect(chat.panel.locator(".waiting")).to_contain_text("You are number 2 in line")


def test_who_was_served_says_how_it_was(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    open_ones = [
        {"party": party, "name": name, "score": None, "words": ""} for party, name in (("agent", "Maria"), ("bot", ""))
    ]
    chat.page.set_viewport_size({"width": 320, "height": 480})
    gateway.turn(conversation, "closed", ratings=open_ones)
    asked = chat.panel.get_by_role("group", name="How was it with Maria?")
    expect(asked).to_be_visible()
    expect(chat.panel.get_by_role("group", name="How did our assistant do?")).to_be_visible()
    expect(chat.field).to_be_in_viewport(ratio=1)
    assert chat.log.evaluate("log => log.clientHeight") > 60
    assert barriers(chat.page) == []
    asked.get_by_role("radio", name="Good", exact=True).check(force=True)
    until(lambda: ("rating", {"party": "agent", "score": 4, "words": ""}) in gateway.told, chat.page)
    chat.panel.get_by_role("textbox", name="Anything you would like to add?").first.fill("Quick")
    chat.panel.locator(".ratings").get_by_role("button", name="Send").first.click()
    until(lambda: ("rating", {"party": "agent", "score": 4, "words": "Quick"}) in gateway.told, chat.page)
    expect(chat.panel.get_by_text("Thank you.")).to_be_visible()
    gateway.turn(conversation, "bot")
    expect(asked).to_be_hidden()


def test_forms_pictures_and_things_side_by_side(chat: Chat, gateway: Gateway) -> None:
    conversation = started(chat, gateway)
    fields = [
        {"label": "E-mail", "type": "email", "required": True},
        {"label": "Size", "options": ["S", "M"], "required": True},
        {"label": "Note", "type": "long"},
    ]
    gateway.say(conversation, "bot", "Tell me where.", card={"kind": "form", "title": "Details", "fields": fields})
    form = chat.log.get_by_role("form", name="Details")
    expect(form.get_by_label("E-mail")).to_be_visible()
    assert barriers(chat.page) == []
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert").first).to_have_text("Please fill this in.")
    expect(form.get_by_label("E-mail")).to_be_focused()
    form.get_by_label("E-mail").fill("nowhere")
    form.get_by_label("Size").select_option("M")
    form.get_by_role("button", name="Send").click()
    expect(form.get_by_role("alert").first).to_have_text("Please check this.")
    form.get_by_label("E-mail").fill("ana@shop.example")
    form.get_by_role("button", name="Send").click()
    until(lambda: gateway.heard[-1] == "E-mail: ana@shop.example\nSize: M", chat.page)
    expect(form.get_by_role("button", name="Send")).to_be_disabled()
    things = [{"name": "Desk Lamp", "price": "$59", "picture": "https://elsewhere.example/p.png"}, {"name": "Rug"}]
    gateway.say(conversation, "bot", "Look.", card={"kind": "carousel", "title": "Lamps", "items": things})
    gateway.say(
        conversation, "bot", "This.", card={"kind": "image", "title": "A lamp", "url": f"{gateway.page}none.png"}
    )
    gateway.say(conversation, "bot", "Evil.", card={"kind": "image", "title": "x", "url": "javascript:alert(1)"})
    expect(chat.log.get_by_role("list", name="Lamps").locator("li")).to_have_count(2)
    expect(chat.log.get_by_role("link", name="A lamp")).to_be_visible()  # it could not be loaded
    assert chat.log.locator("img").count() == 0  # and nothing is fetched from elsewhere
    options = [{"id": f"o{n}", "label": f"Thing {n}"} for n in range(9)]
    gateway.say(conversation, "bot", "Which?", options=options)
    chat.log.locator(".chips").get_by_role("combobox").select_option("Thing 7")
    chat.log.locator(".chips").get_by_role("button", name="Send").click()
    until(lambda: gateway.heard[-1] == "Thing 7", chat.page)
