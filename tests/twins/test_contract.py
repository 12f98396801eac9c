"""The twin against Twilio's own OpenAPI description: what it answers has Twilio's shapes, and it takes Twilio's parameters."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker
from twilio.rest import Client

from handoff.entry.sms import Number, number_at_twilio
from handoff.tools.texter import Price, Texter
from tests.local import LOCALLY
from tests.twins.running import READY_S, Twin

pytestmark = pytest.mark.slow  # starts the twin
DOCUMENT = json.loads((Path(__file__).parents[1] / "sms/contract/messages.openapi.json").read_text())
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
ONE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
FORMATS = FormatChecker()


@FORMATS.checks("date-time-rfc-2822", raises=ValueError)
def _rfc_2822(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value).tzinfo is not None


def plain(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable`; JSON Schema says a list of types. Unknown fields are refused on top."""
    if isinstance(schema, list):
        return [plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return plain(DOCUMENT["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    made = {name: plain(value) for name, value in schema.items() if name not in ("nullable", "x-twilio", "example")}
    if schema.get("nullable") and "type" in made:
        made["type"] = [made["type"], "null"]
    if made.get("type") in ("object", ["object", "null"]) and "properties" in made:
        made |= {"additionalProperties": False, "required": sorted(made["properties"])}
    return made


def check(answer: httpx.Response, path: str, method: str, status: int) -> dict[str, Any]:
    """The body of an answer that keeps the contract."""
    assert answer.status_code == status, answer.text
    content = DOCUMENT["paths"][path][method]["responses"][str(status)]["content"]["application/json"]
    body: dict[str, Any] = answer.json()
    Draft202012Validator(plain(content["schema"]), format_checker=FORMATS).validate(body)
    return body


@pytest.fixture
def account(twin: Twin) -> str:
    return twin.settings.twilio_account_sid


@pytest.fixture
def api(twin: Twin, account: str) -> httpx.Client:
    twin.http.auth = httpx.BasicAuth(account, twin.settings.twilio_auth_token)
    return twin.http


def create(api: httpx.Client, twin: Twin, to: str, body: str = "hello", **others: str) -> httpx.Response:
    form = {"To": to, "From": twin.settings.twilio_from, "Body": body, **others}
    return api.post(MESSAGES.format(AccountSid=twin.settings.twilio_account_sid), data=form)


def listed(api: httpx.Client, account: str, **query: str) -> dict[str, Any]:
    return check(api.get(MESSAGES.format(AccountSid=account), params=query), MESSAGES, "get", 200)


def test_a_created_message_has_twilios_shape(api: httpx.Client, twin: Twin) -> None:
    made = check(create(api, twin, "+12025551001", "Hello! 👍"), MESSAGES, "post", 201)
    assert (made["status"], made["direction"], made["num_segments"]) == ("queued", "outbound-api", "1")


def test_one_message_and_the_list_have_twilios_shape(api: httpx.Client, twin: Twin, account: str) -> None:
    made = create(api, twin, "+12025551002").json()
    one = check(api.get(ONE.format(AccountSid=account, Sid=made["sid"])), ONE, "get", 200)
    assert one["body"] == "hello"
    assert [text["sid"] for text in listed(api, account, To="+12025551002")["messages"]] == [made["sid"]]


def test_our_parameters_are_twilios(twin: Twin) -> None:
    """What the client sends and what the twin filters by stands in the description."""
    taken = DOCUMENT["paths"][MESSAGES]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    ours = {"To", "From", "Body", "StatusCallback", "ValidityPeriod", "ContentRetention", "AddressRetention"}
    assert ours <= taken["properties"].keys()
    filters = {parameter["name"] for parameter in DOCUMENT["paths"][MESSAGES]["get"]["parameters"]}
    assert {"To", "From", "DateSent", "DateSent<", "DateSent>", "PageSize", "Page", "PageToken"} <= filters


def test_a_validity_period_is_within_twilios(api: httpx.Client, twin: Twin) -> None:
    assert create(api, twin, "+12025551008", ValidityPeriod="600", ContentRetention="discard").status_code == 201
    assert create(api, twin, "+12025551008", ValidityPeriod="0").json()["code"] == 21642
    assert create(api, twin, "+12025551008", ValidityPeriod="14401").json()["code"] == 21642


def test_twilios_client_finds_our_number_and_so_does_the_doctor(twin: Twin) -> None:
    found = number_at_twilio(twin.settings)
    assert isinstance(found, Number)
    assert (found.can_text, found.can_send_pictures, found.method) == (True, True, "POST")
    assert found.url == f"{twin.settings.public_url}/sms/inbound"
    other = twin.settings.model_copy(update={"twilio_from": "+12025550000"})
    assert number_at_twilio(other) == "+12025550000 is no number of this account."


def test_what_a_text_cost_is_known_when_it_was_delivered(twin: Twin, api: httpx.Client, account: str) -> None:
    sid = create(api, twin, "+12025551009", "x" * 200).json()["sid"]
    deadline = time.monotonic() + READY_S
    while (one := check(api.get(ONE.format(AccountSid=account, Sid=sid)), ONE, "get", 200))["status"] != "delivered":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert one["price"] == "-0.01660"
    told = asyncio.run(Texter(twin.settings).prices(datetime.now(UTC) - timedelta(hours=1)))
    assert Price(sid, 16_600, "USD") in told


def test_pages_lead_from_one_to_the_next(api: httpx.Client, twin: Twin, account: str) -> None:
    for n in range(5):
        create(api, twin, "+12025551003", f"Text {n}")
    first = listed(api, account, To="+12025551003", PageSize="2")
    assert (first["page"], first["page_size"], first["previous_page_uri"]) == (0, 2, None)
    bodies = [text["body"] for text in first["messages"]]
    following = first["next_page_uri"]
    while following:
        page = check(api.get(following), MESSAGES, "get", 200)
        bodies += [text["body"] for text in page["messages"]]
        following = page["next_page_uri"]
    assert bodies == [f"Text {n}" for n in (4, 3, 2, 1, 0)]


def test_dates_filter_by_day_and_by_moment(api: httpx.Client, twin: Twin, account: str) -> None:
    create(api, twin, "+12025551004")
    today, now = datetime.now(UTC).date(), datetime.now(UTC)
    for query, found in (
        ({"DateSent": str(today)}, 1),
        ({"DateSent>": str(today - timedelta(days=1))}, 1),
        ({"DateSent<": str(today - timedelta(days=1))}, 0),
        ({"DateSent>": (now + timedelta(hours=1)).isoformat()}, 0),
        ({"DateSent<": (now + timedelta(hours=1)).isoformat()}, 1),
    ):
        assert len(listed(api, account, To="+12025551004", **query)["messages"]) == found, query


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": ""}, 21604), ({"Body": ""}, 21602), ({"From": "+12025550000"}, 21606), ({"Body": "a" * 1601}, 21617),
        ({"To": "nobody"}, 21211), ({"To": "+15005550009"}, 21614),
    ],
)  # fmt: skip
def test_refusals_are_written_as_twilio_writes_them(
    api: httpx.Client, twin: Twin, account: str, changed: dict[str, str], code: int
) -> None:
    form = {"To": "+12025551005", "From": twin.settings.twilio_from, "Body": "hello", **changed}
    answer = api.post(MESSAGES.format(AccountSid=account), data=form)
    assert answer.status_code == 400
    body = answer.json()
    assert body.keys() == {"code", "message", "more_info", "status"}
    assert (body["code"], body["status"]) == (code, 400)


def test_another_account_or_token_is_let_in_nowhere(twin: Twin, account: str) -> None:
    for auth in (("AC" + "0" * 32, "x"), (account, "wrong"), None):
        stranger = httpx.Client(base_url=twin.settings.twilio_api_url, timeout=READY_S, auth=auth, **LOCALLY)
        assert stranger.get(MESSAGES.format(AccountSid=account)).status_code == 401
        assert stranger.post(MESSAGES.format(AccountSid=account), data={}).status_code == 401


def test_twilios_own_client_reads_it_all(twin: Twin, account: str) -> None:
    client = Client(account, twin.settings.twilio_auth_token)
    client.api.base_url = twin.settings.twilio_api_url
    client.http_client.session.trust_env = False
    made = client.messages.create(to="+12025551006", from_=twin.settings.twilio_from, body="One")
    client.messages.create(to="+12025551006", from_=twin.settings.twilio_from, body="Two")
    assert client.messages(made.sid).fetch().body == "One"
    sent = client.messages.list(
        to="+12025551006", date_sent_after=datetime.now(UTC) - timedelta(minutes=5), page_size=1
    )
    assert [text.body for text in sent] == ["Two", "One"]


def test_what_is_attached_is_listed_in_twilios_shape(twin: Twin, api: httpx.Client, account: str) -> None:
    picture = {"content_type": "image/png", "data": "iVBORw0KGgo="}
    text = twin.text("+12025551008", "", pictures=[picture, picture])
    path = "/2010-04-01/Accounts/{AccountSid}/Messages/{MessageSid}/Media.json"
    url = f"/2010-04-01/Accounts/{account}/Messages/{text['sid']}/Media.json"
    body = check(api.get(url), path, "get", 200)
    assert [item["sid"] for item in body["media_list"]] == [item["sid"] for item in text["media"]]


def test_a_picture_is_kept_where_its_address_says(twin: Twin, api: httpx.Client, account: str) -> None:
    text = twin.text("+12025551007", "", pictures=[{"content_type": "image/png", "data": "iVBORw0KGgo="}])
    url = f"/2010-04-01/Accounts/{account}/Messages/{text['sid']}/Media/{text['media'][0]['sid']}"
    answer = api.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert answer.content.startswith(b"\x89PNG")
    assert httpx.get(twin.settings.twilio_api_url + url, timeout=READY_S, **LOCALLY).status_code == 401
