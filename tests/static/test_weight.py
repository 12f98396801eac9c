"""The widget stays small: what a browser fetches, as it is served, against its budgets."""

import re

from handoff.tools import bundle
from handoff.tools.assets import ENTRY, STATIC, WIDGET, asset, lean

LOADER_BYTES = 5_000
OPENED_BYTES = 25_000
LATER_BYTES = 4_000
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:class|function\*?|const|let) ([\w$]+)", re.MULTILINE)


def gzipped(path: str) -> int:
    found = asset(path)
    assert found is not None, path
    return len(found.gzipped)


def inside() -> set[str]:
    """The modules that are served in one with the chat."""
    return {file.name for file in bundle.modules(ENTRY)}


def later() -> set[str]:
    """Those that are fetched when they are first needed."""
    return {file.name for file in WIDGET.glob("*.js")} - inside() - {"widget.js"}


def test_the_loader_is_tiny() -> None:
    assert gzipped("widget/widget.js") <= LOADER_BYTES


def test_the_opened_chat_is_light() -> None:
    sizes = {path: gzipped(path) for path in ("widget/widget.js", "widget/chat.js", "widget/chat.css")}
    assert sum(sizes.values()) <= OPENED_BYTES, sizes


def test_what_comes_later_is_light_and_asked_for_somewhere() -> None:
    asked = "".join(file.read_text(encoding="utf-8") for file in WIDGET.glob("*.js"))
    for name in later():
        assert gzipped(f"widget/{name}") <= LATER_BYTES, name
        assert f'bring("{name}")' in asked or f'from "./{name}"' in asked, name


def test_the_chat_is_one_file_and_no_name_in_it_means_two_things() -> None:
    text = asset("widget/chat.js").body.decode()  # type: ignore[union-attr]
    assert not re.search(r"^(?:import|export) ", text, re.MULTILINE)
    names = [name for file in bundle.modules(ENTRY) for name in DECLARED.findall(file.read_text(encoding="utf-8"))]
    assert len(names) > 50 and sorted(names) == sorted(set(names))


def test_what_comes_later_finds_its_parts_in_the_chat_that_is_there() -> None:
    (parts,) = re.findall(r"RapportChat\.parts = \{ (.+) \};", asset("widget/chat.js").body.decode())  # type: ignore[union-attr]
    taken: set[str] = set()
    for name in later():
        text = asset(f"widget/{name}").body.decode()  # type: ignore[union-attr]
        again = {match["file"] for match in bundle.IMPORT.finditer(text)} & inside()
        assert not again and not re.search(r"^import .* as ", text, re.MULTILINE), name
        taken |= {
            one for names in re.findall(r"^const \{ (.+) \} = customElements", text, re.M) for one in names.split(", ")
        }
    assert taken == set(parts.split(", "))


def test_the_sheet_of_the_chat_brings_the_tokens_along() -> None:
    text = asset("widget/chat.css").body.decode()  # type: ignore[union-attr]
    assert "--rp-accent:" in text and "@import" not in text and (STATIC / "tokens.css").is_file()
    asked = "".join(file.read_text(encoding="utf-8") for file in WIDGET.iterdir() if file.suffix in {".css", ".js"})
    tokens = set(re.findall(r"(--rp-[\w-]+):", text))
    assert len(tokens) > 20 and {one for one in tokens if f"var({one}" not in text + asked} == set()


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


def test_types_in_passing_go_and_the_code_behind_them_stays() -> None:
    source = "  /** @type {A} */ (a).b = (/** @param {number} n */ n) => `/** kept */ ${n}`;\n/* gone */\n"
    assert lean(source.replace("@param {number} n", "@type {number}")) == "(a).b = (n) => `/** kept */ ${n}`;\n"
    assert lean(source) == "(a).b = (n) => `/** kept */ ${n}`;\n"
