"""The widget stays small: what a browser fetches, as it is served, against its budgets."""

import re

from handoff.tools.assets import STATIC, asset, lean

LOADER_BYTES = 5_000
OPENED_BYTES = 25_000
IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?\bfrom\s+"(\./[^"]+)";""", re.MULTILINE)


def gzipped(path: str) -> int:
    found = asset(path)
    assert found is not None, path
    return len(found.gzipped)


def modules(entry: str) -> set[str]:
    """Every module that the entry imports, directly or not. What is fetched only when it is needed is not among them."""
    found: set[str] = set()
    wanted = [entry]
    while wanted:
        path = wanted.pop()
        if path not in found:
            found.add(path)
            source = (STATIC / path).read_text(encoding="utf-8")
            wanted += [f"widget/{name.removeprefix('./')}" for name in IMPORT.findall(source)]
    return found


def test_the_loader_is_tiny() -> None:
    assert gzipped("widget/widget.js") <= LOADER_BYTES


def test_the_opened_chat_is_light() -> None:
    fetched = {"widget/widget.js", "tokens.css", "widget/chat.css", *modules("widget/chat.js")}
    sizes = {path: gzipped(path) for path in sorted(fetched)}
    assert sum(sizes.values()) <= OPENED_BYTES, sizes


def test_no_module_is_forgotten_in_the_count() -> None:
    on_demand = {"widget/cards.js", "widget/spanish.js", "widget/waiting.js", "widget/waiting-words.js"}
    there = {f"widget/{file.name}" for file in (STATIC / "widget").glob("*.js")}
    assert modules("widget/chat.js") | on_demand | {"widget/widget.js"} == there


def test_only_comments_and_space_are_left_out() -> None:
    source = '/** One.\n * Two. */\nconst a = "/* kept */"; // kept\n  // gone\n  const b = `http://kept`;\n'
    assert lean(source) == 'const a = "/* kept */"; // kept\nconst b = `http://kept`;\n'
    style = "/* gone */\n.a:hover > b,\n.c {\n  color: red;\n  margin: 0 calc(1px + 2px);\n}\n"
    assert lean(style, css=True) == ".a:hover > b,\n.c{color:red;margin:0 calc(1px + 2px);}"


def test_no_style_sheet_holds_what_would_be_mistaken_for_its_syntax() -> None:
    quoted = re.compile(r'"[^"\n]*[{};][^"\n]*"')
    assert [file.name for file in STATIC.rglob("*.css") if quoted.search(file.read_text(encoding="utf-8"))] == []


def test_nothing_outside_the_folder_is_served() -> None:
    assert asset("../models.py") is None
    assert asset("widget/types.d.ts") is None
    assert asset("widget") is None
    assert asset("widget/none.js") is None


def test_code_behind_a_comment_of_its_own_line_stays() -> None:
    assert lean("  /** @type {A} */ (a).b = 1;\n/* gone */\n") == "/** @type {A} */ (a).b = 1;\n"
