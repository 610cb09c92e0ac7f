"""Which insurance pays on a day."""

import datetime as dt

from pydantic import TypeAdapter

from clients.choices import CoverageRank
from clients.models import ClientProfile
from clients.shapes import Insurance

RANKS = list(CoverageRank.values)
_COVERAGES = TypeAdapter(list[Insurance])


def coverage_on(profile: ClientProfile, day: dt.date) -> list[Insurance]:
    """The coverages in force on `day`, primary first. No query: it reads the profile at hand."""
    return [coverage for coverage in coverages(profile) if in_force(coverage, day)]


def coverages(profile: ClientProfile) -> list[Insurance]:
    """All coverages, primary first, the latest of each rank before the earlier ones."""
    found = _COVERAGES.validate_python(profile.insurance_info)
    found.sort(key=lambda coverage: coverage.effective_from or dt.date.min, reverse=True)
    return sorted(found, key=lambda coverage: RANKS.index(coverage.rank))


def in_force(coverage: Insurance, day: dt.date) -> bool:
    """Does this coverage hold on `day`? Both ends are inclusive; a missing end is open."""
    started = coverage.effective_from is None or coverage.effective_from <= day
    return started and (coverage.effective_to is None or day <= coverage.effective_to)
