"""What an instrument is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mentalspace.core.cells import Tone

# Points by the key of the item; an item that was not answered is not there.
Answers = Mapping[str, int]
# The cut-off that holds for this client, by the key of the instrument, where the practice decides it.
Cuts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    points: int
    label: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `after` names the item without whose points this one is not asked; `says` is printed under it."""

    key: str
    text: str
    options: tuple[Option, ...]
    scored: bool = True
    required: bool = True
    after: str = ""
    says: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A range of scores with a name, both ends included."""

    name: str
    low: float
    high: float
    tone: Tone = "neutral"


def _nothing(answers: Answers) -> tuple[str, ...]:
    return ()


def _never(answers: Answers) -> bool:
    return False


def _sum(answers: Answers) -> float:
    return sum(answers.values())


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire with its scoring.

    `bands` of the practice's cut-off, where `cut` says that it has one. `total` gets the points of the scored items;
    where it is a level, as in a screener, the number means nothing and only the band is told. `findings` are sentences
    beside the score. `risk` is true of answers that somebody must respond to. `change` is the difference of scores that
    the publisher calls one that matters; 0 where there is none. `may_miss` is how many required questions may stay
    open. `own` ones are the practice's, and say whether `higher_is_better`.
    """

    key: str
    version: int
    name: str
    title: str
    intro: str
    items: tuple[Item, ...]
    bands: Callable[[int], tuple[Band, ...]]
    credit: str
    cut: bool = False
    total: Callable[[Answers], float] = _sum
    is_level: bool = False
    findings: Callable[[Answers], tuple[str, ...]] = _nothing
    risk: Callable[[Answers], bool] = _never
    asks_of_suicide: bool = False
    change: float = 0
    may_miss: int = 0
    higher_is_better: bool = False
    own: bool = False

    def bands_at(self, cuts: Cuts) -> tuple[Band, ...]:
        """The bands as they are for a client with these cut-offs."""
        return self.bands(cuts[self.key] if self.cut else 0)

    def maximum(self) -> float:
        """The highest score there is."""
        return self.bands(1)[-1].high


def same(*bands: Band) -> Callable[[int], tuple[Band, ...]]:
    """Bands that the publisher fixed."""
    return lambda cut: bands
