"""Where apps above put their part of a member of staff's page, without `staff` knowing them.

In its `AppConfig.ready()` an app registers tabs (each a URL of its own, `/staff/<uuid>/<slug>/`, or a page of the app's
own where `url` is given), cards for the profile, and cautions that stand before a status changes ("12 appointments are
booked"). The page's own view asks the panel's rule, calls its function for the context and renders its template. A
function here must run the same number of queries whatever it finds, and must return only what the actor may see.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from accounts.models import User
from staff.models import Staff


@dataclass(frozen=True)
class Tab:
    """A page of a person. `template` extends `staff/person.html` and fills `{% block tab %}`.

    `context` gets the request (for paging, filters). An app that answers the tab with a view of its own gives `url`
    instead of a template; that view's template extends `staff/person.html` too, with `frame(request, staff, slug)`
    from here in its context.
    """

    slug: str
    label: str
    icon: str
    order: int
    allowed: Callable[[User, Staff], bool]
    template: str = ""
    context: Callable[[HttpRequest, Staff], dict[str, Any]] | None = None
    url: Callable[[Staff], str] | None = None


@dataclass(frozen=True)
class Card:
    """A card on the profile; `column` is "main" or "side"."""

    key: str
    order: int
    allowed: Callable[[User, Staff], bool]
    template: str
    context: Callable[[HttpRequest, Staff], dict[str, Any]]
    column: str = "side"


@dataclass(frozen=True)
class Caution:
    """A sentence shown before somebody goes on leave or becomes inactive, perhaps with a link to what it is about."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class CautionSource:
    """Where such a sentence comes from; None says nothing."""

    key: str
    order: int
    caution: Callable[[User, Staff], Caution | None]


@dataclass
class Registry:
    """Everything registered; filled once at start."""

    tabs: list[Tab] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)
    cautions: list[CautionSource] = field(default_factory=list)

    def add(self, *panels: Tab | Card | CautionSource) -> None:
        for panel in panels:
            match panel:
                case Tab():
                    self.tabs = sorted([*self.tabs, panel], key=lambda each: each.order)
                case Card():
                    self.cards = sorted([*self.cards, panel], key=lambda each: each.order)
                case CautionSource():
                    self.cautions = sorted([*self.cautions, panel], key=lambda each: each.order)


person = Registry()
