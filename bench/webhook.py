"""Twilio's webhook under load: 200 texts a second for 30 s, 30 % of them delivered twice, with a bot that answers at once.
Each text must become one row, one turn and one reply, and the door answer within 500 ms (p99)."""

import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from sqlalchemy import create_engine, func, select

from bench import peer
from bench.routing import _postgres as postgres
from handoff.entry import migrate
from handoff.models import Delivery, Message
from handoff.tools import signature
from shop.ground import settings as settings_module
from shop.ground.jobs import Job
from shop.ground.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PER_S, SECONDS, TWICE = 200, 30, 0.3
PHONES = 2_000
REST_S = 1.0
GOAL_MS = 500
PATIENCE_S = 900.0  # until the last reply is out: how long that takes is measured, and no goal
INBOUND = "/sms/inbound"


@dataclass
class Load:
    """How much comes: `texts` of Twilio's posts a second, a share of them a second time."""

    per_s: int = PER_S
    seconds: int = SECONDS
    times: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    again: int = 0


def measure(folder: Path, load: tuple[int, int] = (PER_S, SECONDS)) -> dict[str, Any]:
    """On SQLite, and on PostgreSQL where one can be started."""
    figures: dict[str, Any] = {}
    for name, url in {"sqlite": f"sqlite:///{folder / 'webhook.db'}", "postgresql": None}.items():
        with ExitStack() as stack:
            address = url or stack.enter_context(postgres(folder))
            if address:
                figures[name] = run(folder / name, address, *load)
    return figures


def table(figures: dict[str, Any]) -> str:
    rows = [
        f"{'texts at the door, ms':24} {'posts':>7} {'p50':>8} {'p95':>8} {'p99':>8} {'worst':>8} {'all answered':>14}"
    ]
    for database, found in figures.items():
        times = " ".join(f"{found[name]:8.1f}" for name in ("p50_ms", "p95_ms", "p99_ms", "worst_ms"))
        rows.append(f"{database:24} {found['posts']:7} {times} {found['settled_s']:12.1f} s")
    whole = all(found["texts"] == found["rows"] == found["turns"] == found["replies"] for found in figures.values())
    within = all(found["p99_ms"] <= GOAL_MS for found in figures.values())
    load = ", ".join(f"{found['load']:.1f}" for found in figures.values())
    rows.append(f"one row, one turn, one reply each: {'yes' if whole else 'NO'}; load average meanwhile: {load}")
    rows.append(f"p99 within {GOAL_MS} ms: {'yes' if within else 'NO'}")
    return "\n".join(rows)


def run(folder: Path, database_url: str, per_s: int = PER_S, seconds: int = SECONDS) -> dict[str, Any]:
    """One gateway over this database, the stubs beside it, the load, and what came of it."""
    folder.mkdir(parents=True, exist_ok=True)
    gateway_port, stub_port = peer.free_port(), peer.free_port()
    settings = settings_module.load(
        _env_file=None, rapport_env="development", var_dir=folder, port=gateway_port, database_url=database_url,
        rasa_url=f"http://127.0.0.1:{stub_port}", twilio_api_url=f"http://127.0.0.1:{stub_port}", sms_segments_per_s=1000,
    )  # fmt: skip
    migrate.upgrade(settings)
    load = Load(per_s, seconds)
    with _process(["bench.stubs", str(stub_port)], settings), _process(["handoff.entry.cli", "gateway"], settings):
        peer.until(lambda: httpx.get(f"{_url(settings)}/healthz", timeout=2, trust_env=False).status_code == 200)
        peer.until(lambda: httpx.get(f"{settings.rasa_url}/count", timeout=2, trust_env=False).status_code == 200)
        began = time.monotonic()
        texts = asyncio.run(_post_all(settings, load))
        load_average = os.getloadavg()[0]
        counted = _settled(settings, texts)
        settled_s = time.monotonic() - began
    cuts = statistics.quantiles(load.times, n=100, method="inclusive")
    return {
        "posts": len(load.times), "texts": texts, "refused": sum(n for status, n in load.statuses.items() if status != 200),
        "p50_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98], "worst_ms": max(load.times), "settled_s": settled_s,
        "again": load.again, "load": load_average, **counted,
    }  # fmt: skip


async def _post_all(settings: Settings, load: Load) -> int:
    """Posts start when they are due, whatever became of those before. Returns how many different texts there were."""
    dice = random.Random(9)
    posts, line = _posts(settings, load, dice), _Line(settings.port)
    began, tasks = time.monotonic(), []
    for n, (body, headers) in enumerate(posts):
        await asyncio.sleep(max(0.0, began + n / load.per_s - time.monotonic()))
        tasks.append(asyncio.create_task(_post(line, body, headers, load)))
    await asyncio.gather(*tasks)
    line.close()
    return len({body for body, _ in posts})


