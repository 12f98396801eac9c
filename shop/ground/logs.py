"""Structured logs: one line an event, JSON in production. Customers' words and secrets are never logged."""

import logging
import sys

import structlog


def configure(level: str, *, plain: bool) -> None:
    """Log to stdout from this level on; `plain` for people who watch a terminal."""
    threshold = getattr(logging, level.upper())
    renderer = structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=max(threshold, logging.WARNING), stream=sys.stdout, format="%(levelname)s %(name)s %(message)s"
    )
