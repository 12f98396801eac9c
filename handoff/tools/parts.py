"""What a gateway is made of: its database, bell and clients, as one thing to hand on."""

from dataclasses import dataclass

from handoff.tools.live import Doorbell
from handoff.tools.mailer import Mailer
from handoff.tools.media import Media
from handoff.tools.rasa import Rasa
from handoff.tools.shelf import Shelf
from handoff.tools.texter import Texter
from shop.ground.db import Database
from shop.ground.settings import Settings


@dataclass(frozen=True)
class Parts:
    """What a gateway is made of."""

    settings: Settings
    db: Database
    bell: Doorbell
    rasa: Rasa
    texter: Texter
    mailer: Mailer
    media: Media
    shelf: Shelf

    async def close(self) -> None:
        await self.media.close()
        await self.rasa.close()
        self.texter.close()
        self.db.close()
