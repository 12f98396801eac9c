"""The chat's modules as one file, in the order in which they need each other: a browser fetches what it always needs at
once. A module that comes later is served so that it finds them there, and none is run twice."""

import re
from pathlib import Path

IMPORT = re.compile(r'^import \{ (?P<names>[\w$, ]+) \} from "\./(?P<file>[\w-]+\.js)";\n', re.MULTILINE)
_EXPORTED = re.compile(r"^export (?:async )?(?:class|const|function)\*? (?P<name>[\w$]+)", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:class|const|function)\b)", re.MULTILINE)
# Found by its element, not by its address: the loader asks under a new one when the first try failed.
_THERE = 'customElements.get("rapport-chat").parts'


def modules(entry: Path) -> list[Path]:
    """The entry and every module that it imports, directly or not, each after those that it needs."""
    ordered: list[Path] = []
    entered: set[Path] = set()

    def visit(file: Path) -> None:
        entered.add(file)
        for match in IMPORT.finditer(file.read_text(encoding="utf-8")):
            needed = file.with_name(match["file"])
            if needed not in entered:
                visit(needed)
        ordered.append(file)

    visit(entry)
    return ordered


def bundled(entry: Path) -> str:
    """One module that does what the entry does, and has at hand what those that come later ask it for."""
    *needed, last = (file.read_text(encoding="utf-8") for file in modules(entry))
    asked = _asked(entry)
    shared = [match["name"] for text in needed for match in _EXPORTED.finditer(text) if match["name"] in asked]
    parts = f"RapportChat.parts = {{ {', '.join(shared)} }};\n"
    return "".join(_EXPORT.sub("", IMPORT.sub("", text)) for text in [*needed, parts, last])


def _asked(entry: Path) -> set[str]:
    """The names that any module that comes later imports."""
    later = set(entry.parent.glob("*.js")) - set(modules(entry))
    found = (match["names"] for file in later for match in IMPORT.finditer(file.read_text(encoding="utf-8")))
    return {name.strip() for names in found for name in names.split(",")}


def beside(file: Path, entry: Path) -> str:
    """A module that comes later, with what it needs of the bundle taken from there."""
    inside = {one.name for one in modules(entry)}

    def found(match: re.Match[str]) -> str:
        return f"const {{ {match['names']} }} = {_THERE};\n" if match["file"] in inside else match[0]

    return IMPORT.sub(found, file.read_text(encoding="utf-8"))
