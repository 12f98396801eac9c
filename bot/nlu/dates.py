"""Date words. The value is the customer's words in one spelling; what day it means is for the shop, which has the clock."""

import re

from bot.nlu.found import Pattern, pattern

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
NUMBERS = {
    w: str(n)
    for n, w in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
}
SPELLINGS = {
    **{month[:3]: month for month in MONTHS},
    **{day[:3]: day for day in DAYS},
    "sept": "september",
    "tues": "tuesday",
    "thur": "thursday",
    "thurs": "thursday",
    **NUMBERS,
    "a": "1",
    "an": "1",
    "couple": "2",
    "wk": "week",
    "wks": "week",
    "weeks": "week",
    "days": "day",
    "months": "month",
    "mos": "month",
    "years": "year",
    "yrs": "year",
    "yday": "yesterday",
    "xmas": "christmas",
    "autumn": "fall",
}
NOISE = {"the", "of", "on", "in", "from", "since", "back", "early", "late", "about", "around", "during", "mid", "past"}


def _plain(match: re.Match[str]) -> str:
    """The words in one spelling: "on Mar. 3rd" -> "march 3", "a couple of weeks ago" -> "2 week ago"."""
    text = match.group("it") if "it" in match.re.groupindex else match.group()
    words = re.findall(r"\d{4}-\d\d-\d\d|\d+(?:/\d+)+|\d+|[a-z]+", text.lower())
    words = [word for word in words if word not in {"st", "nd", "rd", "th"}]
    if "couple" in words:
        words = [word for word in words if word != "a"]
    plain = [SPELLINGS.get(word, word) for word in words if word not in NOISE]
    if len(plain) > 1 and plain[0].isdigit() and plain[1] in MONTHS:  # "4 october" -> "october 4"
        plain[:2] = plain[1::-1]
    return " ".join(plain)


_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
# "may" and "march" are also verbs: they need company.
_ANY_MONTH = rf"(?:{_MONTH}|mar(?:ch)?\b\.?|may\b)"
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|satur|sun)day\b"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?\b"
_UNIT = r"(?:days?|weeks?|wks?|months?|mos|years?|yrs?|hours?|hrs?)"
_COUNT = rf"(?:\d{{1,3}}|an?(?:\s+(?:couple|few)(?:\s+of)?)?|(?:a\s+)?couple(?:\s+of)?|few|{'|'.join(NUMBERS)})"
_SEASON = r"(?:spring|summer|fall|autumn|winter|christmas|xmas|thanksgiving|easter|black friday|cyber monday|halloween)"
_YEAR = r"(?:,?\s+(?:of\s+)?20\d\d\b|\s+'\d\d\b)?"

DATES: list[Pattern] = [
    pattern("date", r"(?<![\w-])20\d\d-\d\d-\d\d(?![\w-])", _plain),
    pattern("date", r"(?<![\w/$.])\d{1,2}/\d{1,2}(?:/(?:20)?\d\d)?(?![\w/])", _plain),
    pattern("date", rf"\b{_ANY_MONTH}\s+(?:the\s+)?{_NTH}{_YEAR}", _plain),
    pattern("date", rf"\b(?:the\s+)?{_NTH}\s+(?:of\s+)?{_ANY_MONTH}{_YEAR}", _plain),
    pattern(
        "date",
        rf"\b(?:last|this|past|next|previous)\s+(?:week(?:end)?|month|year|{_DAY}|{_ANY_MONTH}|{_SEASON})\b",
        _plain,
    ),
    pattern("date", rf"\b{_COUNT}\s+{_UNIT}\s+(?:ago|back)\b", _plain),
    pattern(
        "date",
        rf"\b(?:in|from|since|during|of|for|around|about|early|late|mid|every|back in)[\s-]+(?P<it>{_ANY_MONTH}{_YEAR})",
        _plain,
    ),
    pattern("date", rf"\b(?P<it>{_ANY_MONTH}{_YEAR})(?=\s+(?:orders?|purchases?|one)\b)", _plain),
    pattern("date", rf"\b{_MONTH}{_YEAR}", _plain),
    pattern("date", r"^\W*(?:march|may)\W*$", _plain),
    pattern("date", r"\bmarch\s+20\d\d\b|\bmay\s+20\d\d\b", _plain),
    pattern(
        "date",
        r"\b(?:the\s+)?(?:day before yesterday|other day|yesterday|yday|today|tonight|last night|this morning)\b",
        _plain,
    ),
    pattern("date", rf"\b(?:at|around|before|for|since|over|during|from|on|after)\s+(?P<it>{_SEASON})\b", _plain),
    pattern("date", rf"\b{_DAY}(?!\s*'?s?\s+(?:to|through)\b)", _plain),
    pattern("date", r"\b(?:in|from|since|of|back in)\s+(?P<it>20\d\d)\b", _plain),
]
