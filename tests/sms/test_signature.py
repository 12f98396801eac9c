"""Twilio's signature: what Twilio's own library signs is accepted, and nothing that was changed on the way."""

from urllib.parse import urlencode

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

from handoff.tools import signature

TOKEN = "0123456789abcdef0123456789abcdef"
NAMES = st.one_of(
    st.sampled_from(["Body", "From", "To", "MessageSid", "FromCity", "MediaUrl0"]),
    st.text("abcABC019_é+ &=", min_size=1, max_size=8),
)
VALUES = st.one_of(
    st.just(""),
    st.sampled_from(["+12025550123", "a+b c", "ñandú 😀 日本", "100% & more = all", "line\r\nbreak", " "]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
FORMS = st.lists(st.tuples(NAMES, VALUES), max_size=12)
URLS = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        [
            "https://chat.example.com",
            "https://chat.example.com:8443",
            "http://127.0.0.1:8000",
            "http://[::1]:8000",
            "https://h:443",
        ]
    ),
    st.sampled_from(["/sms/inbound", "/sms/status"]),
    st.sampled_from(["", "?delivery=17", "?a=1&b=%20x+y", "?empty="]),
)

ALGORITHMS = st.sampled_from([HMAC_SHA1, HMAC_SHA256])


class _Repeated(dict[str, list[str]]):
    """Names with several values, in the way Twilio's library asks for them."""

    def getall(self, name: str) -> list[str]:
        return self[name]


def signed_by_twilio(url: str, form: list[tuple[str, str]], algorithm: str = HMAC_SHA1, secret: str = TOKEN) -> str:
    values = _Repeated()
    for name, value in form:
        values.setdefault(name, []).append(value)
    made: str = RequestValidator(secret).compute_signature(url, values, algorithm)
    return made


def received(form: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields after their way through a real form body."""
    return signature.fields(urlencode(form).encode())


@settings(max_examples=1000)
@given(URLS, FORMS, ALGORITHMS)
def test_what_twilio_signs_is_accepted(url: str, form: list[tuple[str, str]], algorithm: str) -> None:
    assert received(form) == form
    signed = signed_by_twilio(url, form, algorithm)
    assert signature.genuine([TOKEN], url, received(form), signed, algorithm)


@settings(max_examples=1000)
@given(URLS, FORMS, st.data())
def test_what_was_changed_is_refused(url: str, form: list[tuple[str, str]], data: st.DataObject) -> None:
    given_signature = signed_by_twilio(url, form)
    kind = data.draw(st.sampled_from(["value", "added", "dropped", "url", "token", "signature"]))
    changed_url, changed, token = url, list(form), TOKEN
    if kind == "value" and form:
        place = data.draw(st.integers(0, len(form) - 1))
        changed[place] = (form[place][0], form[place][1] + "x")
    elif kind == "added":
        changed.append(("Extra", data.draw(VALUES)))
    elif kind == "dropped" and form:
        place = data.draw(st.integers(0, len(form) - 1))
        del changed[place]
    elif kind == "url":
        changed_url = url.replace("/sms/", "/sms//")
    elif kind == "token":
        token = TOKEN[::-1]
    else:
        given_signature = data.draw(
            st.sampled_from(["", "AAAA", given_signature[:-1], given_signature.swapcase(), "é"])
        )
    if kind in ("value", "added", "dropped"):
        assume(not _reads_the_same(form, changed))  # another example instead: a thousand are forged
    assert not signature.genuine([token], changed_url, changed, given_signature)


def _reads_the_same(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> bool:
    """Names and values are signed without a border between them: ("ab", "c") and ("a", "bc") are one to Twilio."""
    text = ["".join(name + value for name, value in sorted(set(form))) for form in (one, other)]
    return text[0] == text[1]


def test_either_of_two_tokens_is_good_while_they_are_exchanged() -> None:
    form = [("Body", "hello")]
    url = "https://chat.example.com/sms/inbound"
    assert signature.genuine(["another", TOKEN], url, form, signed_by_twilio(url, form))
    assert not signature.genuine([], url, form, signed_by_twilio(url, form))


def test_an_empty_token_signs_nothing() -> None:
    form = [("Body", "hello")]
    url = "https://chat.example.com/sms/inbound"
    assert not signature.genuine([""], url, form, signature.sign("", url, form))


@pytest.mark.parametrize("absent", [None, ""])
def test_no_signature_is_no_signature(absent: str | None) -> None:
    assert not signature.genuine([TOKEN], "https://chat.example.com/sms/inbound", [], absent)


def test_the_port_may_be_left_out_by_the_signer() -> None:
    form = [("Body", "")]
    assert signature.genuine([TOKEN], "https://h.example:8443/x", form, signed_by_twilio("https://h.example/x", form))
    assert signature.genuine([TOKEN], "https://h.example/x", form, signed_by_twilio("https://h.example:443/x", form))
    assert not signature.genuine(
        [TOKEN], "https://h.example/x", form, signed_by_twilio("https://h.example:8443/x", form)
    )


URL, FORM = "https://chat.example.com/sms/inbound", [("Body", "hello")]
SECRETS = signature.Secrets([TOKEN, "another"], {"webhooks_sharedkey_1": "its secret"})


def good(header: str | None, algorithm: str, secret: str) -> bool:
    """Does a post that was signed so pass with this header?"""
    secrets, named = SECRETS.named(header)
    return signature.genuine(secrets, URL, FORM, signed_by_twilio(URL, FORM, algorithm, secret), named)


def test_a_shared_key_signs_where_the_header_names_it() -> None:
    header = "key=webhooks_sharedkey_1, algorithm=HMAC_SHA256"
    assert get_signature_algorithm(header) == SECRETS.named(header)[1]
    assert good(header, HMAC_SHA256, "its secret")
    assert good("key=webhooks_sharedkey_1", HMAC_SHA1, "its secret")
    assert good(None, HMAC_SHA1, "another")


@pytest.mark.parametrize(
    ("header", "algorithm", "secret"),
    [
        ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", HMAC_SHA256, TOKEN),
        ("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256", HMAC_SHA1, "its secret"),
        ("key=unknown,algorithm=HMAC_SHA256", HMAC_SHA256, TOKEN),
        ("key=webhooks_sharedkey_1,algorithm=NONE", HMAC_SHA1, "its secret"),
        ("algorithm=HMAC_SHA256", HMAC_SHA1, TOKEN),
        ("", HMAC_SHA1, "its secret"),
    ],
)
def test_another_key_or_algorithm_than_the_header_says_is_refused(header: str, algorithm: str, secret: str) -> None:
    assert not good(header, algorithm, secret)
