"""Where apps above put their part of an appointment's page and side panel, without `scheduling` knowing them.

Documents registers "Start note" and "Open note", billing "Take payment" and "Bill". Registered in `AppConfig.ready()`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.http import ActorRequest
from accounts.models import User
from mentalspace.core.panels import Registry
from scheduling.models import Appointment


@dataclass(frozen=True)
class AppointmentAction:
    """A button on an appointment.

    `links` answers (label, url) for those of the appointments to which it applies, however many they are by as many
    queries: the members of a group are asked about together.
    """

    key: str
    icon: str
    order: int
    links: Callable[[User, Sequence[Appointment]], Mapping[UUID, tuple[str, str]]]


@dataclass(frozen=True)
class GroupAction:
    """A button on a group session. `link` answers (label, url) for its members that are in sight; one query."""

    key: str
    icon: str
    order: int
    link: Callable[[User, Sequence[Appointment]], tuple[str, str] | None]


@dataclass(frozen=True)
class AppointmentSection:
    """A part of an appointment's page: a template and its context; None shows nothing."""

    key: str
    order: int
    template: str
    context: Callable[[ActorRequest, Appointment], dict[str, Any] | None]


@dataclass(frozen=True)
class Consequence:
    """What an app has to say or ask right after somebody took a step.

    `of` answers (sentence, url): the sentence goes with what the step says, empty for none; the url is the page that
    asks, empty for none. None where the step has no such consequence.
    """

    key: str
    order: int
    of: Callable[[User, Appointment], tuple[str, str] | None]


appointment = Registry[AppointmentAction | GroupAction | AppointmentSection | Consequence]()
