"""What the page around it tells the widget: who is signed in, in which language, and when to invite."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from handoff.tools.assets import WIDGET
from tests.browser.stub import Gateway
from tests.browser.widget_page import Chat, barriers, started, until

pytestmark = pytest.mark.slow
pytest_plugins = ("tests.browser.browser", "tests.browser.widget_fixtures")


def test_who_signs_in_is_asked_whether_the_thread_comes_along(shop: Page, gateway: Gateway) -> None:
    chat = Chat(shop).open()
    visitors = started(chat, gateway, "As a visitor")
    chat.field.fill("half a thou")
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    question = shop.get_by_role("alertdialog", name="You are signed in now")
    expect(question).to_be_visible()
    assert gateway.of_customer == {} or "ana_ruiz_4821" not in gateway.of_customer
    assert barriers(shop) == []
    question.get_by_role("button", name="Yes, go on with it").click()
    until(lambda: gateway.of_customer.get("ana_ruiz_4821") == visitors.id, shop)
    chat.write("As Ana")
    until(lambda: gateway.heard == ["As a visitor", "As Ana"], shop)
    expect(chat.messages).to_have_count(2)
    assert [key for key in shop.evaluate("Object.keys(localStorage)") if ":visitor:session" in key] == []
    shop.get_by_label("Signed in as").select_option("")
    expect(chat.messages).to_have_count(0)
    chat.write("Somebody else")
    until(lambda: len(gateway.conversations) == 2 and "Somebody else" in gateway.heard, shop)
    expect(chat.log.locator(".message[data-seq]")).to_have_count(1)
    # Who would rather not is not asked again, and has their own thread.
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    question.get_by_role("button", name="No, leave it out").click()
    expect(chat.bubbles("As Ana")).to_have_count(1)
    shop.get_by_label("Signed in as").select_option("")
    expect(chat.bubbles("Somebody else")).to_have_count(1)
    shop.get_by_label("Signed in as").select_option("ana_ruiz_4821")
    expect(chat.bubbles("As Ana")).to_have_count(1)
    expect(question).to_have_count(0)


def test_a_session_is_renewed_before_it_ends(shop: Page, gateway: Gateway) -> None:
    gateway.lasts = timedelta(days=2)  # a visitor's is renewed whenever it has less than two weeks left
    chat = Chat(shop).open()
    conversation = started(chat, gateway)
    shop.reload()
    chat.open()
    until(lambda: "POST /api/chat/session/renew" in gateway.asked, shop)
    shop.get_by_label("Signed in as").select_option("tom_berg_1177")
    gateway.lasts = timedelta(minutes=5)
    shop.get_by_role("button", name="No, leave it out").click()
    chat.write("Hello as Tom")
    until(lambda: "Hello as Tom" in gateway.heard, shop)
    chat.write("Shortly before its end it is renewed, with a fresh identity.")
    until(lambda: gateway.asked.count("POST /demo/identity") >= 2, shop)
    assert gateway.only_of("tom_berg_1177").id != conversation.id


ASKED = """async ([gateway, cases]) => {
  const { mayShow } = await import(`${gateway}/static/widget/invite.js`);
  const day = 86_400_000;
  return cases.map(([rule, shown]) => mayShow(rule, shown.map(([id, ago, no]) => ({id, at: -ago * day, no})), 0)); }"""
INVITED: list[tuple[dict[str, object], list[tuple[object, ...]], bool]] = [
    ({"id": "a"}, [], True),
    ({"id": "a"}, [("a", 29)], False),
    ({"id": "a"}, [("a", 31)], True),
    ({"id": "a", "again_after_days": 1}, [("a", 2)], True),
    ({"id": "a", "again_after_days": 1}, [("a", 4), ("a", 2)], False),  # two a month, also by one rule
    ({"id": "a", "again_after_days": 60}, [("a", 31)], False),
    ({"id": "a"}, [("b", 9), ("c", 2)], False),
    ({"id": "a", "a_month": 9}, [("b", 9), ("c", 2)], False),
    ({"id": "a", "a_month": 1}, [("b", 9)], False),
    ({"id": "a", "a_month": 1}, [("b", 31)], True),
    ({"id": "a", "a_month": 0}, [], False),
    ({"id": "a"}, [("b", 29, True)], False),
    ({"id": "a"}, [("b", 31, True)], True),
    ({"id": "a"}, [("a", 399, True)], False),
]


def test_the_page_sets_language_attributes_and_invitations(shop: Page, gateway: Gateway) -> None:
    chat = Chat(shop)
    gateway.invites = False  # this reader was spoken to often enough
    shop.evaluate("Rapport.setInvitations([{id: 'today', text: 'Not today'}])")
    until(lambda: ("invitations", {"shown": 0}) in gateway.told, shop)
    gateway.invites = True
    shop.evaluate("""Rapport.setInvitations([
      {id: "elsewhere", text: "Never", path: "/checkout"},
      {id: "cart", text: "A question about your cart?", attributes: {cart: {min: 10_000}, language: "en"}}])""")
    shop.evaluate("Rapport.setAttributes({cart: 12_000, language: 'en'})")
    invitation = shop.locator("rapport-chat .invite")
    expect(invitation).to_contain_text("A question about your cart?")
    assert barriers(shop) == []
    invitation.get_by_role("button", name="No, thanks").click()
    expect(invitation).to_have_count(0)
    kept = shop.evaluate(
        "JSON.parse(localStorage.getItem(Object.keys(localStorage).find(k => k.endsWith(':invited'))))"
    )
    assert [(one["id"], one["no"]) for one in kept] == [("cart", True)]
    cases = [(rule, shown) for rule, shown, _ in INVITED]
    assert shop.evaluate(ASKED, [gateway.url, cases]) == [may for *_, may in INVITED]
    chat.open()
    shop.evaluate("Rapport.setLocale('es-MX')")
    expect(shop.get_by_role("textbox", name="Escriba un mensaje")).to_be_focused()
    expect(shop.get_by_role("button", name="Hablar con una persona")).to_be_visible()
    shop.get_by_role("button", name="Más").click()
    expect(shop.get_by_role("menuitem", name="Seguir por SMS")).to_be_visible()
    shop.keyboard.press("Escape")
    shop.evaluate("Rapport.setLocale('en')")
    expect(chat.field).to_be_visible()


SHAPE = """async ([gateway, files]) => {
  const shape = (all) => Object.entries(all).flatMap(([key, value]) =>
    Array.isArray(value) ? `${key} of ${value.length}`
    : typeof value === "object" ? shape(value).map((inner) => `${key}.${inner}`) : `${key}: ${typeof value}`).sort();
  const spanish = await import(`${gateway}/static/widget/spanish.js`);
  const english = {texts: customElements.get("rapport-chat").language.t};
  for (const file of files) {
    const part = Object.keys(spanish).find((name) => `${name.toLowerCase()}.js` === file) ?? file;
    english[part] = (await import(`${gateway}/static/widget/${file}`)).words;
  }
  return [shape(english), shape({...spanish})];
}"""


def test_every_word_of_every_part_is_there_in_both_languages(chat: Chat, gateway: Gateway) -> None:
    files = [one.name for one in WIDGET.glob("*.js") if "export const words" in one.read_text(encoding="utf-8")]
    assert len(files) >= 7
    english, spanish = chat.page.evaluate(SHAPE, [gateway.url, sorted(files)])
    assert english == spanish and len(english) > 120
