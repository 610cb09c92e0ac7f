"""Where apps above put their part of a client's chart, without `clients` knowing them.

In its `AppConfig.ready()` an app registers tabs (each a URL of its own, `/clients/<uuid>/<slug>/`), cards for the
overview, facts for the header, and actions for the header's menu. The chart's own view asks the panel's rule, calls
its function for the context and renders its template. A function here must run the same number of queries whatever it
finds, and must return only what the actor may see.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models.expressions import Combinable

from accounts.http import ActorRequest
from accounts.models import User
from clients.models import Client
from mentalspace.core.panels import Registry


@dataclass(frozen=True)
class Tab:
    """A page of the chart. `template` extends `clients/chart.html` and fills `{% block tab %}`.

    `context` gets the request (for paging, filters); it may use what `clients.chart.frame` puts there: `client`,
    `profile`, `care_team`, `can_see_clinical`. A `ListPage` under `list` is read and answered as a list.

    An app that answers with a view of its own (a form within the chart)
    renders a template that extends `clients/chart.html` with `frame(request, client, slug)` in its context.
    """

    slug: str
    label: str
    icon: str
    order: int
    allowed: Callable[[User, Client], bool]
    template: str
    context: Callable[[ActorRequest, Client], dict[str, Any]]


@dataclass(frozen=True)
class Card:
    """A card on the overview; `column` is "main" or "side". The template is the whole `<section class="card">`, with
    an `<h2>` in its header, and gets `context` on top of the chart's own.
    """

    key: str
    order: int
    allowed: Callable[[User, Client], bool]
    template: str
    context: Callable[[ActorRequest, Client], dict[str, Any]]
    column: str = "main"


@dataclass(frozen=True)
class Fact:
    """A line in the chart's header: label, text, link (or empty), tone (one of `cells.TONES`, or empty)."""

    label: str
    text: str
    url: str = ""
    tone: str = ""


Columns = dict[str, Combinable]


def _no_columns(actor: User) -> Columns:
    return {}


@dataclass(frozen=True)
class FactSource:
    """Where a header fact comes from; None shows nothing.

    The header stands on every tab, so a fact asks nothing of its own: what it needs are `columns`, which the chart
    reads with the client in one statement, limited to what this actor may see. `fact` finds them as attributes of the
    client.
    """

    key: str
    order: int
    allowed: Callable[[User, Client], bool]
    fact: Callable[[User, Client], Fact | None]
    columns: Callable[[User], Columns] = _no_columns


@dataclass(frozen=True)
class Action:
    """An entry of the chart's "New" menu: `url` is made for the client."""

    label: str
    icon: str
    order: int
    allowed: Callable[[User, Client], bool]
    url: Callable[[Client], str]


@dataclass(frozen=True)
class Subject:
    """What an event of the history was about: for ids of rows of this model, as texts, their words and their pages.

    One query for all of them; a row that the actor may not open is left out.
    """

    model: str
    named: Callable[[User, Collection[str]], dict[str, tuple[str, str]]]


chart = Registry[Tab | Card | FactSource | Action | Subject]()
