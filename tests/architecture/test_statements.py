"""No page asks the database more for more rows, and the pages people open most ask at most twelve times."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from billing.models import Adjustment, Allocation, FeeProposal, Invoice, Payment
from clients.models import ClientFlag, Tag
from documents.choices import DocumentStatus, DocumentType
from documents.models import UnlockRequest
from mentalspace.core import audit, clock
from mentalspace.core.gates import anonymous
from scheduling.choices import AppointmentStatus
from tests.architecture.test_gates import URLS, gate_of
from tests.billing.factories import BillFactory, ServiceCodeFactory
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory, ClientFactory, ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory
from tests.messaging.factories import MessageFactory, ThreadFactory
from tests.scheduling.factories import AppointmentFactory

MOST = 12
COVERAGE = [{"rank": "primary", "provider": "Dogwood Mutual", "copay": "30.00"}]
HISTORY = {"conditions": ["Anxiety"], "medications": ["Sertraline"], "allergies": ["Latex"]}
OPENED_MOST = (
    "clients:client_list",
    "scheduling:schedule",
    "scheduling:appointment_list",
    "documents:note_list",
    "messaging:inbox",
    "messaging:sent",
    "billing:bill_list",
    "billing:invoice_list",
    "billing:payment_list",
    "crm:lead_board",
    "crm:lead_list",
    "staff:staff_list",
    "accounts:user_list",
    "workspace:search",
)


def add_rows(cast: Cast, place: int) -> None:
    """One more of everything that lists show."""
    therapist, today = cast.therapist.staff, clock.today()
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    client = ClientFactory.create(email=f"row{place}@example.com")
    ClientProfileFactory.create(client=client, insurance_info=COVERAGE, medical_history=HISTORY)
    CareTeamFactory.create(client=client, staff=therapist)
    ClientFlag.objects.create(client=client, kind="allergy", raised_by=therapist)
    client.tags.add(Tag.objects.create(name=f"Tag {place}"))
    AppointmentFactory.create(client=client, staff=therapist, start_time=now + timedelta(hours=place))
    held = AppointmentFactory.create(
        client=client,
        staff=therapist,
        start_time=now - timedelta(days=8, hours=place),
        status=AppointmentStatus.COMPLETED,
    )
    AppointmentFactory.create(
        client=client,
        staff=therapist,
        start_time=now - timedelta(days=4, hours=place),
        status=AppointmentStatus.COMPLETED,
    )
    missed = AppointmentFactory.create(
        client=client,
        staff=therapist,
        start_time=now - timedelta(days=5, hours=place),
        status=AppointmentStatus.NO_SHOW,
    )
    DocumentFactory.create(
        appointment=held, type=DocumentType.PROGRESS_NOTE, status=DocumentStatus.SIGNED, signed_at=now,
        signed_by=therapist, digest="0" * 64,
    )  # fmt: skip
    draft = DocumentFactory.create(
        appointment__client=client,
        appointment__staff=therapist,
        due_on=today - timedelta(days=5),
        locked_at=now,
    )
    UnlockRequest.objects.create(document=draft, requested_by=therapist, reason="I was sick.")
    invoice = Invoice.objects.create(
        client=client, sequence=1000 + place, number=f"INV-{1000 + place}", invoice_date=today, due_date=today
    )
    bill = BillFactory.create(
        client=client, appointment=held, staff=therapist, invoice=invoice, invoice_number=invoice.number,
        insurance_share=Decimal("120.00"), payer="Dogwood Mutual",
    )  # fmt: skip
    payment = Payment.objects.create(client=client, amount=Decimal("30.00"), received_on=today)
    Allocation.objects.create(payment=payment, bill=bill, amount=Decimal("10.00"))
    Adjustment.objects.create(bill=bill, amount=Decimal("5.00"), kind="courtesy")
    FeeProposal.objects.create(client=client, appointment=missed, kind="no_show", amount=Decimal("50.00"))
    ServiceCodeFactory.create(code=f"9{place:04d}")
    LeadFactory.create(follow_up_on=today)
    audit.record(actor=cast.admin, verb="client.viewed", obj=client, client_id=client.pk)
    for user in cast.by_role().values():
        thread = ThreadFactory.create(client=client)
        MessageFactory.create(thread=thread, sender=cast.stranger, receiver=user)
        MessageFactory.create(thread=thread, sender=user, receiver=cast.stranger, sending=uuid.uuid4())


def statements(cast: Cast, role: str) -> dict[str, int]:
    """How many statements each page without arguments takes, once it is warm."""
    browser = Browser()
    browser.force_login(cast.by_role()[role])
    counts = {}
    for name, pattern in URLS:
        if (
            pattern.pattern.converters
            or gate_of(pattern) is anonymous
            or not gate_of(pattern)(cast.by_role()[role])
        ):
            continue
        url = reverse(name) + ("?q=cl" if name == "workspace:search" else "")
        if browser.get(url).status_code != 200:
            continue
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        counts[name] = len(asked)
    return counts


@pytest.mark.parametrize("role", ["admin", "supervisor", "therapist", "biller", "front_desk"])
def test_three_rows_cost_what_one_row_costs(cast: Cast, role: str) -> None:
    add_rows(cast, 1)
    one = statements(cast, role)
    add_rows(cast, 2)
    add_rows(cast, 3)
    three = statements(cast, role)
    assert {name: (one[name], three[name]) for name in one if one[name] != three[name]} == {}
    assert {name: count for name, count in three.items() if name in OPENED_MOST and count > MOST} == {}


@pytest.mark.parametrize("role", ["admin", "supervisor", "therapist", "front_desk", "biller"])
def test_a_chart_asks_at_most_twelve_times_however_full_it_is(cast: Cast, role: str) -> None:
    ClientProfileFactory.create(client=cast.client, insurance_info=COVERAGE, medical_history=HISTORY)
    url = reverse("clients:client_detail", args=[cast.client.pk])
    browser = Browser()
    browser.force_login(cast.by_role()[role])
    counts = []
    for day in (1, 2, 3):
        start = clock.now() - timedelta(days=day)
        visit = AppointmentFactory.create(
            client=cast.client,
            staff=cast.therapist.staff,
            start_time=start,
            status=AppointmentStatus.COMPLETED,
        )
        DocumentFactory.create(
            appointment=visit,
            status=DocumentStatus.SIGNED,
            signed_at=start,
            signed_by=cast.therapist.staff,
            digest="0" * 64,
        )
        BillFactory.create(client=cast.client, appointment=visit, staff=cast.therapist.staff)
        assert browser.get(url).status_code == 200
        with CaptureQueriesContext(connection) as asked:
            browser.get(url)
        counts.append(len(asked))
    assert len(set(counts)) == 1
    assert counts[0] <= MOST
