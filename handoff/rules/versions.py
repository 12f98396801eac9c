"""Policies that were in force, and what differs between two of them; read only: they are made from a file."""

import difflib
from typing import Any

import yaml
from sqlalchemy.orm import Session

from handoff.models import PolicyVersion
from handoff.routing import policy, versions
from shop.ground import clock
from shop.ground.errors import NotFound

AROUND = 3  # lines shown before and after what differs


def every(session: Session) -> list[dict[str, Any]]:
    """The newest first; `current`: the one this process goes by."""
    digest = policy.current().digest
    return [
        {"id": row.id, "at": clock.iso(row.at), "digest": row.digest[:12], "current": row.digest == digest}
        for row in versions.listed(session)
    ]


def written(session: Session, version_id: int) -> str:
    """A version in the words of its file."""
    row = session.get(PolicyVersion, version_id)
    if row is None:
        raise NotFound("There is no such version.")
    return yaml.safe_dump(row.body, sort_keys=False, allow_unicode=True, width=110)


def between(session: Session, old: int, new: int) -> list[dict[str, str]]:
    """The lines that differ, with some around them. `kind`: same | gone | come | gap."""
    before, after = written(session, old).splitlines(), written(session, new).splitlines()
    lines: list[dict[str, str]] = []
    for line in difflib.unified_diff(before, after, n=AROUND, lineterm=""):
        if line.startswith(("---", "+++")) and not lines:
            continue
        kind = {"-": "gone", "+": "come", "@": "gap"}.get(line[:1], "same")
        lines.append({"kind": kind, "text": "" if kind == "gap" else line[1:]})
    return lines
