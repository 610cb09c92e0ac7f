"""What the layout shows on every page of somebody who is signed in."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject, cached_property

from accounts.choices import Role
from accounts.models import User
from accounts.sessions import seconds_to_the_limit
from clients.banner import EmergencyBanner, emergency_banner
from mentalspace.core import practice
from mentalspace.core.formatting import initials
from mentalspace.workspace import navigation
from mentalspace.workspace.waiting import Waiting, waiting_for
from staff.rules import staff_of


class Frame:
    """Modules, unread messages, tasks, emergency access, the person: each found out when the layout draws it.

    A fragment for htmx, a refusal and a page before signing in draw none of it and cost nothing.
    """

    def __init__(self, request: HttpRequest, user: User) -> None:
        self._request, self._user = request, user

    @cached_property
    def _waiting(self) -> tuple[int, list[Waiting]]:
        return waiting_for(self._user)

    @property
    def unread_messages(self) -> int:
        return self._waiting[0]

    @property
    def tasks(self) -> list[Waiting]:
        return self._waiting[1]

    @property
    def task_count(self) -> int:
        return sum(task.count for task in self.tasks)

    @cached_property
    def nav(self) -> list[navigation.NavItem]:
        return navigation.modules(self._user, self._request.path, unread=self.unread_messages)

    @cached_property
    def new_menu(self) -> list[navigation.NavItem]:
        return navigation.beginnings(self._user)

    @cached_property
    def emergency(self) -> EmergencyBanner | None:
        return emergency_banner(self._user)

    @cached_property
    def actor_name(self) -> str:
        own = staff_of(self._user)
        return own.full_name if own else self._user.email

    @property
    def actor_initials(self) -> str:
        return initials(self.actor_name)

    @property
    def actor_role_label(self) -> str:
        return Role(self._user.role).label

    @property
    def idle_seconds(self) -> int:
        return settings.SESSION_COOKIE_AGE

    @property
    def longest_seconds(self) -> int:
        return seconds_to_the_limit(self._request.session)

    @property
    def sign_in_again(self) -> str:
        return urlencode({"next": self._request.get_full_path()})


def frame(request: HttpRequest) -> dict[str, Any]:
    """`frame`, for who is signed in, and `practice_name`, for everybody."""
    practice_name = SimpleLazyObject(lambda: practice.get(practice.PracticeProfile).name)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"practice_name": practice_name}
    return {"practice_name": practice_name, "frame": Frame(request, user)}
