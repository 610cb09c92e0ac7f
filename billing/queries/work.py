"""The biller's work list: completed sessions that have no bill, those that are ready, and why the others are not."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.urls import reverse

from billing.choices import BillKind, BillStatus
from billing.coverage import first_coverage, has_insurance
from billing.links import profile_url
from billing.models import Bill, ServiceCode
from billing.queries.sums import MONEY, total
from documents.choices import DocumentStatus
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.queries import SESSION_NOTES, STANDS, signed_session_note
from mentalspace.core import clock, formatting, practice
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment

# ISO days compare as text.
IN_FORCE = Value(
    "$[*] ? ((!exists(@.effective_from) || @.effective_from == null || @.effective_from <= $day)"
    " && (!exists(@.effective_to) || @.effective_to == null || @.effective_to >= $day))"
)


class CoveredOn(Func):
    """Is any coverage of the client in force on a day?"""

    template = "jsonb_path_exists(%(expressions)s)"
    arg_joiner = ", "
    output_field = BooleanField()

    def __init__(self, insurance: str, day: Combinable) -> None:
        variables = Func(Value("day"), Cast(day, TextField()), function="jsonb_build_object")
        super().__init__(insurance, Cast(IN_FORCE, output_field=_JsonPath()), variables)


class _JsonPath(TextField):
    """PostgreSQL's own type, for a cast."""

    def db_type(self, connection: object) -> str:
        return "jsonpath"

    def cast_db_type(self, connection: object) -> str:
        return "jsonpath"


@dataclass(frozen=True, slots=True)
class Check:
    """One condition of billing a session.

    `blocks` is false where the biller may go on knowingly; `held` says that the practice's hold has begun.
    """

    ok: bool
    text: str
    url: str = ""
    link: str = ""
    blocks: bool = True
    held: bool = False


def with_signed_note(appointment_ids: Collection[UUID]) -> set[UUID]:
    """Those of these sessions whose note is signed. One query."""
    signed = Appointment.objects.filter(signed_session_note(), pk__in=appointment_ids)
    return set(signed.values_list("pk", flat=True))


def has_signed_note(appointment_id: UUID) -> bool:
    return bool(with_signed_note([appointment_id]))


def is_billed(appointment_id: UUID) -> bool:
    """Has the session a service bill that is not void?"""
    return Appointment.objects.filter(_live_bill(), pk=appointment_id).exists()


def _live_bill() -> Exists:
    services = Bill.objects.filter(appointment=OuterRef("pk"), kind=BillKind.SERVICE)
    return Exists(services.exclude(status=BillStatus.VOID))


def unbilled_sessions() -> QuerySet[Appointment]:
    """Completed, billable sessions without a live bill, with what decides whether they can be billed.

    Annotated: `has_signed_note`, `note_id`, `note_status`, `fee` (None: unknown code), the code's
    `least_minutes` and `most_minutes`, `service_date`, `insured` (has
    coverage on file), `covered` (has coverage in force on that day). The client's profile comes along.
    """
    notes = Document.objects.filter(STANDS, appointment=OuterRef("pk"), type__in=SESSION_NOTES).order_by(
        "-created_at"
    )
    code = ServiceCode.objects.filter(code=OuterRef("billing_code"), is_active=True, fee__gt=0)
    day = TruncDate("start_time", tzinfo=clock.zone())
    return (
        Appointment.objects.filter(status=AppointmentStatus.COMPLETED, is_billable=True)
        .filter(~_live_bill())
        .select_related("client__profile", "staff")
        .annotate(
            has_signed_note=signed_session_note(),
            note_id=Subquery(notes.values("pk")[:1]),
            note_status=Coalesce(Subquery(notes.values("status")[:1]), Value("")),
            fee=Subquery(code.values("fee")[:1], output_field=MONEY),
            least_minutes=Subquery(code.values("min_minutes")[:1]),
            most_minutes=Subquery(code.values("max_minutes")[:1]),
            service_date=day,
            insured=Q(client__profile__isnull=False) & ~Q(client__profile__insurance_info=[]),
            covered=Coalesce(CoveredOn("client__profile__insurance_info", day), Value(False)),
        )
    )


