"""Active clients with nothing booked in the next two weeks: the rows behind the caseload's figure."""

from typing import Any, Self

import django_filters
from django.db.models import Max, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from clients.models import Client
from clients.rules import current_assignments
from mentalspace.core import audit, clock, formatting
from mentalspace.core.lists import Cell, Column, EmptyState, ListPage
from mentalspace.workspace.reports.caseload import without_next_visit
from mentalspace.workspace.rules import reported_staff
from scheduling.choices import AppointmentStatus
from staff.models import Staff


def clinicians(request: HttpRequest | None) -> QuerySet[Staff]:
    """Whose clients the person may filter by."""
    actor: Any = getattr(request, "user", None)
    staff = reported_staff(actor) if actor else Staff.objects.none()
    return staff.filter(takes_appointments=True).order_by("last_name", "first_name")


class UnbookedFilter(django_filters.FilterSet):
    """By clinician."""

    staff = django_filters.ModelChoiceFilter(
        queryset=clinicians, method="by_clinician", label="Clinician", empty_label="Any clinician"
    )

    class Meta:
        model = Client
        fields: tuple[str, ...] = ()

    def by_clinician(self, queryset: QuerySet[Client], name: str, value: Staff) -> QuerySet[Client]:
        return queryset.filter(pk__in=current_assignments().filter(staff=value).values("client_id"))


class UnbookedClients(ListPage):
    """Longest unseen first."""

    title = "Clients with nothing booked"
    subtitle = "Active clients with no appointment in the next two weeks."
    empty = EmptyState(
        "Everybody has a next appointment", "Active clients appear here when nothing is booked for two weeks."
    )
    filterset_class = UnbookedFilter
    default_sort = "last_seen"

    @classmethod
    def of(cls, request: Any) -> Self:
        """The list for the person who asks."""
        actor: User = request.user
        zone = clock.zone()
        seen = Max(
            "appointments__start_time",
            filter=Q(appointments__status=AppointmentStatus.COMPLETED),
        )
        team = Prefetch("care_team", current_assignments().select_related("staff"), to_attr="team_now")
        rows = without_next_visit(actor).annotate(last_seen=seen).prefetch_related(team)
        page = cls(
            request,
            rows,
            on_export=lambda _page: audit.record(
                actor=actor, verb="report.exported", changes={"report": [None, "unbooked"]}
            ),
        )
        page.columns = [
            Column(
                "name",
                "Client",
                cell=lambda row: Cell(
                    row.display_name,
                    url=reverse("clients:client_detail", args=[row.pk]),
                    sub=f"C-{row.number}",
                ),
                sort=("last_name", "first_name"),
            ),
            Column(
                "team",
                "Clinicians",
                cell=lambda row: formatting.listed(each.staff.full_name for each in row.team_now),
            ),
            Column(
                "last_seen",
                "Last session",
                cell=lambda row: formatting.instant_date(row.last_seen, zone),
                sort="last_seen",
                nowrap=True,
            ),
            Column("phone", "Phone", cell=lambda row: formatting.phone(row.phone)),
        ]
        return page
