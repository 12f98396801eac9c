"""Which processes make up Rapport: their commands, their environments, and where each answers."""

import os
import sys
from pathlib import Path

from handoff.entry.supervisor import Child
from shop.ground.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
# Rasa without the seconds and the memory that importing TensorFlow takes: our pipeline needs none of it.
RASA = (str(ROOT / ".venv-bot" / "bin" / "python"), "-m", "bot.light")


def all_of(settings: Settings, model: Path) -> list[Child]:
    """In the order of their start; the gateway leads, being useful while the bot still warms up."""
    children = [gateway(settings), actions(settings), rasa(settings, model)]
    return [*children, twin(settings)] if settings.development else children


def gateway(settings: Settings) -> Child:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "localhost") else settings.host
    return _ours("gateway", settings, _rapport("gateway"), f"http://{host}:{settings.port}/healthz")


def actions(settings: Settings) -> Child:
    command = [sys.executable, "-m", "actions.server"]
    return _ours("actions", settings, command, f"http://127.0.0.1:{settings.actions_port}/health")


def twin(settings: Settings) -> Child:
    return _ours("twin", settings, _rapport("twin"), f"http://127.0.0.1:{settings.twin_port}/readyz")


def rasa(settings: Settings, model: Path) -> Child:
    answers = f"http://127.0.0.1:{settings.rasa_port}/webhooks/gateway/"
    return Child("rasa", rasa_command(settings, model), answers, rasa_environment(settings), ROOT)


def rasa_command(settings: Settings, model: Path) -> list[str]:
    """No --enable-api: the gateway's channel is the only door."""
    return [
        *(*RASA, "run", "--model", str(model)),
        *("--interface", "127.0.0.1", "--port", str(settings.rasa_port)),
        *("--credentials", "bot/credentials.yml", "--endpoints", "bot/endpoints.yml"),
    ]


def rasa_environment(settings: Settings) -> dict[str, str]:
    """All that Rasa is told. The other secrets stay out of its process."""
    passed = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR", "TZ") if name in os.environ}
    return passed | {
        "ACTIONS_URL": settings.actions_url,
        "GATEWAY_SECRET": settings.gateway_secret,
        "TRACKER_URL": settings.tracker_url,
        "VAR_DIR": str(settings.var_dir),
        "SENTENCE_MODEL_DIR": settings.sentence_model_dir,
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(settings.var_dir / "rasa-cache"),
        # A second thread of BLAS on so small matrices costs 60 % more CPU a turn.
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def text_environment(settings: Settings) -> dict[str, str]:
    """What the sentence encoder reads by itself, for it knows no settings."""
    return {"VAR_DIR": str(settings.var_dir), "SENTENCE_MODEL_DIR": settings.sentence_model_dir}


def ports(settings: Settings) -> dict[str, tuple[str, int]]:
    """The setting behind each port that `rapport up` needs, and where it listens."""
    local = "127.0.0.1"
    needed = {
        "PORT": (settings.host, settings.port),
        "RASA_PORT": (local, settings.rasa_port),
        "ACTIONS_PORT": (local, settings.actions_port),
    }
    if settings.development:
        needed |= {"TWIN_PORT": (local, settings.twin_port), "SMTP_TWIN_PORT": (local, settings.smtp_twin_port)}
    return needed


def _rapport(command: str) -> list[str]:
    return [sys.executable, "-m", "handoff.entry.cli", command]


def _ours(name: str, settings: Settings, command: list[str], answers: str) -> Child:
    environment = {**os.environ, "RAPPORT_ENV": settings.rapport_env, **text_environment(settings)}
    return Child(name, command, answers, environment, ROOT)
