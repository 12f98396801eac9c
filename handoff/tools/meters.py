"""What /metrics counts, beside the process itself."""

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("rapport_bot_turns", "Bot turns by outcome: Turn, NotAsked, TurnFailed", ["outcome"])
TURN_SECONDS = Histogram(
    "rapport_bot_turn_seconds",
    "From asking Rasa to its answer",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
JOBS = Counter("rapport_jobs", "Jobs run, by kind and whether the handler broke", ["kind", "outcome"])
CONVERSATIONS = Gauge("rapport_conversations", "Conversations that are not closed, by state", ["state"])
STUCK = Counter("rapport_stuck", "What sat still and was mended by the watchdog, by kind", ["kind"])
