"""Secrets at rest: sealed with a key that is in the settings and never in the database."""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken


class Broken(Exception):
    """It was sealed with another key, or damaged."""


def seal(key: str, secret: str) -> str:
    return _fernet(key).encrypt(secret.encode()).decode()


def unseal(key: str, sealed: str) -> str:
    """Raises `Broken`."""
    try:
        return _fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise Broken from None


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))
