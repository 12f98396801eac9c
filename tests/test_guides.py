"""What the guides say is compared with what is there: snippets run, tables hold what the code holds."""

import os
import re
import shutil
import subprocess
import time
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from handoff.routing import policy
from handoff.rules import consent, sms_codes
from shop import identity
from shop.ground.errors import Unauthorised
from shop.ground.settings import Settings

DOCS = Path(__file__).parents[1] / "docs"
GUIDES = ("widget", "handoff", "sms", "self-service")
WIDGET, HANDOFF, SMS, SELF_SERVICE = ((DOCS / f"{name}.md").read_text() for name in GUIDES)
WORDS = yaml.safe_load((DOCS.parent / "handoff" / "wording.yml").read_text())
TYPES = (DOCS.parent / "handoff" / "static" / "widget" / "types.d.ts").read_text()
THEN = {
    "later": "Later",
    "stop_number": "This number",
    "mend_settings": "Ours to mend",
    "give_up": "Given up",
}


def snippet(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", WIDGET, re.S)
    assert found
    return found.group(1)


def accepted(settings: Settings, token: str) -> None:
    read = identity.verify_token(settings, token)
    assert read.customer_id == "ada_1" and 0 < read.expires_at.timestamp() - time.time() <= 300
    with pytest.raises(Unauthorised):
        identity.verify_token(settings.model_copy(update={"identity_secret": "x" * 40}), token)


def test_the_python_snippet_mints_what_is_accepted(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDENTITY_SECRET", settings.identity_secret)
    names: dict[str, object] = {}
    exec(snippet("python"), names)
    mint = names["rapport_identity"]
    assert callable(mint)
    accepted(settings, mint("ada_1"))
    assert mint("ada_1") != mint("ada_1")


@pytest.mark.parametrize(
    ("language", "program", "call"),
    [
        ("javascript", ("node", "-e"), "console.log(rapportIdentity('ada_1'))"),
        ("php", ("php", "-r"), "echo rapport_identity('ada_1');"),
    ],
)
def test_the_other_snippets_do_too(settings: Settings, language: str, program: tuple[str, str], call: str) -> None:
    """Run where the language is there; elsewhere the snippet at least names every claim."""
    code = snippet(language).removeprefix("<?php\n")
    assert all(claim in code for claim in (*identity.CLAIMS, identity.AUDIENCE, "IDENTITY_SECRET"))
    if shutil.which(program[0]):
        told = subprocess.run(
            [*program, f"{code}\n{call}"],
            env={**os.environ, "IDENTITY_SECRET": settings.identity_secret},
            capture_output=True,
            text=True,
            check=True,
        )
        accepted(settings, told.stdout.strip())


def test_the_widgets_calls_and_events_are_explained() -> None:
    events = re.search(r"interface RapportEvents \{(.*?)\n\}", TYPES, re.S)
    calls = re.search(r"interface RapportApi \{(.*?)\n\}", TYPES, re.S)
    assert events and calls
    for name in re.findall(r'^  "?([a-z-]+)"?:', events.group(1), re.M):
        assert f"`{name}`" in WIDGET, name
    for name in re.findall(r"^  (\w+)[(<]", calls.group(1), re.M):
        assert f"`{name}(" in WIDGET, name


def test_every_word_of_the_gateway_is_explained() -> None:
    named = set(re.findall(r"`([a-z_]+)`", HANDOFF + SMS + SELF_SERVICE))
    assert set(WORDS) <= named, set(WORDS) - named


def test_the_numbers_of_the_handoff_are_those_of_the_rules() -> None:
    rules = policy.current()
    web, sms = rules.channels["web"], rules.channels["sms"]
    assert f"{_s(web.offer)} s for a web conversation, {_s(sms.offer)} s" in HANDOFF
    assert f"a web conversation takes {web.weight}, one by text {sms.weight}" in HANDOFF
    assert f"customers | {rules.capacity.kept_free} units |" in HANDOFF
    assert f"again for {_s(rules.offers.rest)} s" in HANDOFF
    assert f"a lease of {_s(rules.presence.away_after)} s" in HANDOFF
    assert f"place kept for {_s(rules.tiers['gold'].wait_representative)} s" in HANDOFF


def _s(span: timedelta) -> int:
    return int(span.total_seconds())


def test_the_codes_are_those_of_the_rules() -> None:
    told = re.findall(r"^\| (\d{5}) \| (.*?) \| (.*?) \|$", SMS, re.M)
    assert told == [(str(number), code.reason, _then(code)) for number, code in sms_codes.CODES.items()]


def _then(code: sms_codes.Code) -> str:
    return THEN[code.advice] + (", and it proves nobody any more" if code.new_owner else "")


@pytest.mark.parametrize("word", sorted(consent._STOP | consent._START | consent._HELP))
def test_the_carriers_words_are_listed(word: str) -> None:
    assert re.search(rf"\b{word.upper()}\b", SMS)
