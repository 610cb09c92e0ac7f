"""What the layout shows on every page of somebody who is signed in."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.choices import Role
from accounts.models import User
from accounts.sessions import seconds_to_the_limit
from clients.banner import emergency_banner
from mentalspace.core import practice
from mentalspace.core.formatting import initials
from mentalspace.workspace import navigation
from mentalspace.workspace.waiting import waiting_for
from staff.rules import staff_of


def frame(request: HttpRequest) -> dict[str, Any]:
    """Modules, search, unread messages, tasks, emergency access, the person. Fragments for htmx draw no frame."""
    practice_name = SimpleLazyObject(lambda: practice.get(practice.PracticeProfile).name)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or getattr(request, "htmx", False):
        return {"practice_name": practice_name}
    # allauth renders each of its messages as a template of its own, before the page.
    kept = getattr(request, "frame_of", None)
    if kept is None or kept[0] != user.pk:
        kept = request.frame_of = (user.pk, _frame_of(request, user))  # type: ignore[attr-defined]
    return {"practice_name": practice_name, **kept[1]}


def _frame_of(request: HttpRequest, user: User) -> dict[str, Any]:
    own = staff_of(user)
    name = own.full_name if own else user.email
    unread, tasks = waiting_for(user)
    return {
        "nav": navigation.modules(user, request.path, unread=unread),
        "new_menu": navigation.beginnings(user),
        "search_url": reverse("workspace:search"),
        "messages_url": reverse("messaging:inbox"),
        "unread_messages": unread,
        "tasks": tasks,
        "task_count": sum(task.count for task in tasks),
        "emergency": emergency_banner(user),
        "actor_name": name,
        "actor_initials": initials(name),
        "actor_role_label": Role(user.role).label,
        "profile_url": reverse("accounts:account"),
        "password_url": reverse("accounts:password_change"),
        "sign_out_url": reverse("accounts:sign_out"),
        "idle_seconds": settings.SESSION_COOKIE_AGE,
        "longest_seconds": seconds_to_the_limit(request.session),
        "sign_in_again": urlencode({"next": request.get_full_path()}),
    }
