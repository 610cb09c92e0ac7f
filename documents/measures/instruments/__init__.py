"""The instruments that ship with the project: in their published words, free to use, scored as published.

An instrument whose words or scoring change gets another version under the same key; measures keep the version they were
answered in. ORS, SRS and WHODAS 2.0 are not here: their licenses do not let a product carry them.
"""

from documents.measures.instruments.alcohol import AUDIT_C
from documents.measures.instruments.anxiety import GAD_7
from documents.measures.instruments.depression import PHQ_2, PHQ_9
from documents.measures.instruments.shapes import Answers, Band, Cuts, Instrument, Item, Option
from documents.measures.instruments.suicide import C_SSRS
from documents.measures.instruments.trauma import PCL_5

__all__ = [
    "AUDIT_C",
    "C_SSRS",
    "GAD_7",
    "INSTRUMENTS",
    "PCL_5",
    "PHQ_2",
    "PHQ_9",
    "Answers",
    "Band",
    "Cuts",
    "Instrument",
    "Item",
    "Option",
    "instrument",
]

# In the order in which people are offered them.
INSTRUMENTS = {each.key: each for each in (PHQ_9, PHQ_2, GAD_7, PCL_5, AUDIT_C, C_SSRS)}
_VERSIONS = {(each.key, each.version): each for each in INSTRUMENTS.values()}


def instrument(key: str, version: int) -> Instrument:
    """The instrument as a measure was answered in it. Raises KeyError."""
    return _VERSIONS[key, version]
