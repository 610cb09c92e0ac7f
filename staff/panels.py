"""Where apps above put their part of a colleague's page, without `staff` knowing them.

In its `AppConfig.ready()` an app registers tabs, cards for the profile, and cautions ("12 appointments are booked")
that are said where somebody becomes unavailable. The page's own view asks the panel's rule, calls its function for the
context and renders its template. A function here must run the same number of queries whatever it finds, and must
return only what the actor may see.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.http import ActorRequest
from accounts.models import User
from mentalspace.core.panels import Registry
from staff.models import Staff

# From when until when somebody is away; until None is for good.
Span = tuple[datetime, datetime | None]


@dataclass(frozen=True)
class Tab:
    """A tab of a colleague's page, at `/staff/<uuid>/<slug>/`.

    `template` extends `staff/person.html` and fills `{% block tab %}`; `context` gets the request (for paging).
    """

    slug: str
    label: str
    icon: str
    order: int
    allowed: Callable[[User, Staff], bool]
    template: str
    context: Callable[[ActorRequest, Staff], dict[str, Any]]


@dataclass(frozen=True)
class Card:
    """A card on the profile; `column` is "main" or "side"."""

    key: str
    order: int
    allowed: Callable[[User, Staff], bool]
    template: str
    context: Callable[[ActorRequest, Staff], dict[str, Any]]
    column: str = "side"


@dataclass(frozen=True)
class Caution:
    """A sentence about what an absence leaves open, perhaps with a link to the rows it counts.

    `settle_url` is the page on which whoever enters the absence settles it, where they may.
    """

    text: str
    url: str = ""
    settle_url: str = ""


@dataclass(frozen=True)
class CautionSource:
    """Where such a sentence comes from, for an absence of these spans. None says nothing."""

    key: str
    order: int
    caution: Callable[[User, Staff, Sequence[Span]], Caution | None]


person = Registry[Tab | Card | CautionSource]()


def cautions(actor: User, staff: Staff, spans: Sequence[Span]) -> list[Caution]:
    """What everybody has to say about an absence: nobody is there in any of the spans."""
    found = (source.caution(actor, staff, spans) for source in person.of(CautionSource))
    return [caution for caution in found if caution]
