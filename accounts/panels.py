"""Where apps above put links on the pages about people who sign in, without `accounts` knowing them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models.expressions import Combinable

from accounts.models import User
from mentalspace.core.panels import Registry


@dataclass(frozen=True)
class PersonLink:
    """A link on a person's page, and with `own` on the page about oneself. `url` is None where there is nothing."""

    label: str
    icon: str
    order: int
    url: Callable[[User], str | None]
    own: bool = True


@dataclass(frozen=True)
class Beginning:
    """A button above the list of people, for instance to add somebody with a staff profile."""

    label: str
    icon: str
    order: int
    allowed: Callable[[User], bool]
    url: Callable[[], str]


@dataclass(frozen=True)
class OwnColumn:
    """Something that every page wants to know about who asks: read with the user at each request, in one statement.

    `column` makes an expression on the users' table; the page finds it as an attribute of `request.user`. Whoever reads
    it takes into account that a user from elsewhere has no such attribute.
    """

    name: str
    column: Callable[[], Combinable]


people = Registry[PersonLink | Beginning | OwnColumn]()
