"""Text as it is searched: without accents and capitals, here rather than by the database, which sees it sealed."""

import re
import unicodedata

MARKS = re.compile("[\u0300-\u036f]+")


def folded(text: str) -> str:
    """José is jose, Weiß is weiss."""
    if text.isascii():
        return text.lower()
    return MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))


def folded_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its letters the place in the text that it came from."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for part in folded(letter):
            letters.append(part)
            places.append(place)
    return "".join(letters), places
