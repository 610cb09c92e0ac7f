"""Named reads about staff, for screens, selects, search and reports."""

import json
from datetime import date
from typing import Any

from django.db.models import BooleanField, Field, Func, JSONField, Q, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from mentalspace.core.search import Hit
from staff.choices import StaffStatus
from staff.models import Staff
from staff.rules import can_approve_time_off, can_see_credentials, visible_staff


def staff_rows(actor: User) -> QuerySet[Staff]:
    """Everybody the actor may see, with account and supervisor."""
    return visible_staff(actor).select_related("user", "supervisor")


def with_requests(actor: User, today: date) -> QuerySet[Staff]:
    """Whoever asked for time off, of today or later, that the actor may approve and nobody has answered."""
    waits = _requests("jsonb_path_exists", "", today, BooleanField())
    return can_approve_time_off.scope(actor).filter(waits).select_related("user")


def requests_to_answer(actor: User, today: date) -> QuerySet[Staff]:
    """The same with a row for each time off they asked for, told apart by `entry`."""
    entry = _requests("jsonb_path_query", ".entry", today, JSONField())
    return with_requests(actor, today).annotate(entry=entry).distinct()


def _requests(function: str, what: str, today: date, answers: "Field[Any, Any]") -> Func:
    """Ask the stored hours for the days of time off that wait for an answer."""
    days = Value(f"$.exceptions[*] ? (@.pending == true && @.date >= $today){what}")
    given = Cast(Value(json.dumps({"today": str(today)})), JSONField())
    return Func("availability", days, given, function=function, output_field=answers)


def matching(staff: QuerySet[Staff], text: str) -> QuerySet[Staff]:
    """People in whose name, title, credential, specialties, address or phone every word occurs."""
    for word in text.split():
        condition = (
            Q(first_name__plain__contains=word)
            | Q(last_name__plain__contains=word)
            | Q(title__icontains=word)
            | Q(credential__icontains=word)
            | Q(specialties__icontains=word)
            | Q(user__email__icontains=word)
        )
        digits = "".join(character for character in word if character.isdigit())
        if len(digits) >= 3:
            condition |= Q(phone__contains=digits)
        staff = staff.filter(condition)
    return staff


def supervisors(but: Staff | None = None) -> QuerySet[Staff]:
    """Who may supervise `but`, and the supervisor they have already."""
    fit = Q(status__in=[StaffStatus.ACTIVE, StaffStatus.ON_LEAVE], user__is_active=True) & (
        Q(user__role=Role.SUPERVISOR) | Q(user__further_roles__contains=[Role.SUPERVISOR])
    )
    if but is not None and but.supervisor_id:
        fit |= Q(pk=but.supervisor_id)
    people = Staff.objects.filter(fit)
    return by_name(people.exclude(pk=but.pk) if but is not None else people)


def by_name(staff: QuerySet[Staff]) -> QuerySet[Staff]:
    """In the order of a directory; served by the index on names."""
    return staff.order_by("last_name", "first_name", "pk")


def license_rows(actor: User) -> QuerySet[Staff]:
    """Licenses the actor may see, of everybody who is not inactive."""
    return (
        can_see_credentials.scope(actor)
        .exclude(status=StaffStatus.INACTIVE)
        .exclude(license_type="", license_number="", license_expires_on=None)
        .select_related("user")
    )


def supervisees(staff: Staff) -> list[Staff]:
    """Whom somebody supervises, less those who are inactive."""
    return list(by_name(staff.supervisees.exclude(status=StaffStatus.INACTIVE)))


def days_left(expires_on: date | None, today: date) -> int | None:
    """Days until a license expires, negative when it has; None when unknown."""
    return (expires_on - today).days if expires_on else None


def search_hits(actor: User, text: str, limit: int = 5) -> list[Hit]:
    """Colleagues for the global search; those who are inactive last."""
    found = by_name(matching(visible_staff(actor).select_related("user"), text))
    rows = sorted(found[: limit * 3], key=lambda each: each.status == StaffStatus.INACTIVE)[:limit]
    return [
        Hit(
            label=each.name_with_credential,
            url=reverse("staff:staff_detail", args=[each.pk]),
            sub=each.title or Role(each.user.role).label,
            icon="id-badge",
            badge="" if each.status == StaffStatus.ACTIVE else each.get_status_display(),
        )
        for each in rows
    ]
