"""Where the bytes of files lie: FILES_DIR/<sha256>, shared by all gateways, on the disk before their row is committed."""

import hashlib
import os
import secrets
from pathlib import Path


class Shelf:
    """Keeps bytes under their hash. Readable by us alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their hash once they would survive a loss of power. The same bytes lie there once."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.folder / digest
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self.folder / f".{digest}.{secrets.token_hex(4)}"
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)  # the name, too; and again where another process has only just put it there
        finally:
            os.close(folder)
        return digest

    def take_down(self, digest: str) -> Path | None:
        """The bytes under a name that nobody knows, or None if they are not there. Somebody may be keeping the same again
        at this moment: who keeps bytes looks once more whether they lie there after that was written down."""
        aside = self.folder / f".{digest}.{secrets.token_hex(4)}"
        try:
            return self.path(digest).rename(aside)
        except FileNotFoundError:
            return None

    def path(self, digest: str) -> Path:
        return self.folder / digest
