"""Lists of staff."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.urls import reverse

from accounts.choices import Role
from accounts.http import ActorRequest
from mentalspace.core import clock, formatting, practice
from mentalspace.core.cells import Action, Cell, EmptyState, email_cell
from mentalspace.core.lists import Column, ListPage
from staff import pages, queries, rules
from staff.choices import LicenseType, StaffStatus
from staff.defaults import StaffDefaults
from staff.models import Staff

# Everybody but those who left.
HERE = "here"


class StaffFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(
        label="Status",
        choices=[(HERE, "Works here"), *StaffStatus.choices],
        empty_label="Any status",
        initial=HERE,
        method="with_status",
    )
    role = django_filters.ChoiceFilter(
        label="Role", choices=Role.choices, empty_label="Any role", method="with_role"
    )

    def with_status(self, staff: QuerySet[Staff], name: str, value: str) -> QuerySet[Staff]:
        return staff.exclude(status=StaffStatus.INACTIVE) if value == HERE else staff.filter(status=value)

    def with_role(self, staff: QuerySet[Staff], name: str, value: str) -> QuerySet[Staff]:
        return staff.filter(Q(user__role=value) | Q(user__further_roles__contains=[value]))


class StaffList(ListPage):
    title = "Staff"
    subtitle = "Everybody who works here."
    search_label = "Name, title, specialty, phone"
    filterset_class = StaffFilter
    default_sort = "name"
    request: ActorRequest
    empty = EmptyState("Nobody yet", "Colleagues appear here once an administrator adds them.", icon="users")

    def __init__(self, request: ActorRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self.columns = [
            Column(
                "name",
                "Name",
                cell=lambda staff: Cell(
                    staff.name_with_credential,
                    url=reverse("staff:staff_detail", args=[staff.pk]),
                    sub=staff.title,
                ),
                sort=("last_name", "first_name"),
            ),
            Column("role", "Role", cell=lambda staff: Role(staff.user.role).label, sort="user__role"),
            Column(
                "specialties", "Specialties", cell=lambda staff: ", ".join(staff.specialties), hide="narrow"
            ),
            Column("phone", "Phone", cell=lambda staff: formatting.phone(staff.phone), nowrap=True),
            Column(
                "email",
                "E-mail",
                cell=lambda staff: email_cell(staff.user.email),
                sort="user__email",
                hide="narrow",
            ),
            Column("status", "Status", cell=pages.status_badge, sort="status"),
        ]
        if rules.can_list_credentials(request.user):
            today, limits = clock.today(), practice.get(StaffDefaults)
            self.columns.insert(
                5,
                Column(
                    "license",
                    "License",
                    cell=lambda staff: self._license(staff, today, limits),
                    sort="license_expires_on",
                    nulls_last=True,
                ),
            )

    def _license(self, staff: Staff, today: Any, limits: StaffDefaults) -> Any:
        if not rules.can_see_credentials(self.request.user, staff):
            return ""
        return pages.license_badge(staff, today, limits) or ""

    def search(self, source: QuerySet[Staff], text: str) -> QuerySet[Staff]:
        return queries.matching(source, text)

    def row_classes(self, row: Staff) -> str:
        return "is-quiet" if row.status == StaffStatus.INACTIVE else ""


class LicenseFilter(django_filters.FilterSet):
    expires = django_filters.ChoiceFilter(
        label="Expires", method="expiring", empty_label="Any time", choices=()
    )
    license_type = django_filters.ChoiceFilter(
        label="Type", choices=LicenseType.choices, empty_label="Any type"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = practice.get(StaffDefaults)
        days = sorted({limits.license_urgent_days, limits.license_warning_days, limits.license_notice_days})
        words = [("expired", "Has expired"), *((str(number), f"Within {number} days") for number in days)]
        self.filters["expires"].extra["choices"] = [*words, ("unknown", "No date on record")]

    def expiring(self, staff: QuerySet[Staff], name: str, value: str) -> QuerySet[Staff]:
        today = clock.today()
        if value == "unknown":
            return staff.filter(license_expires_on=None)
        if value == "expired":
            return staff.filter(license_expires_on__lt=today)
        return staff.filter(license_expires_on__lte=today + timedelta(days=int(value)))


class LicenseList(ListPage):
    title = "Licenses"
    subtitle = "When each license expires, the most urgent first."
    search_label = "Name or number"
    filterset_class = LicenseFilter
    default_sort = "expires"
    request: ActorRequest
    empty = EmptyState("No licenses on record", "They are entered on each person's page.", icon="license")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today, limits = clock.today(), practice.get(StaffDefaults)
        self.columns = [
            Column(
                "name",
                "Name",
                cell=lambda staff: Cell(
                    staff.name_with_credential,
                    url=reverse("staff:staff_detail", args=[staff.pk]),
                    sub=staff.title,
                ),
                sort=("last_name", "first_name"),
            ),
            Column("type", "Type", cell=lambda staff: staff.get_license_type_display(), sort="license_type"),
            Column("number", "Number", cell=lambda staff: staff.license_number, sort="license_number"),
            Column("state", "State", cell=lambda staff: staff.license_state, sort="license_state"),
            Column(
                "expires",
                "Expires",
                cell=lambda staff: formatting.date(staff.license_expires_on) or "Not on record",
                sort="license_expires_on",
                nulls_last=True,
                nowrap=True,
            ),
            Column("alert", "Alert", cell=lambda staff: pages.license_badge(staff, today, limits) or ""),
        ]

    def search(self, source: QuerySet[Staff], text: str) -> QuerySet[Staff]:
        for word in text.split():
            source = source.filter(
                Q(first_name__plain__contains=word)
                | Q(last_name__plain__contains=word)
                | Q(license_number__icontains=word)
            )
        return source

    def actions(self, row: Staff) -> Sequence[Action]:
        if not rules.can_edit_staff(self.request.user, row):
            return []
        return [Action("Edit", reverse("staff:staff_edit", args=[row.pk]), "edit", about=row.full_name)]
