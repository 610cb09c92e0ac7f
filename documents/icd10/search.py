"""Finding a diagnosis by its code, by words, or by what clinicians call it for short."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from documents.icd10 import releases
from documents.icd10.releases import Release

MOST = 20
# One letter says too little, and nearly everything fits it.
LEAST = 2
# What is said for short, and the beginnings of the codes it stands for; the likeliest first.
ABBREVIATIONS = {
    "add": ("F90",), "adhd": ("F90",), "an": ("F500",), "arfid": ("F5082",), "asd": ("F840", "F430"), "aud": ("F10",),
    "bd": ("F31",), "bdd": ("F4522",), "bed": ("F508",), "bn": ("F502",), "bp": ("F31",), "bp1": ("F31",),
    "bp2": ("F3181",), "bpad": ("F31",), "bpd": ("F603",), "cd": ("F91",), "cud": ("F12",), "did": ("F4481",),
    "dmdd": ("F3481",), "gad": ("F411",), "gd": ("F64",), "hi": ("R45850",), "id": ("F7",), "ied": ("F6381",),
    "mci": ("G3184",), "mdd": ("F32", "F33"), "npd": ("F6081",), "nssi": ("R4588", "Z9152"), "ocd": ("F42",),
    "ocpd": ("F605",), "odd": ("F913",), "oud": ("F11",), "pd": ("F410",), "pdd": ("F341",), "pgd": ("F4381",),
    "pmdd": ("F3281",), "ppd": ("F530",), "ptsd": ("F431",), "cptsd": ("F431",), "rad": ("F941",),
    "sad": ("F401", "F33"), "si": ("R45851",), "sud": ("F1",), "szpd": ("F601",), "tbi": ("S069",), "tic": ("F95",),
    "ts": ("F952",),
}  # fmt: skip
# What people type, and what the list says.
ALSO = {
    "depression": "depress", "depressed": "depress", "depressive": "depress", "anxious": "anxi", "autism": "autis",
    "alcoholism": "alcohol dependence", "marijuana": "cannabis", "weed": "cannabis", "heroin": "opioid",
    "meth": "stimulant", "grieving": "grief", "bereavement": "death of family", "suicide": "suicid",
    "suicidal": "suicid", "cutting": "self-harm", "insomnia": "insomn", "phobia": "phobi", "manic": "manic",
    "mania": "manic", "social": "social", "ptsd": "post-traumatic stress", "panic": "panic", "trauma": "trauma",
    "schizophrenic": "schizophren", "bulimic": "bulimi", "anorexic": "anorexi", "work": "employment",
    "job": "employment", "divorce": "divorce", "homeless": "homeless", "judgement": "judgment",
}  # fmt: skip
CODE = re.compile(r"^[a-z]\d[0-9a-z](\.?[0-9a-z]{0,4})$|^[a-z]\d$", re.IGNORECASE)
# Chapters in the order in which mental health uses them.
CHAPTERS = {"F": 0, "Z": 1, "R": 1, "G": 2}
TOKENS = re.compile(r"[^\s,;()]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A code that can be chosen."""

    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


def dotted(code: str) -> str:
    """`F411` as `F41.1`."""
    plain = code.upper().replace(".", "")
    return f"{plain[:3]}.{plain[3:]}" if len(plain) > 3 else plain


def find(text: str, day: dt.date, most: int = MOST) -> list[Found]:
    """Billable codes valid on a day that fit all that was typed, the likeliest first."""
    release = releases.on(day)
    tokens = TOKENS.findall(text.lower())
    if len(text.strip()) < LEAST:
        return []
    places: range | list[int] = range(len(release.codes))
    for token in tokens[:8]:
        fits = _test(token, release)
        places = [place for place in places if fits(place)]
    first = tokens[0]
    ranked = sorted(places, key=lambda place: _rank(place, first, tokens, release))
    return [Found(dotted(release.codes[place]), release.texts[place]) for place in ranked[:most]]


def _test(token: str, release: Release) -> Callable[[int], bool]:
    """Does the code at a place fit this word?"""
    codes, words = release.codes, release.words
    beginnings = ABBREVIATIONS.get(token, ())
    if CODE.match(token):
        beginnings = (*beginnings, token.upper().replace(".", ""))
    # What is said for short, or may be a code, is in the words only as a word of its own: `gad` is not `gadolinium`.
    word = f" {token} " if beginnings else ALSO.get(token, token)
    if not beginnings:
        return lambda place: word in words[place]
    return lambda place: codes[place].startswith(beginnings) or word in words[place]


def _rank(place: int, first: str, tokens: list[str], release: Release) -> tuple[object, ...]:
    code, text = release.codes[place], release.texts[place].lower()
    meant = ABBREVIATIONS.get(first, ())
    order = next((number for number, start in enumerate(meant) if code.startswith(start)), len(meant))
    word = ALSO.get(first, first)
    return (
        code != first.upper().replace(".", ""),
        order,
        CHAPTERS.get(code[0], 3),
        # What the code itself says counts more than what else it is called, and most at the beginning of a word.
        not all(ALSO.get(token, token) in text for token in tokens if token not in ABBREVIATIONS),
        not text.startswith(word),
        f" {word}" not in f" {text}",
        code,
    )
