"""Scripts of conversations: what is one, what is none and why, and how a turn is compared."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from handoff.entry import chat
from handoff.entry.chat.lines import Answer
from handoff.entry.chat.replay import Unmet, check, chosen, play
from handoff.entry.chat.script import BadScript, Turn, parse, read

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
LABELS = ("Order #W1: Mug", "Order #W2: Rug", "Yes", "Yes, all of them")


def test_words_stay_as_they_are_written() -> None:
    script = parse("about: x\nturns: [{say: yes, expect: 10.10}, {code: 012345}]")
    assert (script.turns[0].say, script.turns[0].expect, script.turns[1].code) == ("yes", ["10.10"], "012345")
    assert (script.who, script.channel) == ("customer", ["web"])


def test_months_are_seen_from_today() -> None:
    script = parse("about: x\nturns: [{say: 'the mug from {1 month ago}, not {4 months ago}'}]", NOW)
    assert script.turns[0].say == "the mug from February, not November"


def test_a_turn_may_be_for_one_channel() -> None:
    script = parse("about: x\nchannel: [web, sms]\nturns: [{say: a}, {code: right, on: sms}]")
    assert (len(script.on("web")), len(script.on("sms"))) == (1, 2)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("about: [", "this is not YAML"),
        ("turns: [{say: a}]", "about: Field required"),
        ("about: x\nturns: []", "turns: "),
        ("about: x\nturns: [{say: a, tap: b}]", "turns.0: Value error, a turn has one of: say, tap, code"),
        ("about: x\nturns: [{say: a, expects: b}]", "turns.0.expects: Extra inputs are not permitted"),
        ("about: x\nchannel: fax\nturns: [{say: a}]", "channel.0: Input should be 'web' or 'sms'"),
    ],
)
def test_what_is_no_script_is_told(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "script.yml"
    file.write_text(text)
    with pytest.raises(BadScript) as refused:
        read(file)
    assert str(refused.value).startswith(f"{file}: {why}")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadScript, match="No such file"):
        read(tmp_path / "none.yml")


def test_expectations_look_at_texts_and_options_and_not_at_case() -> None:
    answer = Answer(("Your order #W1 costs $10.00.",), ("Pay by PayPal",))
    for fine in (["$10.00", "paypal"], ["card | order"], []):
        check(Turn(say="x", expect=fine, options=["paypal"]), 1, answer)
    for wrong in ({"expect": ["$1.00"]}, {"not": ["W1"]}, {"options": ["order"]}):
        with pytest.raises(Unmet):
            check(Turn.model_validate({"say": "x", **wrong}), 1, answer)


@pytest.mark.parametrize(("words", "label"), [("rug", 1), ("3", 2), ("yes", 2), ("all of", 3)])
def test_an_option_is_tapped_by_words_or_number(words: str, label: int) -> None:
    assert chosen(LABELS, words, 1) == LABELS[label]


@pytest.mark.parametrize("words", ["order", "lamp", "5"])
def test_an_unclear_tap_is_refused(words: str) -> None:
    with pytest.raises(Unmet, match="no single option"):
        chosen(LABELS, words, 1)


def test_the_help_is_itself_a_script() -> None:
    """Its left column, which is what somebody copies."""
    shown = chat.HELP.split("\b\n")[-1].split("\n\n")[0]
    parse("\n".join(line[2:40] if ":" in line[:36] else line for line in shown.splitlines()))


class Echo:
    """A line that says everything back, and an outbox with codes that somebody sends."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.taken = 0

    def say(self, text: str) -> Answer:
        if "code" in text:
            self.codes.append(f"10000{len(self.codes)}")
        return Answer((text,), ("Send it again",))

    def tap(self, label: str) -> Answer:
        return self.say(f"{label}: code")

    def code(self) -> str:
        self.taken = len(self.codes)
        return self.codes[-1]

    def peek(self) -> str:
        return self.codes[-1]

    def forget(self) -> None:
        self.taken = len(self.codes)

    def close(self) -> None: ...


def test_codes_are_taken_from_the_outbox() -> None:
    script = parse("about: x\nturns: [{say: a code}, {code: wrong}, {tap: again}, {code: new}, {code: '1 2'}]")
    echo = Echo()
    said = [exchange.answer.texts[0] for exchange in play(script, "web", echo, echo)]  # type: ignore[arg-type]
    assert said == ["a code", "100001", "Send it again: code", "100001", "1 2"]
    with pytest.raises(Unmet, match="development only"):
        list(play(script, "web", Echo(), None))
