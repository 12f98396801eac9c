"""Imports point down, read from the sources themselves: the first arrow that points up fails."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("shop", "actions", "handoff", "bot")

# Inside handoff/, the floor first. A module may import from its own layer and from those before it.
LAYERS = {
    "ground": ("models", "states", "wording"),
    "tools": ("tools",),
    "rules": ("rules", "routing"),
    "edges": ("http", "pages", "stream", "channels", "console", "jobs", "twins", "demo", "openapi", "simulator"),
    "entry": ("entry",),
}
HEIGHT = {name: height for height, names in enumerate(LAYERS.values()) for name in names}

# What each package may import of ours, by the longest prefix that fits the importing module.
MAY_IMPORT = {
    "shop": ("shop",),
    "shop.ground": ("shop.ground",),
    "shop.text": ("shop.text",),
    "actions": ("actions", "shop"),
    "handoff": ("handoff", "shop"),
    "bot": ("bot", "shop.text"),
}

# Rules, and what the business knows, are told everything; they reach for nothing.
PURE = ("shop", "handoff.rules", "handoff.routing", "handoff.models", "handoff.states", "handoff.wording")
REACHING = (
    "sanic",
    "httpx",
    "requests",
    "aiohttp",
    "aiosmtplib",
    "smtplib",
    "twilio",
    "socket",
    "urllib.request",
    "rasa_sdk",
)
READERS_OF_THE_ENVIRONMENT = ("shop.ground.settings", "handoff.entry", "shop.text", "bot")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(), str(path)) for name, path in MODULES.items()}


def imports(name: str) -> Iterator[str]:
    """Every module that a module imports, at its top or inside a function; `from a import b` is a.b where that is a module."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                yield f"{source}.{alias.name}" if f"{source}.{alias.name}" in MODULES else source


def within(name: str, *prefixes: str) -> bool:
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def arrows(wrong: Callable[[str, str], bool], *prefixes: str) -> list[str]:
    """The imports that are wrong, among modules with these prefixes, as a person reads them."""
    names = [name for name in MODULES if not prefixes or within(name, *prefixes)]
    return [f"{name} -> {target}" for name in names for target in imports(name) if wrong(name, target)]


def places(wrong: Callable[[ast.AST], bool]) -> list[str]:
    return [f"{name}:{node.lineno}" for name, tree in TREES.items() for node in ast.walk(tree) if wrong(node)]  # type: ignore[attr-defined]


def test_a_package_imports_only_what_it_may() -> None:
    def allowed(name: str) -> tuple[str, ...]:
        return MAY_IMPORT[max((prefix for prefix in MAY_IMPORT if within(name, prefix)), key=len)]

    assert arrows(lambda name, target: within(target, *PACKAGES) and not within(target, *allowed(name))) == []


def test_every_module_of_handoff_stands_in_a_layer() -> None:
    assert [name for name in MODULES if name.startswith("handoff.") and name.split(".")[1] not in HEIGHT] == []


def test_inside_handoff_imports_point_down() -> None:
    def height(name: str) -> int:
        return HEIGHT.get(name.removeprefix("handoff.").split(".")[0], -1)

    assert arrows(lambda name, target: height(target) > height(name), "handoff") == []


def test_rules_reach_for_nothing() -> None:
    assert arrows(lambda _, target: within(target, *REACHING), *PURE) == []


def test_only_the_settings_read_the_environment() -> None:
    def reads(node: ast.AST) -> bool:
        return isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")

    assert [place for place in places(reads) if not within(place.partition(":")[0], *READERS_OF_THE_ENVIRONMENT)] == []


def test_only_the_edge_of_a_transaction_commits() -> None:
    def commits(node: ast.AST) -> bool:
        if not (isinstance(node, ast.Attribute) and node.attr in ("commit", "rollback")):
            return False
        return isinstance(node.value, ast.Name) and node.value.id == "session"

    assert [place for place in places(commits) if not within(place.partition(":")[0], "shop.ground.writers")] == []
