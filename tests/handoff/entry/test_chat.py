"""`rapport chat` over the real web API, with a stub of Rasa behind the gateway."""

import threading
from pathlib import Path

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from handoff.entry import cli
from handoff.entry.chat import terminal
from handoff.entry.chat.lines import NoAnswer, Web, identity
from shop.ground.settings import Settings
from tests.handoff.gateway import Gateway, eventually
from tests.handoff.stub_rasa import StubRasa, Turn, offers, says


def replayed(gateway: Gateway, folder: Path, script: str, *more: str) -> Result:
    file = folder / "conversation.yml"
    file.write_text(script)
    environment = {"RAPPORT_ENV": "development", "VAR_DIR": str(gateway.settings.var_dir)}
    arguments = ["chat", "--url", gateway.url, "--script", str(file), *more]
    return CliRunner().invoke(cli.app, arguments, env=environment)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", None)


def test_a_script_is_replayed_and_printed(gateway: Gateway, rasa: StubRasa, tmp_path: Path) -> None:
    def shop(turn: Turn) -> tuple[int, object]:
        return offers(turn) if turn["text"] == "a mug please" else says(turn, f"{turn['text']} for $16.00")

    rasa.behave = shop
    script = """
        about: Somebody buys a mug.
        as: noah@example.com
        turns:
          - {say: a mug please, expect: which one, options: [blue, RED | green], not: "$"}
          - {tap: blue, expect: ["$16.00", mug | blue one]}
          - {say: yes, expect: yes for}
    """
    ran = replayed(gateway, tmp_path, script)
    assert ran.exit_code == 0, ran.output
    for words in ("Somebody buys a mug.", "1 > a mug please", "[The blue one]  [The red one]", "OK  3 turns"):
        assert words in ran.output
    assert [turn["text"] for turn in rasa.asked] == ["a mug please", "The blue one", "yes"]


@pytest.mark.parametrize(
    ("turn", "why"),
    [
        ("{say: hi, expect: goodbye}", "turn 1: expected 'goodbye' in the answer."),
        ("{say: hi, not: [which, x]}", "turn 1: 'which' must not be in the answer."),
        ("{say: hi, options: green}", "turn 1: expected an option 'green'; offered: 'The blue one', 'The red one'."),
        ("{tap: green}", "turn 1: no single option 'green' to tap; offered: none."),
    ],
)
def test_what_is_not_as_expected_is_told_in_a_line(
    gateway: Gateway, rasa: StubRasa, tmp_path: Path, turn: str, why: str
) -> None:
    rasa.behave = offers
    ran = replayed(gateway, tmp_path, f"about: x\nwho: visitor\nturns: [{turn}]")
    assert ran.exit_code == 1
    assert ran.output.splitlines()[-1] == f"FAILED  {why}"


def test_a_customer_is_named_by_e_mail_or_id(gateway: Gateway, tmp_path: Path) -> None:
    for name in ("MIA@example.com", "mia"):
        assert Web(gateway.url, identity(gateway.url, name)).conversation
    with pytest.raises(NoAnswer, match="there is no such customer"):
        identity(gateway.url, "nobody@example.com")
    ran = replayed(gateway, tmp_path, "about: x\nturns: [{say: hi}]", "--customer", "nobody")
    assert (ran.exit_code, ran.output.splitlines()[-1][:14]) == (1, "FAILED  nobody")


def test_by_hand_numbers_are_options_and_news_are_shown(gateway: Gateway, rasa: StubRasa) -> None:
    rasa.behave = offers
    out = Console(record=True, width=100)
    screen = terminal.Screen(out)
    web = Web(gateway.url)
    stopped = threading.Event()

    def listen() -> None:
        try:
            terminal.follow(web.http, screen)
        except httpx.HTTPError:
            stopped.set()

    threading.Thread(target=listen, daemon=True).start()
    web.send(**screen.wish("2"))  # nothing is offered yet: these are words
    eventually(lambda: screen.options)
    web.send(**screen.wish("2"))
    eventually(lambda: len(rasa.asked) == 2)
    assert [turn["text"] for turn in rasa.asked] == ["2", "The red one"]
    web.close()
    assert "Assistant" in out.export_text(clear=False)
    assert "  2  The red one" in out.export_text()
