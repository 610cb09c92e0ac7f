"""Where apps above put their part of an appointment's page and side panel, without `scheduling` knowing them.

Documents registers "Start note" and "Open note", billing "Take copay" and "Bill". Registered in `AppConfig.ready()`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts.http import ActorRequest
from accounts.models import User
from scheduling.models import Appointment


@dataclass(frozen=True)
class AppointmentAction:
    """A button on an appointment. `link` answers (label, url), or None where it does not apply to this one."""

    key: str
    icon: str
    order: int
    link: Callable[[User, Appointment], tuple[str, str] | None]


@dataclass(frozen=True)
class AppointmentSection:
    """A part of an appointment's page: a template and its context; None shows nothing."""

    key: str
    order: int
    template: str
    context: Callable[[ActorRequest, Appointment], dict[str, Any] | None]


@dataclass
class Registry:
    """Everything registered; filled once at start."""

    actions: list[AppointmentAction] = field(default_factory=list)
    sections: list[AppointmentSection] = field(default_factory=list)

    def add(self, *panels: AppointmentAction | AppointmentSection) -> None:
        for panel in panels:
            if isinstance(panel, AppointmentAction):
                self.actions = sorted([*self.actions, panel], key=lambda each: each.order)
            else:
                self.sections = sorted([*self.sections, panel], key=lambda each: each.order)


appointment = Registry()
