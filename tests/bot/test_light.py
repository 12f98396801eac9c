"""Rasa without TensorFlow serves the same model with the same answers."""

import json
import subprocess
import sys
from pathlib import Path

import yaml

from tests.bot.world import ROOT, World

PROGRAM = """
import asyncio, json, sys
from bot.light import StandIn
sys.meta_path.insert(0, StandIn())
from rasa.core.agent import Agent
from bot.turn import Turn, take
agent = Agent.load(sys.argv[1])
async def talk():
    return [await take(agent, Turn("c", f"m{n}", "web", text)) for n, text in enumerate(sys.argv[2:])]
print(json.dumps(asyncio.run(talk())))
files = [str(vars(module).get("__file__")) for module in list(sys.modules.values())]
print(json.dumps([file for file in files if "site-packages/tensorflow" in file]))
"""


def test_the_same_answers_without_tensorflow(model: Path, world: World) -> None:
    texts = ["say_ask_bot", "say_ask_help", "say_stop", "say_resend_code", "/say_ask_bot"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, str(model), *texts],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers, loaded = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    assert [answer["parts"] for answer in answers] == [world.turn(text)["parts"] for text in texts]
    assert loaded == []


def test_no_component_of_ours_needs_it() -> None:
    config = yaml.safe_load((ROOT / "config.yml").read_text())
    names = {component["name"].rpartition(".")[2] for component in config["pipeline"] + config["policies"]}
    assert names.isdisjoint({"DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy"})
    assert "tensorflow" not in "".join(path.read_text() for path in (ROOT / "bot" / "nlu").glob("*.py"))
