"""A customer's text is words: whatever Rasa would read as a command at its start is taken away before Rasa sees it."""

import unicodedata

# Kept when nothing else is left: no intent's words, so the bot answers that it did not understand.
NOTHING = "?"
# What looks like a slash at the start of a text, beside what Unicode itself folds into one (the full-width slash).
LOOKALIKES = frozenset("/\u1735\u2044\u2215\u2571\u27cb\u29f8")
INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp", "Zs", "Mn", "Me"})


def plain(text: str) -> str:
    """The text without a leading run of blanks and slashes, if there is a slash in that run; else the text itself."""
    end, slash = 0, False
    for char in text:
        if is_slash(char):
            slash = True
        elif not is_blank(char):
            break
        end += 1
    if not slash:
        return text if end < len(text) else NOTHING
    return text[end:] or NOTHING


def is_slash(char: str) -> bool:
    return char in LOOKALIKES or any(form.strip().startswith("/") for form in _folded(char))


def is_blank(char: str) -> bool:
    """What strip() or a normaliser may remove: any Unicode blank, control, format or combining character."""
    return char.isspace() or unicodedata.category(char) in INVISIBLE or not all(f.strip() for f in _folded(char))


def _folded(char: str) -> tuple[str, str]:
    return unicodedata.normalize("NFKC", char), unicodedata.normalize("NFKD", char)
