"""The office in a browser: a running gateway with a small staff, and what its tests do with the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import update
from sqlalchemy.orm import Session

from handoff.models import Agent
from handoff.routing import leaves, policy, versions
from handoff.rules import articles, canned, staff
from shop.ground import clock
from tests.browser.patience import PATIENCE_MS
from tests.handoff.conftest import started
from tests.handoff.gateway import PASSWORD, Gateway

BODY = "Send it back within **30 days**.\n\n- Print the label\n- Bring the parcel to a shop\n\nThe money is back in a week."


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Gateway]:
    """Ben is the admin, Alice supervises; Dana keeps a book and is on leave from next week on."""
    from tests.conftest import fresh_sqlite

    folder = tmp_path_factory.mktemp("office")
    with started(folder, fresh_sqlite(sqlite_template, folder)) as (gateway, _):
        with gateway.db.transaction() as session:
            furnish(session)
        yield gateway


def furnish(session: Session) -> None:
    session.execute(update(Agent).where(Agent.id == "ben").values(role="admin"))
    session.execute(update(Agent).where(Agent.id == "alice").values(role="supervisor", room=40))
    session.execute(
        update(Agent).where(Agent.id == "dana").values(room=60, skills=["payments"], languages=["en", "es"])
    )
    ben = staff.member(session, session.get_one(Agent, "ben"))
    canned.add(session, ben, "hello", "Greeting", {"en": "Hello {customer.first_name}, this is {agent.first_name}."})
    given = {"title": "Return an item", "category": "returns", "body": BODY, "asked": ["can I send it back?"]}
    articles.write(session, "agent:ben", "return-an-item", "en", "", **given)
    versions.current_id(session)
    with policy.using(policy.current().model_copy(update={"breach": 77})):
        versions.current_id(session)
    week = timedelta(days=7)
    leaves.add(session, session.get_one(Agent, "dana"), clock.now() + week, clock.now() + 3 * week, reason="Holiday")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    made = context.new_page()
    broken: list[str] = []
    made.on("pageerror", lambda error: broken.append(str(error)))
    yield made
    context.close()
    assert broken == []


def signed_in(page: Page, gateway: Gateway, name: str) -> Page:
    """The session's cookie, without the way through the form."""
    headers = {"Origin": gateway.url, "Content-Type": "application/json"}
    credentials = {"email": f"{name}@shop.example", "password": PASSWORD}
    answer = page.request.post(f"{gateway.url}/api/console/login", headers=headers, data=credentials)
    assert answer.status == 200, answer.text()
    return page


def opened(page: Page, gateway: Gateway, name: str) -> Page:
    """A page of the office, drawn."""
    page.goto(f"{gateway.url}/console/office#{name}")
    page.locator(f"{name}-page .page-content > *:not(.skeletons)").first.wait_for()
    return page
