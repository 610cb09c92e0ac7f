"""All appointments as a list."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, Lower
from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from accounts.models import User
from clients.queries.search import matching
from clients.rules import visible_clients
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, Cell, EmptyState
from mentalspace.core.forms import SearchSelectMultiple
from mentalspace.core.gates import requires
from mentalspace.core.lists import Column, DayFromFilter, DayToFilter, ListPage
from scheduling import actions, badges, queries, rules
from scheduling.choices import BOOKED, CANCELLED, AppointmentStatus, AppointmentType, Location
from scheduling.clocks import HOURS, WEEKDAYS
from scheduling.models import Appointment
from scheduling.services.calling_off import cancellation_summary
from scheduling.views.back import page_of
from staff.models import Staff
from staff.rules import staff_ids_answered_for

QUIET = CANCELLED | {AppointmentStatus.RESCHEDULED, AppointmentStatus.COMPLETED}


def _calendars(request: Any) -> QuerySet[Staff]:
    return rules.visible_calendars(request.user).order_by("last_name", "first_name", "pk")


class AppointmentFilter(django_filters.FilterSet):
    """Days are the practice's, both inclusive."""

    first = DayFromFilter("start_time", instant=True, label="From")
    last = DayToFilter("start_time", instant=True, label="To")
    status = django_filters.MultipleChoiceFilter(
        label="Status",
        choices=AppointmentStatus.choices,
        widget=SearchSelectMultiple(placeholder="Any status"),
    )
    staff = django_filters.ModelChoiceFilter(
        label="Clinician", queryset=_calendars, empty_label="Any clinician"
    )
    type = django_filters.ChoiceFilter(label="Type", choices=AppointmentType.choices, empty_label="Any type")
    location = django_filters.ChoiceFilter(
        label="Location", choices=Location.choices, empty_label="Any location"
    )

    # Only reports lead there, so that the filters of every day stay few.
    weekday = django_filters.TypedChoiceFilter(
        label="Weekday",
        choices=list(WEEKDAYS.items()),
        coerce=int,
        method="on_weekday",
        widget=forms.HiddenInput,
    )
    hour = django_filters.TypedChoiceFilter(
        label="Hour", choices=list(HOURS.items()), coerce=int, method="at_hour", widget=forms.HiddenInput
    )

    begun = django_filters.ChoiceFilter(
        label="Begun", choices=[("yes", "By now")], method="that_began", widget=forms.HiddenInput
    )
    of = django_filters.ChoiceFilter(
        label="Of", choices=[("own", "Own and supervisees’")], method="answered_for", widget=forms.HiddenInput
    )
    imported = django_filters.ChoiceFilter(
        label="Imported", choices=[("no", "No")], method="booked_here", widget=forms.HiddenInput
    )

    class Meta:
        model = Appointment
        fields: tuple[str, ...] = ()

    def that_began(self, rows: QuerySet[Appointment], name: str, value: str) -> QuerySet[Appointment]:
        return rows.filter(start_time__lt=clock.now())

    def answered_for(self, rows: QuerySet[Appointment], name: str, value: str) -> QuerySet[Appointment]:
        """Whose sessions the person answers for, not those of colleagues that they may see besides."""
        return rows.filter(staff__in=staff_ids_answered_for(self.request.user))

    def booked_here(self, rows: QuerySet[Appointment], name: str, value: str) -> QuerySet[Appointment]:
        return rows.filter(imported_at__isnull=True)

    def on_weekday(self, rows: QuerySet[Appointment], name: str, value: int) -> QuerySet[Appointment]:
        """Which begin on this day of the week, on the practice's clock."""
        day = ExtractIsoWeekDay("start_time", tzinfo=clock.zone())
        return rows.alias(begins_on=day).filter(begins_on=value)

    def at_hour(self, rows: QuerySet[Appointment], name: str, value: int) -> QuerySet[Appointment]:
        """Which begin within this hour, on the practice's clock."""
        hour = ExtractHour("start_time", tzinfo=clock.zone())
        return rows.alias(begins_at=hour).filter(begins_at=value)


