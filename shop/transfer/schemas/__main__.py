"""Writes the schemas that lie here."""

from shop.transfer.schemas import write

write()