def _is_ready() -> Q:
    insured_properly = Q(insured=True, covered=True, client__date_of_birth__isnull=False)
    return Q(has_signed_note=True, fee__isnull=False) & (Q(insured=False) | insured_properly)


def ready_to_bill() -> QuerySet[Appointment]:
    """Sessions with nothing left to ask: signed note, a code with a fee, and insurance that is complete or absent."""
    return unbilled_sessions().filter(_is_ready())


def held_sessions() -> QuerySet[Appointment]:
    """Completed sessions that are not ready; `checks_of` says why."""
    return unbilled_sessions().exclude(_is_ready())


def checks_of(session: Appointment, *, note_url: str = "") -> list[Check]:
    """Why a session of `unbilled_sessions()` can or cannot be billed. Runs no query."""
    return [
        _note_check(session, note_url),
        _code_check(session),
        _length_check(session),
        *_client_checks(session),
    ]


def _note_check(session: Appointment, note_url: str) -> Check:
    status: str = session.note_status  # type: ignore[attr-defined]
    day: date = session.service_date  # type: ignore[attr-defined]
    if session.has_signed_note:  # type: ignore[attr-defined]
        return Check(True, "Note signed", note_url, "Open note" if note_url else "")
    age = (clock.today() - day).days
    held = age >= practice.get(NoteDefaults).hold_days
    words = {
        DocumentStatus.DRAFT: "The note is a draft",
        DocumentStatus.PENDING_COSIGN: "The note waits for a co-signature",
    }.get(status, "No note has been written")  # type: ignore[call-overload]
    since = f", {formatting.plural(age, 'day')} after the session" if age > 0 else ""
    return Check(False, f"{words}{since}.", note_url, "Open note" if note_url else "", held=held)


def _code_check(session: Appointment) -> Check:
    fee = session.fee  # type: ignore[attr-defined]
    code = session.billing_code
    if fee is not None:
        return Check(True, f"{code}: {formatting.money(fee)}")
    if not code:
        url = reverse("billing:bill_create", args=[session.pk])
        return Check(False, "The appointment has no service code.", url, "Choose a code")
    return Check(
        False,
        f"{code} is not in the list of service codes, or has no fee.",
        reverse("billing:service_code_list"),
        "Codes",
    )


def _length_check(session: Appointment) -> Check:
    """A reminder only: what counts are the minutes in the note."""
    minutes = session.minutes
    least: int | None = session.least_minutes  # type: ignore[attr-defined]
    most: int | None = session.most_minutes  # type: ignore[attr-defined]
    if (least or 0) <= minutes and (most is None or minutes <= most):
        return Check(True, f"{formatting.duration(minutes)} booked", blocks=False)
    return Check(
        False,
        f"{formatting.duration(minutes)} booked does not fit {session.billing_code}. Go by the minutes in the note.",
        blocks=False,
    )


def _client_checks(session: Appointment) -> list[Check]:
    client = session.client
    day: date = session.service_date  # type: ignore[attr-defined]
    if not has_insurance(client):
        return [Check(True, "Self-pay: no insurance on file")]
    coverage = first_coverage(client, day)
    made = [
        Check(True, f"{coverage.provider} covers the day")
        if coverage
        else Check(
            False,
            "No insurance on file was in force that day.",
            profile_url(client.pk),
            "Profile",
            blocks=False,
        )
    ]
    if client.date_of_birth is None:
        made.append(
            Check(
                False,
                "The client has no date of birth, which the insurer asks for.",
                profile_url(client.pk),
                "Profile",
                blocks=False,
            )
        )
    return made


def past_hold(days: int) -> Q:
    """Sessions so many days ago or more: with an unsigned note their billing is on hold."""
    return Q(start_time__lt=clock.day_bounds(clock.today() - timedelta(days=days - 1))[0])


def work_figures() -> dict[str, Any]:
    """`ready`, `ready_amount`, `held`, `on_hold`: how many sessions, in one query."""
    unsigned = Q(has_signed_note=False)
    overdue = past_hold(practice.get(NoteDefaults).hold_days)
    return unbilled_sessions().aggregate(
        ready=Count("pk", filter=_is_ready()),
        ready_amount=total("fee", filter=_is_ready()),
        held=Count("pk", filter=~_is_ready()),
        on_hold=Count("pk", filter=unsigned & overdue),
    )