class AppointmentList(ListPage):
    """One row per client and time."""

    title = "Appointments"
    search_label = "Client"
    filterset_class = AppointmentFilter
    default_sort = "-when"
    empty = EmptyState(
        "No appointments yet",
        "What is booked appears here, with what became of it.",
        ("New appointment", "/appointments/new/"),
        "calendar",
    )

    def __init__(self, request: ActorRequest, source: Any, **kwargs: Any) -> None:
        self.actor: User = request.user
        zone = clock.zone()
        self.columns = [
            Column(
                "when",
                "When",
                cell=lambda row: Cell(
                    formatting.instant_date(row.start_time, zone),
                    url=page_of(row),
                    sub=formatting.time_range(row.start_time, row.end_time, zone),
                ),
                csv=lambda row: formatting.instant(row.start_time, zone),
                sort="start_time",
                descending_first=True,
                nowrap=True,
            ),
            Column("minutes", "Minutes", csv=lambda row: row.minutes, align="end", hide="narrow"),
            Column(
                "client",
                "Client",
                cell=lambda row: Cell(row.client.display_name, sub=f"C-{row.client.number}"),
                sort=(Lower("client__last_name"), Lower("client__first_name")),
            ),
            Column(
                "staff",
                "Clinician",
                cell=lambda row: row.staff.full_name,
                sort=("staff__last_name", "staff__first_name"),
            ),
            Column("type", "Type", cell=lambda row: row.get_type_display(), sort="type"),
            Column(
                "location",
                "Location",
                cell=lambda row: Cell(row.get_location_display(), sub=str(row.room or "")),
                csv=_place,
                sort="location",
                hide="narrow",
            ),
            Column("billing_code", "Code", cell=_code, sort="billing_code", hide="narrow"),
            Column(
                "status",
                "Status",
                cell=lambda row: Cell(badge=badges.status_badge(row.status), sub=cancellation_summary(row)),
                sort="status",
            ),
        ]
        super().__init__(request, source, **kwargs)

    def search(self, source: Any, text: str) -> Any:
        """Clients as everywhere: names, birthday, phone, number."""
        return source.filter(client__in=matching(visible_clients(self.actor), text).values("pk"))

    def actions(self, row: Any) -> Sequence[Action]:
        """The next steps, then the changes."""
        here = self.request.get_full_path()
        about = self.about(row)
        return [
            *actions.steps_of(self.actor, row, here, about=about),
            *actions.changes_of(self.actor, row, here, about=about),
        ]

    def about(self, row: Any) -> str:
        return f"{row.client.display_name}, {badges.when(row, clock.zone())}"

    def row_classes(self, row: Any) -> str:
        """Past ones that nobody has closed stand out; closed ones step back."""
        if row.status in BOOKED and row.end_time < clock.now():
            return "is-urgent"
        return "is-quiet" if row.status in QUIET else ""


def _place(row: Appointment) -> str:
    return f"{row.get_location_display()}, {row.room}" if row.room else row.get_location_display()


def _code(row: Appointment) -> str:
    return row.billing_code if row.is_billable else "Not billable"


@requires(rules.can_see_appointment)
@require_safe
def appointment_list(request: ActorRequest) -> HttpResponseBase:
    """Search, filter, sort, page and export."""
    rows = queries.listed(request.user)
    page_actions = [
        Action("Reminders", reverse("scheduling:reminder_list"), icon="alarm"),
        Action("Calendar", reverse("scheduling:schedule"), icon="calendar"),
    ]
    if rules.can_schedule_for.gate(request.user):
        create = f"{reverse('scheduling:appointment_create')}?{urlencode({'next': request.get_full_path()})}"
        page_actions.append(Action("New appointment", create, icon="calendar-plus", primary=True))
    return AppointmentList(request, rows, page_actions=page_actions, on_export=_record_export).respond()


def _record_export(page: ListPage) -> None:
    actor: Any = page.request.user
    audit.record(
        actor=actor,
        verb="appointments.exported",
        changes={"filters": ["", [chip.text for chip in page.chips]]},
    )
