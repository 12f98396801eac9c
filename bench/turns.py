"""What a turn costs: CPU of the Rasa process at turn 10, 100 and 400 of one conversation, beside bare `rasa run`.

CPU, not time: it is the same on a busy machine. The action server is a stand-in; its work is none of Rasa's.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from bench import peer
from handoff.entry import processes
from shop.ground import settings as settings_
from shop.ground.settings import Settings

# Each is asked in turn; the first two go to the action server.
QUESTIONS = {
    "hello": "greet",
    "where is my order?": "track_order",
    "are you a bot?": "ask_bot",
    "thank you": "thank",
    "what can you do?": "ask_help",
}
PLACES = (10, 100, 400)
AROUND = 10  # turns before and after a place; their mean counts
WARM_UP = 10
ROUNDS = 20  # with and without recognition
SHORT_ONES = 7  # conversations at turn 10 beside the one at turn 400

Ask = Callable[[str, str], None]


def measure(model: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="rapport-turns-") as name, _actions() as actions_port:
        folder = Path(name)
        settings = settings_.load(
            rapport_env="development", var_dir=folder, rasa_port=peer.free_port(), actions_port=actions_port
        )
        encoder = settings_.load(rapport_env="development").var_dir / "encoder"
        if encoder.is_dir():
            (folder / "encoder").symlink_to(encoder)
        return {"rapport": _ours(settings, model), "bare_rasa": _bare(settings, model)}


def table(figures: dict[str, Any]) -> str:
    heads = "".join(f"{f'turn {place}':>10}" for place in PLACES)
    rows = [f"{'CPU of a turn in Rasa, ms':28}{heads}{'400 / 10':>10}{'ready s':>10}{'peak MB':>10}"]
    for name, title in (("rapport", "Rapport"), ("bare_rasa", "bare Rasa: REST, in memory")):
        one = figures[name]
        cells = "".join(f"{ms:10.1f}" for ms in one["cpu_ms"].values())
        rows.append(f"{title:28}{cells}{one['growth']:10.2f}{one['ready_s']:10.1f}{one['peak_mb']:10}")
    return "\n".join([*rows, f"of it recognition, in Rapport {figures['rapport']['recognition_ms']:.1f} ms"])


def _ours(settings: Settings, model: Path) -> dict[str, Any]:
    url = f"http://127.0.0.1:{settings.rasa_port}/webhooks/gateway/"
    command, environment = processes.rasa_command(settings, model), processes.rasa_environment(settings)
    headers = {"X-Gateway-Secret": settings.gateway_secret}
    with (
        _running(command, environment, url) as (process, ready_s),
        httpx.Client(base_url=url, headers=headers, timeout=30, trust_env=False) as client,
    ):

        def ask(conversation: str, text: str, **more: Any) -> None:
            body = {"conversation": conversation, "message_id": 1, "channel": "web", "text": text, **more}
            client.post("turn", json=body).raise_for_status()

        def tap(conversation: str, text: str) -> None:
            ask(conversation, text, choice={"intent": QUESTIONS[text]})

        figures = _figures(process.pid, ask, ready_s)
        figures["recognition_ms"] = _recognition_ms(process.pid, ask, tap)
        return figures


def _recognition_ms(pid: int, ask: Ask, tap: Ask) -> float:
    """What a question costs more than the same one tapped as an option; round about, in conversations of one length."""
    rounds = [
        _cost_ms(pid, ask, "asked", range(len(QUESTIONS))) - _cost_ms(pid, tap, "tapped", range(len(QUESTIONS)))
        for _ in range(ROUNDS)
    ]
    return statistics.median(rounds)


def _bare(settings: Settings, model: Path) -> dict[str, Any]:
    port = peer.free_port()
    url = f"http://127.0.0.1:{port}/webhooks/rest/"
    command = peer.command(settings.var_dir, settings.actions_url, model, port)
    with (
        _running(command, processes.rasa_environment(settings), url) as (process, ready_s),
        httpx.Client(base_url=url, timeout=60, trust_env=False) as client,
    ):

        def ask(conversation: str, text: str) -> None:
            answer = client.post("webhook", json={"sender": conversation, "message": text}).json()
            assert answer, f"bare Rasa said nothing to {text!r}"

        return _figures(process.pid, ask, ready_s)


def _figures(pid: int, ask: Ask, ready_s: float) -> dict[str, Any]:
    _cost_ms(pid, ask, "warm-up", range(WARM_UP))
    cost: dict[int, float] = {}
    done = 0
    for place in PLACES:
        _cost_ms(pid, ask, "long", range(done, place - AROUND))
        done = place + AROUND
        cost[place] = _cost_ms(pid, ask, "long", range(place - AROUND, done))
    return {"cpu_ms": cost, "growth": _growth(pid, ask), "ready_s": ready_s, "peak_mb": _peak_mb(pid)}


def _growth(pid: int, ask: Ask) -> float:
    """The long conversation against short ones, round about, so that other load on the machine meets both alike."""
    first, ratios = PLACES[0] - 3, []
    for short in range(SHORT_ONES):
        _cost_ms(pid, ask, f"short {short}", range(first))
        of_short = _cost_ms(pid, ask, f"short {short}", range(first, first + len(QUESTIONS)))
        ratios.append(_cost_ms(pid, ask, "long", range(len(QUESTIONS))) / of_short)
    return statistics.median(ratios)


def _cost_ms(pid: int, ask: Ask, conversation: str, turns: range) -> float:
    """The mean of these turns."""
    texts = list(QUESTIONS)
    before = _cpu_s(pid)
    for turn in turns:
        ask(conversation, texts[turn % len(texts)])
    return (_cpu_s(pid) - before) / max(len(turns), 1) * 1000


def _cpu_s(pid: int) -> float:
    """User and system time of a process, all threads: what clock_getcpuclockid(3) names, to the nanosecond."""
    return time.clock_gettime((~pid << 3) | 2)


def _peak_mb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) // 1024


@contextmanager
def _running(
    command: list[str], environment: dict[str, str], url: str
) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """The process, and the seconds until its model was loaded."""
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=processes.ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        peer.until(lambda: httpx.get(url, timeout=2, trust_env=False).status_code == 200)
        yield process, time.monotonic() - began
    finally:
        process.terminate()
        process.wait(30)


class _Action(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"events": [], "responses": [{"text": "It is being packed."}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _actions() -> Iterator[int]:
    """A stand-in for the action server, which says one sentence to everything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Action)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.turns", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("model", type=Path, help="a trained model")
    figures = measure(parser.parse_args().model.resolve())
    sys.stdout.write(table(figures) + "\n")


if __name__ == "__main__":
    main()
