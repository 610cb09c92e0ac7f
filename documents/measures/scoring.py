"""From answers to a score: the one place where that happens. Pure functions.

Only what is complete is scored. An answer to a question that was not to be asked is dropped where it says nothing, and
refused where it contradicts: a "yes" about suicide never gets lost because of a "no" further up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from documents.measures.instruments import Answers, Band, Cuts, Instrument, Item
from mentalspace.core.cells import Tone

MISSING = "Choose an answer."
UNKNOWN = "Choose one of the answers offered."
CONTRADICTS = (
    "This is answered, but the question it follows from says that there was nothing. Change one of the two."
)


class Incomplete(ValueError):
    """Answers that cannot be scored; says which items, not what was answered."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a measure came to, in words that are kept with it."""

    score: float
    band: str
    tone: Tone
    findings: tuple[str, ...]
    risk: bool

    def stored(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {"score": self.score, "band": self.band, "tone": self.tone, "findings": list(self.findings)}

    @classmethod
    def read(cls, stored: Mapping[str, Any], *, risk: bool) -> Self:
        """From what the database kept."""
        return cls(stored["score"], stored["band"], stored["tone"], tuple(stored.get("findings", ())), risk)


def is_asked(item: Item, answers: Answers) -> bool:
    """Is the question to be asked of who answered the others so?"""
    return not item.after or answers.get(item.after, 0) > 0


def faults(instrument: Instrument, answers: Answers) -> dict[str, str]:
    """What is wrong, by item: nothing where the answers can be scored."""
    found, missing = {}, []
    for item in instrument.items:
        points = answers.get(item.key)
        if points is None:
            if item.required and is_asked(item, answers):
                missing.append(item.key)
        elif points not in {option.points for option in item.options}:
            found[item.key] = UNKNOWN
        elif points and not is_asked(item, answers):
            found[item.key] = CONTRADICTS
    if len(missing) > instrument.may_miss:
        found |= dict.fromkeys(missing, MISSING)
    return found


def cleaned(instrument: Instrument, answers: Answers) -> dict[str, int]:
    """The answers to the questions that were to be asked, in their order."""
    return {
        item.key: answers[item.key]
        for item in instrument.items
        if item.key in answers and is_asked(item, answers)
    }


def band_of(bands: tuple[Band, ...], score: float) -> Band:
    """The band in which a score lies."""
    return max((band for band in bands if band.low <= score), key=lambda band: band.low)


def result_of(instrument: Instrument, answers: Answers, cuts: Cuts) -> Result:
    """The score with its band and findings. Raises Incomplete."""
    if wrong := faults(instrument, answers):
        raise Incomplete(f"{instrument.name}: {', '.join(sorted(wrong))}")
    given = cleaned(instrument, answers)
    scored = {item.key: given[item.key] for item in instrument.items if item.scored and item.key in given}
    score = instrument.total(scored)
    band = band_of(instrument.bands_at(cuts), score)
    return Result(score, band.name, band.tone, instrument.findings(given), instrument.risk(given))
