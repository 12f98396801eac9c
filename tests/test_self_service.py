"""docs/self-service.md cannot rot: its table is made anew and compared, its policy keys are the policy's, its script runs."""

import re

import pytest
import yaml

from handoff.entry.chat.script import parse
from shop import policy
from tests.conversations import given, table

TEXT = table.DOC.read_text()
UNDERSTANDING = table.DOC.with_name("understanding.md").read_text()


def test_the_table_is_that_of_the_conversations() -> None:
    assert table.BEGIN + table.made() + table.END in TEXT, "run `python -m tests.conversations --table`"


def test_every_topic_is_in_the_table_and_goes_on_both_channels() -> None:
    topics = {file.parent.name for file in given.FILES}
    assert topics <= set(table.WHAT), "tests/conversations/table.py says what a topic is"
    assert len(given.FILES) >= 60
    for topic in topics:
        channels = [given.script(file, "web").channel for file in given.FILES if file.parent.name == topic]
        assert {"web", "sms"} <= {channel for of in channels for channel in of}


def test_the_talks_are_counted_by_topic() -> None:
    """docs/understanding.md says how many show what the dialogue does with a message."""
    rows = re.findall(r"\]\(\.\./tests/conversations/(\w+)\).*\| (\d+) \| (\d+) \|", UNDERSTANDING)
    played = [(file.parent.name, given.script(file, "web").channel) for file in given.FILES]
    counted = {topic: [len(on) for of, on in played if of == topic] for topic, _, _ in rows}
    assert rows == [(topic, str(len(on)), str(sum(on))) for topic, on in counted.items()]
    assert sum(int(tests) for _, _, tests in rows) >= 60


@pytest.mark.parametrize("path", re.findall(r"\]\(\.\./(.*?)\)", TEXT))
def test_what_is_linked_is_there(path: str) -> None:
    assert (table.ROOT / path).exists()


def test_every_key_of_the_policy_is_explained() -> None:
    explained = re.findall(r"^\| `(\w+)` \|", TEXT.partition("## The policy file")[2].partition("\n## ")[0], re.M)
    assert explained == list(yaml.safe_load(policy.PATH.read_text()))


def test_every_proof_is_named_with_what_needs_it() -> None:
    acts = set(policy.load(policy.PATH).proofs)
    rows = TEXT.partition("## What a customer can do")[2].partition("Every change")[0]
    assert acts <= set(re.findall(r"`(\w+)`", rows))


def test_the_script_is_one() -> None:
    found = re.search(r"```yaml\n(.*?)```", TEXT, re.S)
    assert found
    assert len(parse(found[1]).turns) == 3


def test_what_a_script_may_say_is_explained() -> None:
    """Every key under `given` and `after` that is used stands in the document."""
    used: set[str] = set()
    for file in given.FILES:
        script = given.script(file, "web")
        for part in (script.given, script.after, *script.given.get("orders", []), *script.after.values()):
            used |= {key for key in part if not key.startswith("#")} if isinstance(part, dict) else set()
    assert {key for key in used if f"`{key}`" not in TEXT} == set()
