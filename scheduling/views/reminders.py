"""Reminders as a list: what was sent, what clients answered, and what somebody has to look at."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models.functions import Lower
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.http import ActorRequest
from clients.queries.search import matching
from clients.rules import visible_clients
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, Badge, Cell, EmptyState
from mentalspace.core.errors import DomainError
from mentalspace.core.gates import requires
from mentalspace.core.lists import Column, ListPage
from mentalspace.core.places import asked_from, came_from
from scheduling import badges, queries, rules, services
from scheduling.choices import ReminderAnswer, ReminderKind
from scheduling.models import Reminder
from scheduling.reminders.due import in_force, outlook_again
from scheduling.views.back import page_of

STATES = (("", "Any"), ("look", "Not sent"), ("sent", "Sent"), ("answered", "Answered"))


class ReminderFilter(forms.Form):
    """What became of it, and how it went."""

    state = forms.ChoiceField(label="State", required=False, choices=STATES)
    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "E-mail or text"), *ReminderKind.choices]
    )


def state_of(reminder: Reminder) -> Badge:
    """One word for what became of a reminder."""
    if reminder.answer == ReminderAnswer.CONFIRMED:
        return Badge("Confirmed", "success", "check")
    if reminder.answer == ReminderAnswer.CANCELLED:
        return Badge("Cancelled", "warning", "x")
    if reminder.sent_at:
        return Badge("Sent", "info", "send")
    if reminder.failed_at:
        return Badge("Not sent", "danger", "alert-circle")
    if reminder.needs_a_look(clock.now()):
        return Badge("May not have been sent", "warning", "alert-triangle")
    return Badge("On its way", "neutral", "clock")


class ReminderList(ListPage):
    """The latest appointments first."""

    title = "Reminders"
    search_label = "Client"
    filter_form_class = ReminderFilter
    default_sort = "-start"
    empty = EmptyState(
        "No reminders yet",
        "They go out by themselves to clients who agreed to them. Hours and intervals are in Settings.",
        icon="alarm",
    )

    def __init__(self, request: ActorRequest) -> None:
        zone, self.settings = clock.zone(), in_force()
        self.columns = [
            Column(
                "start",
                "Appointment",
                cell=lambda row: Cell(
                    formatting.instant_date(row.start_time, zone),
                    url=page_of(row.appointment),
                    sub=formatting.time(row.start_time.astimezone(zone)),
                ),
                csv=lambda row: formatting.instant(row.start_time, zone),
                sort="start_time",
                descending_first=True,
                nowrap=True,
            ),
            Column(
                "client",
                "Client",
                cell=lambda row: Cell(
                    row.appointment.client.display_name, sub=f"C-{row.appointment.client.number}"
                ),
                sort=(Lower("appointment__client__last_name"), Lower("appointment__client__first_name")),
            ),
            Column("kind", "By", cell=lambda row: row.get_kind_display(), sort="kind"),
            Column("state", "State", cell=self.state),
            Column(
                "sent",
                "Sent",
                cell=lambda row: formatting.instant(row.sent_at, zone) if row.sent_at else "",
                sort="sent_at",
                hide="narrow",
            ),
            Column(
                "status",
                "Appointment is",
                cell=lambda row: badges.status_badge(row.appointment.status),
                hide="narrow",
            ),
        ]
        super().__init__(request, queries.reminders(request.user), on_export=_record_export)

    def search(self, source: Any, text: str) -> Any:
        """Clients as everywhere."""
        found = matching(visible_clients(self.request.user), text).values("pk")
        return source.filter(appointment__client__in=found)

    def filter(self, source: Any, values: Any) -> Any:
        if kind := values.get("kind"):
            source = source.filter(kind=kind)
        match values.get("state"):
            case "look":
                return source.filter(queries.needs_a_look(clock.now()))
            case "sent":
                return source.filter(sent_at__isnull=False)
            case "answered":
                return source.exclude(answer="")
        return source

    def state(self, row: Reminder) -> Cell:
        """What became of it, why, and where it matters still why it cannot be sent again."""
        fault, why_not = row.get_fault_display(), ""
        if row.needs_a_look(clock.now()) and row.start_time > clock.now():
            why_not = outlook_again(row, clock.now(), self.settings).why_not
        return Cell(badge=state_of(row), sub=f"{fault}. {why_not}" if fault and why_not else fault or why_not)

    def client_of(self, row: Reminder) -> Any:
        """For the page's event."""
        return row.appointment.client_id

    def actions(self, row: Reminder) -> Sequence[Action]:
        """Only what can still reach anybody."""
        may = rules.can_change_appointment(self.request.user, row.appointment)
        if not may or outlook_again(row, clock.now(), self.settings).at is None:
            return []
        about = f"{row.appointment.client.display_name}, {row.get_kind_display()}"
        return [
            Action("Send again", reverse("scheduling:reminder_send", args=[row.pk]), post=True, about=about)
        ]


@requires(rules.can_see_reminder)
@require_safe
def reminder_list(request: ActorRequest) -> HttpResponseBase:
    """Search, filter, sort, page and export."""
    return ReminderList(request).respond()


@requires(rules.can_change_appointment)
@require_POST
def reminder_send(request: ActorRequest, pk: int) -> HttpResponse:
    """Try once more."""
    reminder = get_object_or_404(rules.can_see_reminder.scope(request.user), pk=pk)
    try:
        leaves_at = services.send_again(actor=request.user, reminder_id=reminder.pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        later = leaves_at > clock.now()
        when = f"on {formatting.instant(leaves_at, clock.zone())}" if later else "within minutes"
        messages.success(request, f"The reminder will be sent {when}.")
    return redirect(came_from(request, asked_from(request) or reverse("scheduling:reminder_list")))


def _record_export(page: ListPage) -> None:
    actor: Any = page.request.user
    audit.record(
        actor=actor,
        verb="reminders.exported",
        changes={"filters": ["", [chip.text for chip in page.chips]]},
    )
