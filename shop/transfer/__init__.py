"""A whole shop as three files of JSON: read, checked and put in place, or written out (docs/shop-data.md)."""