class _Line:
    """Connections that are kept, and written to without a client library: it would be busier than the door."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter, float]] = []

    async def post(self, body: bytes, headers: dict[str, str]) -> int:
        """Returns the status."""
        reader, writer = self._kept() or await asyncio.open_connection("127.0.0.1", self._port)
        lines = [f"POST {INBOUND} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
        await reader.readexactly(int(length.group(1)) if length else 0)
        self._free.append((reader, writer, time.monotonic()))
        return int(head.split(b" ", 2)[1])

    def _kept(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """One that was used lately: the door closes those that rest."""
        while self._free:
            reader, writer, since = self._free.pop()
            if time.monotonic() - since < REST_S and not reader.at_eof():
                return reader, writer
            writer.close()
        return None

    def close(self) -> None:
        for _, writer, _ in self._free:
            writer.close()


async def _post(line: _Line, body: bytes, headers: dict[str, str], load: Load) -> None:
    began = time.perf_counter()
    try:
        status = await line.post(body, headers)
    except (ConnectionError, asyncio.IncompleteReadError):  # Twilio tries again, and its time runs on
        load.again += 1
        status = await line.post(body, headers)
    load.times.append(1000 * (time.perf_counter() - began))
    load.statuses[status] += 1


def _posts(settings: Settings, load: Load, dice: random.Random) -> list[tuple[bytes, dict[str, str]]]:
    """Of `per_s * seconds` posts so many are second deliveries that 30 % of the texts come twice, soon after one another."""
    total = load.per_s * load.seconds
    posts: list[tuple[bytes, dict[str, str]]] = []
    again: list[tuple[int, tuple[bytes, dict[str, str]]]] = []
    n = 0
    while len(posts) < total:
        if again and again[0][0] <= len(posts):
            posts.append(again.pop(0)[1])
            continue
        posts.append(_signed(settings, n))
        n += 1
        if dice.random() < TWICE:
            again.append((len(posts) + dice.randint(0, load.per_s), posts[-1]))
            again.sort(key=lambda due: due[0])
    return posts


def _signed(settings: Settings, n: int) -> tuple[bytes, dict[str, str]]:
    form = [
        ("ToCountry", "US"), ("ToState", ""), ("SmsMessageSid", f"SM{n:032x}"), ("NumMedia", "0"), ("ToCity", ""),
        ("FromZip", ""), ("SmsStatus", "received"), ("Body", f"Where is my order number {n}?"), ("To", settings.twilio_from),
        ("NumSegments", "1"), ("MessageSid", f"SM{n:032x}"), ("AccountSid", settings.twilio_account_sid),
        ("From", f"+1312555{n % PHONES:04}"), ("ApiVersion", "2010-04-01"),
    ]  # fmt: skip
    signed = signature.sign(settings.twilio_auth_token, settings.public_url + INBOUND, form)
    headers = {"X-Twilio-Signature": signed, "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    return urlencode(form).encode(), headers


def _settled(settings: Settings, texts: int) -> dict[str, int]:
    """Wait until nothing is owed, and count: rows of texts, turns of the bot, replies that the carrier took."""
    engine = create_engine(settings.database_url)
    deadline = time.monotonic() + PATIENCE_S
    try:
        while time.monotonic() < deadline:
            with engine.connect() as connection:
                owed = connection.scalar(
                    select(func.count())
                    .select_from(Job)
                    .where(Job.kind.in_(("ask_bot", "deliver")), Job.failed_at.is_(None))
                )
                rows = connection.scalar(select(func.count()).where(Message.key.startswith("sms:"))) or 0
                sent = connection.scalar(select(func.count()).where(Delivery.sid.is_not(None))) or 0
            if not owed and rows >= texts:
                break
            time.sleep(0.5)
        count = httpx.get(f"{settings.rasa_url}/count", timeout=10, trust_env=False).json()
        return {"rows": rows, "turns": count["turns"], "replies": count["texts"], "sent": sent, "twice": count["twice"]}
    finally:
        engine.dispose()


@contextmanager
def _process(command: list[str], settings: Settings) -> Iterator[None]:
    names = ("port", "var_dir", "database_url", "rasa_url", "twilio_api_url", "sms_segments_per_s")
    environment = {**os.environ, "RAPPORT_ENV": "development", "LOG_LEVEL": "error", "SMS_PER_HOUR": "100000"}
    environment |= {"SMS_PER_DAY": "100000", **{name.upper(): str(getattr(settings, name)) for name in names}}
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def _url(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.port}"
