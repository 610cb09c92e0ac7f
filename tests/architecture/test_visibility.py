"""A therapist who has nothing to do with a client gets the same answer for the client's records as for none at all."""

import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, reverse

from accounts.models import User
from billing.models import Adjustment, Allocation, FeeProposal, Invoice, Payment, Refund, Transfer
from billing.services.settle import settle
from clients.models import CareTeamMember, ClientFlag, EmergencyAccess, Tag
from documents.choices import DocumentType
from documents.models import UnlockRequest
from mentalspace.core import clock
from mentalspace.core.gates import anonymous
from scheduling.choices import AppointmentStatus
from scheduling.models import Reminder
from tests.architecture.test_gates import URLS, gate_of
from tests.billing.factories import BillFactory, ServiceCodeFactory
from tests.cast import Cast
from tests.clients.factories import ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory
from tests.messaging.factories import MessageFactory, ThreadFactory
from tests.psychotherapy.factories import make_note
from tests.scheduling.factories import AppointmentFactory, SeriesFactory

# Nobody's client hangs on these: colleagues are visible to each other, and the rest is refused by role.
NOT_ABOUT_CLIENTS = (
    "account/",
    "audit/",
    "staff/",
    "users/",
    "reset/",
    "service-codes/",
    "reports/",
    "settings/",
    "clients/tags/",
    "holidays/",
    "rooms/",
)
UNKNOWN = {"slug": "no-such-tab", "index": 0}


@pytest.fixture
def records(cast: Cast) -> dict[str, Any]:
    return make_records(cast)


def make_records(cast: Cast) -> dict[str, Any]:
    """One of everything that hangs on the therapist's client, by the first word of its address."""
    client, therapist = cast.client, cast.therapist.staff
    ClientProfileFactory.create(client=client)
    appointment = AppointmentFactory.create(
        client=client,
        staff=therapist,
        status=AppointmentStatus.COMPLETED,
        start_time=datetime(2026, 3, 2, 15, tzinfo=UTC),
    )
    document = DocumentFactory.create(appointment=appointment, type=DocumentType.PROGRESS_NOTE)
    bill = BillFactory.create(client=client, appointment=appointment, staff=therapist)
    today = date(2026, 3, 2)
    payment = Payment.objects.create(client=client, amount=Decimal("30.00"), received_on=today)
    thread = ThreadFactory.create(client=client)
    MessageFactory.create(thread=thread, sender=cast.therapist, receiver=cast.front_desk)
    missed = AppointmentFactory.create(client=client, staff=therapist, status=AppointmentStatus.NO_SHOW)
    found = {
        "clients": client,
        "appointments": appointment,
        "notes": appointment,
        "documents": document,
        "unlock-requests": UnlockRequest.objects.create(
            document=document, requested_by=therapist, reason="Sick."
        ),
        "bills": bill,
        "invoices": Invoice.objects.create(
            client=client, sequence=1000, number="INV-1000", invoice_date=today, due_date=today
        ),
        "payments": payment,
        "allocations": Allocation.objects.create(payment=payment, bill=bill, amount=Decimal("10.00")),
        "adjustments": Adjustment.objects.create(bill=bill, amount=Decimal("5.00"), kind="courtesy"),
        "transfers": Transfer.objects.create(bill=bill, amount=Decimal("5.00")),
        "refunds": Refund.objects.create(
            payment=payment, amount=Decimal("5.00"), method="card", refunded_on=today
        ),
        "fee-proposals": FeeProposal.objects.create(
            client=client, appointment=missed, kind="no_show", amount=Decimal("50.00")
        ),
        "messages": thread,
        "leads": LeadFactory.create(),
        "member_pk": CareTeamMember.objects.get(client=client),
        "flag_pk": ClientFlag.objects.create(client=client, kind="allergy"),
        "tag_pk": Tag.objects.create(name="Evenings"),
        "reminders": Reminder.objects.create(
            appointment=appointment, kind="email", start_time=appointment.start_time
        ),
        "series": SeriesFactory.create(client=client, staff=therapist),
        "emergency-access": EmergencyAccess.objects.create(
            client=client,
            user=cast.supervisor,
            reason="Needed now.",
            began_at=clock.now(),
            ends_at=clock.now() + timedelta(hours=1),
        ),
        "client_id": client,
        "appointment_id": appointment,
        "code": ServiceCodeFactory.create(),
        "psychotherapy-notes": make_note(cast.therapist, client, appointment=appointment),
    }
    # The ledger rows above stand in the bill's sums.
    settle(bill)
    return found


def object_urls() -> list[tuple[str, URLPattern]]:
    return [
        (name, pattern)
        for name, pattern in URLS
        if pattern.pattern.converters
        and gate_of(pattern) is not anonymous
        and not str(pattern.pattern).startswith(NOT_ABOUT_CLIENTS)
    ]


def arguments(pattern: URLPattern, records: dict[str, Any] | None) -> dict[str, Any]:
    """The ids of the client's records, or with None ids of nothing. An address nobody classified fails here."""
    first_word = str(pattern.pattern).split("/")[0]
    found: dict[str, Any] = {}
    for key, converter in pattern.pattern.converters.items():
        if key in UNKNOWN:
            found[key] = UNKNOWN[key]
        elif records is None:
            found[key] = 999_999 if "Int" in type(converter).__name__ else uuid.UUID(int=7)
        else:
            found[key] = records[key if key in records else first_word].pk
    return found


def statuses(user: User, name: str, given: dict[str, Any]) -> list[int]:
    browser = Browser()
    browser.force_login(user)
    url = reverse(name, kwargs=given)
    return [browser.get(url).status_code, browser.post(url).status_code]


@pytest.mark.parametrize("person", ["stranger", "associate"])
def test_a_clinician_without_a_tie_to_the_client_sees_nothing_of_her(
    cast: Cast, records: dict[str, Any], person: str
) -> None:
    actor = getattr(cast, person)
    wrong = []
    for name, pattern in object_urls():
        theirs = statuses(actor, name, arguments(pattern, records))
        nothing = statuses(actor, name, arguments(pattern, None))
        if theirs != nothing or not set(theirs) <= {403, 404, 405}:
            wrong.append((name, theirs, nothing))
    assert wrong == []


@pytest.mark.parametrize("person", ["biller", "front_desk"])
def test_billers_and_the_desk_open_nothing_clinical(cast: Cast, records: dict[str, Any], person: str) -> None:
    actor = getattr(cast, person)
    reached = []
    for name, pattern in object_urls():
        if name.startswith("documents:") and set(statuses(actor, name, arguments(pattern, records))) - {
            403,
            404,
            405,
        }:
            reached.append(name)
    assert reached == []


def test_the_test_finds_a_planted_hole(cast: Cast, records: dict[str, Any]) -> None:
    """Once the stranger is on the care team the same addresses open: the test above can fail."""
    CareTeamMember.objects.create(
        client=cast.client, staff=cast.stranger.staff, role="secondary", starts_on=date(2020, 1, 1)
    )
    assert statuses(cast.stranger, "clients:client_detail", {"pk": cast.client.pk})[0] == 200
