"""Secrets that nobody set: derived from another one, or made once for a development machine."""

import hashlib
import hmac
import json
import os
from pathlib import Path
from secrets import token_hex


def derived(secret: str, purpose: str) -> str:
    return hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).hexdigest() if secret else ""


def made(var_dir: Path) -> dict[str, str]:
    """The secrets of a development machine: made once, then read by every process that starts there."""
    path = var_dir / "secrets.json"
    if not path.exists():
        var_dir.mkdir(parents=True, exist_ok=True)
        fresh = {
            "identity_secret": token_hex(32),
            "twilio_account_sid": "AC" + token_hex(16),
            "twilio_auth_token": token_hex(16),
        }
        draft = path.with_name(f"secrets.{os.getpid()}.json")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(fresh, indent=1))
        try:
            os.link(draft, path)  # fails where another process was first: its secrets count
        except FileExistsError:
            pass
        draft.unlink()
    loaded: dict[str, str] = json.loads(path.read_text())
    return loaded
