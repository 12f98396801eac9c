"""The wiring: the one place that names the real database, bell and clients. Everything else is given them."""

from pathlib import Path

from handoff.rules import files
from handoff.tools.live import Doorbell
from handoff.tools.mailer import Mailer
from handoff.tools.media import Media
from handoff.tools.parts import Parts
from handoff.tools.rasa import Rasa
from handoff.tools.shelf import Shelf
from handoff.tools.texter import Texter
from shop.ground.db import Database
from shop.ground.settings import Settings


def wire(settings: Settings) -> Parts:
    """The parts that these settings ask for."""
    bell = Doorbell()
    return Parts(
        settings=settings,
        db=Database(settings.database_url, bell.ring),
        bell=bell,
        rasa=Rasa(settings.rasa_url, settings.gateway_secret),
        texter=Texter(settings),
        mailer=Mailer(settings),
        media=Media(settings, files.LARGEST),
        shelf=Shelf(Path(settings.files_dir)),
    )
