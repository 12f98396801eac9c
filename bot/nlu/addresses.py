"""Names and postal addresses of the United States: street, unit, city, state; and people's names where they introduce themselves."""

import re
from collections.abc import Iterator

from bot.nlu.found import Found, Pattern, pattern

STATES = dict(
    pair.split("=")
    for pair in [
        "alabama=AL",
        "alaska=AK",
        "arizona=AZ",
        "arkansas=AR",
        "california=CA",
        "colorado=CO",
        "connecticut=CT",
        "delaware=DE",
        "florida=FL",
        "georgia=GA",
        "hawaii=HI",
        "idaho=ID",
        "illinois=IL",
        "indiana=IN",
        "iowa=IA",
        "kansas=KS",
        "kentucky=KY",
        "louisiana=LA",
        "maine=ME",
        "maryland=MD",
        "massachusetts=MA",
        "michigan=MI",
        "minnesota=MN",
        "mississippi=MS",
        "missouri=MO",
        "montana=MT",
        "nebraska=NE",
        "nevada=NV",
        "new hampshire=NH",
        "new jersey=NJ",
        "new mexico=NM",
        "new york=NY",
        "north carolina=NC",
        "north dakota=ND",
        "ohio=OH",
        "oklahoma=OK",
        "oregon=OR",
        "pennsylvania=PA",
        "rhode island=RI",
        "south carolina=SC",
        "south dakota=SD",
        "tennessee=TN",
        "texas=TX",
        "utah=UT",
        "vermont=VT",
        "virginia=VA",
        "washington=WA",
        "west virginia=WV",
        "wisconsin=WI",
        "wyoming=WY",
        "district of columbia=DC",
    ]
)
_SUFFIX = (
    r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|ln|lane|dr|drive|ct|court|way|pl|place|ter|terrace|pkwy|parkway|cir|circle|hwy|"
    r"highway|sq|square|trl|trail|loop|alley)"
)
_STREET = rf"(?<![\w#$.-])\d{{1,6}}[a-z]?\s+(?:[a-z0-9.'-]+\s+){{1,4}}?{_SUFFIX}\b\.?(?:\s+(?:n|s|e|w|ne|nw|se|sw)\b)?"
# "FL 33101" is Florida, not a floor.
_UNIT = r"\b(?!fl\.?\s+\d{5}\b)(?:apt|apartment|suite|ste|unit|floor|fl)\b\.?\s?#?\s?(?=\w*\d|[a-z]\b)[\w-]{1,6}"
_CODES = "|".join(STATES.values())
_NAMES = "|".join(sorted(STATES, key=len, reverse=True))
_CITY = r"(?P<it>[A-Za-z][A-Za-z.'-]+(?:\s[A-Za-z][A-Za-z.'-]+){0,2})"
# Words before a number that are nobody's name.
_NOT_NAMES = "my the zip code zipcode is it it's its postal area in to at near by and for number order live"
_NO_NAME = frozenset(_NOT_NAMES.split())
_WORDS = {
    "in",
    "to",
    "at",
    "from",
    "is",
    "the",
    "my",
    "near",
    "now",
    "of",
    "for",
    "and",
    "live",
    "it",
    "address",
    "new",
    "ship",
    "city",
}


def _title(text: str) -> str:
    return " ".join(word if word.isupper() and len(word) > 3 else word[:1].upper() + word[1:] for word in text.split())


def _person(match: re.Match[str]) -> str | None:
    """A name, unless its last word is a state's or its first is said of a number."""
    words = match.group("it").lower().split()
    place = words[-1].upper() in STATES.values() or words[-1] in STATES or " ".join(words[-2:]) in STATES
    return None if place or _NO_NAME & set(words) else _title(match.group("it"))


def _state(match: re.Match[str]) -> str:
    word = match.group("it")
    return STATES.get(re.sub(r"\s+", " ", word.lower()), word.upper())


