"""Where apps above put links on the pages about people who sign in, without `accounts` knowing them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from accounts.models import User


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


@dataclass
class Registry:
    """Everything registered; filled once at start."""

    links: list[PersonLink] = field(default_factory=list)
    beginnings: list[Beginning] = field(default_factory=list)

    def add(self, *panels: PersonLink | Beginning) -> None:
        for panel in panels:
            if isinstance(panel, PersonLink):
                self.links = sorted([*self.links, panel], key=lambda each: each.order)
            else:
                self.beginnings = sorted([*self.beginnings, panel], key=lambda each: each.order)


people = Registry()
