"""Licenses that expired or soon will."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge
from mentalspace.core.lists import Cell, Column
from mentalspace.workspace.reports.base import Report
from mentalspace.workspace.rules import can_see_practice_figures
from staff.choices import StaffStatus
from staff.models import Staff

SOON = ((30, "danger"), (60, "warning"), (90, "info"))


class WithinForm(forms.Form):
    within = forms.TypedChoiceField(
        label="Expiring within",
        choices=((30, "30 days"), (60, "60 days"), (90, "90 days"), (365, "a year"), (3650, "any time")),
        coerce=int,
        required=False,
        initial=90,
    )


@dataclass(slots=True)
class LicenseRow:
    """A member of staff with the days that are left; negative once expired."""

    staff_id: UUID
    label: str
    kind: str
    number: str
    expires_on: dt.date
    days: int


class LicensesReport(Report):
    slug = "licenses"
    title = "Licenses"
    summary = "Whose license expired or will soon."
    icon = "certificate"
    allowed = staticmethod(can_see_practice_figures)
    filter_form_class = WithinForm
    default_sort = "days"
    columns = (
        Column(
            "label",
            "Name",
            cell=lambda row: Cell(row.label, url=reverse("staff:staff_detail", args=[row.staff_id])),
            sort="label",
        ),
        Column("kind", "License", sort="kind"),
        Column("number", "Number"),
        Column("expires_on", "Expires", sort="expires_on", nowrap=True),
        Column(
            "days",
            "Left",
            cell=lambda row: _left(row.days),
            csv=lambda row: row.days,
            sort="days",
            align="end",
        ),
    )

    def compute(self, values: Mapping[str, Any]) -> Sequence[LicenseRow]:
        today = clock.today()
        until = today + dt.timedelta(days=values.get("within") or 90)
        staff = Staff.objects.filter(license_expires_on__lte=until).exclude(status=StaffStatus.INACTIVE)
        return [
            LicenseRow(
                member.pk,
                member.full_name,
                " ".join(part for part in (member.license_type, member.license_state) if part),
                member.license_number,
                member.license_expires_on,
                (member.license_expires_on - today).days,
            )
            for member in staff
            if member.license_expires_on
        ]


def _left(days: int) -> Badge:
    if days < 0:
        return Badge(f"expired {formatting.plural(-days, 'day')} ago", "danger", "alert-circle")
    tone = next((tone for limit, tone in SOON if days <= limit), "neutral")
    return Badge(formatting.plural(days, "day"), tone)  # type: ignore[arg-type]