STREETS: list[Pattern] = [
    pattern("street", _STREET, lambda m: _title(re.sub(r"\s+", " ", m.group()).rstrip("."))),
    # Without "street" or the like, where city, state and zip follow.
    pattern(
        "street",
        r"(?<![\w#$.-])\d{1,6}[a-z]?\s+(?:[a-z][\w.'-]*\s){0,4}[a-z][\w.'-]*"
        rf"(?=,(?:\s*(?:apt|apartment|suite|ste|unit)\b[^,]{{1,12}},)?[^\d,]{{2,30}},?\s(?:{_CODES}|{_NAMES}),?\s+\d{{5}}\b)",
        lambda m: _title(re.sub(r"\s+", " ", m.group())),
    ),
    pattern("street", r"\bp\.?\s?o\.?\s?box\s+\d+\b", lambda m: "PO Box " + re.sub(r"\D", "", m.group())),
    pattern("unit", _UNIT, lambda m: _title(re.sub(r"\s+", " ", m.group()))),
]
STATE: list[Pattern] = [
    # Many codes are words (in, or, me, hi, ok): in small letters they count only before a zip.
    pattern("state", rf"\b(?P<it>{_CODES})(?=,?\s+\d{{5}}\b)", _state),
    pattern("state", rf"\b[A-Z][A-Za-z.'-]+,\s?(?P<it>{_CODES})\b", _state, flags=0),
    pattern("state", rf"\b(?:in|to)\s+[A-Z][\w.'-]+(?:\s[A-Z][\w.'-]+)?,?\s(?P<it>{_CODES})\b", _state, flags=0),
    # As a whole answer, but for codes that are words.
    pattern(
        "state",
        rf"^\W*(?:[A-Z][a-z.'-]+\s){{1,3}}(?P<it>(?!(?:OK|ME|HI|OH|IN|OR|PA|MA|LA)\b)(?:{_CODES}))\W*$",
        _state,
        flags=0,
    ),
    pattern("state", rf"\b(?P<it>{_NAMES})\b(?!\s+(?:st|street|ave|avenue|city)\b|,?\s+(?:{_CODES})\b)", _state),
]
CITY: list[Pattern] = [
    pattern(
        "city",
        r"\bcity(?:'s|\s+is|:)\s+(?P<it>[A-Za-z][A-Za-z.'-]+(?:\s[A-Za-z][A-Za-z.'-]+){0,2})\W*$",
        lambda m: _title(m.group("it")),
    )
]
_BEFORE = re.compile(rf"{_CITY},?\s*$")


def cities(text: str, others: list[Found]) -> Iterator[Found]:
    """The words right before a state, back to a comma or to the street."""
    for state in (found for found in others if found.entity == "state"):
        start = max((f.end for f in others if f.entity in ("street", "unit") and f.end <= state.start), default=0)
        match = _BEFORE.search(text[start : state.start])
        words = match.group("it").split() if match else []
        while words and words[0] != "New" and words[0].lower().strip(",") in _WORDS:
            words = words[1:]
        while len(words) > 1 and words[-1][0].isupper() and not words[0][0].isupper():
            words = words[1:]  # "it's Boston, MA"
        alone = len(text.split()) == 2  # "austin texas"
        if not match or not words or (start == 0 and not alone and not words[0][0].isupper()):
            continue
        end = start + match.end("it")
        name = " ".join(words)
        yield Found("city", _title(name), end - len(name), end)


_ZIP = r"(?:zip(?:\s?code)?\s*(?:is\s*)?:?\s*)?\d{5}"
_PERSON = r"(?P<it>[A-Za-z][a-z'-]+\s+(?:[A-Za-z]\.?\s+)?[A-Za-z][A-Za-z'-]+)"
NAMES: list[Pattern] = [
    pattern(
        "name",
        rf"\b(?:my (?:full )?name(?:'s| is)|(?:under|by|in) the name(?: of)?|name:|order(?:ed)? (?:is )?under(?! the name))\s+"
        rf"{_PERSON}(?<!\szip)",
        lambda m: _title(m.group("it")),
    ),
    pattern(
        "name",
        r"\b(?:[Ii] am|[Ii]'?m|[Tt]his is|[Ii]t'?s|[Hh]ere is)\s+(?P<it>[A-Z][A-Za-z'-]+\s+(?:[A-Z]\.?\s+)?[A-Z][A-Za-z'-]+)\b",
        _person,
        flags=0,
    ),
    pattern("name", rf"\b(?:i am|i'?m|this is|it'?s)\s+{_PERSON}(?=,?\s+(?:and\s+)?(?:my\s+)?{_ZIP}\W*$)", _person),
    pattern("name", rf"(?<![\w-])(?P<it>[A-Z][A-Za-z'-]+\s+[A-Z][A-Za-z'-]+)(?=,?\s+{_ZIP}\W*$)", _person, flags=0),
    pattern("name", rf"^\W*{_PERSON}(?=,?\s+{_ZIP}\W*$)", _person),
]
