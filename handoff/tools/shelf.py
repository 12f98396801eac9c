"""Where the bytes of files lie: FILES_DIR/<sha256>, shared by all gateways, on the disk before their row is committed.

Beside them, in FILES_DIR/.making, is what is being written, and what is on its way out.
"""

import hashlib
import os
import secrets
import time
from contextlib import suppress
from pathlib import Path


class Shelf:
    """Keeps bytes under their hash. Readable by us alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep the bytes and return their hash once they would survive a loss of power. The same bytes lie there once."""
        digest = digest_of(data)
        path = self.path(digest)
        if not path.exists():
            self._making.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = self._making / f"{digest}.{secrets.token_hex(4)}"
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
        """The bytes under another name, or None if they are not there. Somebody may be keeping the same again at this
        moment: who keeps bytes looks once more whether they lie there after that was written down. One at a time may take
        the same bytes down; who died over it is followed by who finds them under the other name."""
        aside = self._making / f"{digest}.going"
        with suppress(FileNotFoundError):
            self._making.mkdir(exist_ok=True, mode=0o700)
            self.path(digest).rename(aside)
        return aside if aside.exists() else None

    def sweep(self, older_s: float) -> int:
        """Away with what was never finished, by processes that died so long ago. Returns how much it was."""
        drafts = self._making.iterdir() if self._making.exists() else ()
        left = [one for one in drafts if one.suffix != ".going" and time.time() - one.stat().st_mtime >= older_s]
        for draft in left:
            draft.unlink(missing_ok=True)
        return len(left)

    def path(self, digest: str) -> Path:
        return self.folder / digest

    @property
    def _making(self) -> Path:
        return self.folder / ".making"


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
