"""Requests as a list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.http import ActorRequest
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action, Badge, Cell, EmptyState
from mentalspace.core.lists import Column, ListPage
from scheduling.models import BookingRequest
from scheduling.requests.choices import RequestState
from scheduling.requests.queries import waiting, with_mail

UNTOLD = "The mail could not be sent: call them."
STATES = (("", "Waiting"), ("answered", "Answered"), ("all", "All"))


def told_action(asked: BookingRequest) -> Action:
    """For who has called them, because no mail reached them."""
    url = reverse("scheduling:request_told", args=[asked.pk])
    return Action("Told by phone", url, icon="phone", post=True, about=asked.full_name)


class RequestFilter(forms.Form):
    """Those that wait, unless asked otherwise."""

    state = forms.ChoiceField(label="State", required=False, choices=STATES)


def state_badge(asked: BookingRequest) -> Badge:
    """What became of it."""
    match asked.state:
        case RequestState.APPROVED | RequestState.MOVED:
            return Badge(asked.get_state_display(), "success", "calendar-check")
        case RequestState.DECLINED:
            return Badge(asked.get_declined_because_display(), "neutral", "x")
    if asked.cleared_at is not None:
        return Badge("Never answered", "neutral", "clock")
    return Badge("Waiting", "warning", "clock")


class RequestList(ListPage):
    """Whoever waits longest first."""

    title = "Requests"
    subtitle = "What people asked for on the booking page. Nothing is booked until it is approved."
    search_label = "Name, e-mail or phone"
    filter_form_class = RequestFilter
    default_sort = "sent"
    csv_name = "requests"
    empty = EmptyState(
        "No request waits",
        "Whoever asks for a time on the booking page is listed here. Settings say whether it is open.",
        icon="inbox",
    )

    def __init__(self, request: ActorRequest, source: QuerySet[BookingRequest]) -> None:
        zone = clock.zone()
        self.columns = [
            Column(
                "who",
                "Who asks",
                cell=lambda row: Cell(
                    row.full_name or "Cleared",
                    url=reverse("scheduling:request_detail", args=[row.pk]),
                    sub=" · ".join(part for part in (row.email, formatting.phone(row.phone)) if part),
                ),
                sort=(Lower("last_name"), Lower("first_name")),
            ),
            Column(
                "start",
                "Time asked for",
                cell=lambda row: Cell(
                    formatting.instant_date(row.start_time, zone),
                    sub=formatting.time(row.start_time.astimezone(zone)),
                ),
                csv=lambda row: formatting.instant(row.start_time, zone),
                sort="start_time",
            ),
            Column(
                "what",
                "For",
                cell=lambda row: Cell(
                    row.get_type_display(),
                    sub=f"{row.staff.full_name}{', or anybody' if row.any_clinician else ''}",
                ),
            ),
            Column(
                "state",
                "State",
                cell=lambda row: Cell(badge=state_badge(row), sub=UNTOLD if row.is_untold else ""),
                csv=lambda row: state_badge(row).text,
            ),
            Column(
                "sent",
                "Sent",
                cell=lambda row: formatting.instant(row.created_at, zone),
                sort="created_at",
                hide="narrow",
            ),
        ]
        super().__init__(request, with_mail(source).select_related("staff"), on_export=_record_export)

    def search(self, source: Any, text: str) -> Any:
        """Each word in a name or the e-mail; digits in the phone."""
        digits = "".join(character for character in text if character.isdigit())
        if len(digits) >= 4 and not any(character.isalpha() for character in text):
            return source.filter(phone__contains=digits)
        for word in text.split()[:5]:
            source = source.filter(
                Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            )
        return source

    def filter(self, source: Any, values: Any) -> Any:
        match values.get("state"):
            case "answered":
                return source.exclude(state=RequestState.WAITING)
            case "all":
                return source
        return waiting(source)

    def actions(self, row: BookingRequest) -> Sequence[Action]:
        told = [told_action(row)] if row.is_untold else []  # type: ignore[attr-defined]
        if not row.is_waiting:
            return told
        about, key = row.full_name, [row.pk]
        return [
            *told,
            Action("Approve", reverse("scheduling:request_approve", args=key), icon="check", about=about),
            Action("Another time", reverse("scheduling:request_move", args=key), about=about),
            Action(
                "Decline",
                reverse("scheduling:request_decline", args=key),
                dialog=True,
                danger=True,
                about=about,
            ),
        ]


def _record_export(page: ListPage) -> None:
    actor: Any = page.request.user
    audit.record(
        actor=actor, verb="requests.exported", changes={"filters": ["", [chip.text for chip in page.chips]]}
    )
