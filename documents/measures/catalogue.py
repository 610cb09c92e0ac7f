"""All instruments: those that ship, in the code, and the practice's own, in the database.

A published version never changes, so a process reads it once. Which are offered is asked each time, in one query.
"""

from documents.choices import FormState
from documents.measures.instruments import INSTRUMENTS, Instrument
from documents.measures.instruments import instrument as shipped
from documents.measures.own.models import PREFIX, OwnInstrument

_known: dict[tuple[str, int], Instrument] = {}


def offered() -> dict[str, Instrument]:
    """What can be asked now, by key, in the order in which people are offered it."""
    rows = OwnInstrument.objects.filter(state=FormState.PUBLISHED).order_by("created_at", "pk")
    keys = list(rows.values_list("key", "number"))
    if any(each not in _known for each in keys):
        _read()
    return INSTRUMENTS | {key: _known[key, number] for key, number in keys}


def instrument(key: str, version: int) -> Instrument:
    """The instrument as a measure was answered in it. Raises KeyError."""
    if not key.startswith(PREFIX):
        return shipped(key, version)
    if (key, version) not in _known:
        _read()
    return _known[key, version]


def latest(key: str) -> Instrument | None:
    """As it was asked last: what is offered no more can still be answered by a link that was sent before."""
    if not key.startswith(PREFIX):
        return INSTRUMENTS.get(key)
    numbers = OwnInstrument.objects.filter(key=key).exclude(state=FormState.DRAFT)
    number = numbers.order_by("-number").values_list("number", flat=True).first()
    return instrument(key, number) if number else None


def _read() -> None:
    published = OwnInstrument.objects.exclude(state=FormState.DRAFT)
    _known.update({(row.key, row.number): row.asked for row in published})


def forget() -> None:
    """A number is given out anew where a publication was undone, so whoever publishes begins with this."""
    _known.clear()
