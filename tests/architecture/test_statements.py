"""No page asks the database more for more rows; the pages that people open most ask at most twelve times."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from billing import services as billing
from billing.models import (
    Adjustment,
    Allocation,
    Bill,
    FeeProposal,
    Invoice,
    Payment,
    Refund,
    Transfer,
)
from clients.models import ClientFlag, ClientStatusChange, Tag
from crm.models import Lead, LeadActivity, LeadStatusChange
from documents.choices import DocumentStatus, DocumentType
from documents.models import Document, DocumentAddendum, DocumentReview, DocumentSignature, UnlockRequest
from mentalspace.core import audit, clock
from mentalspace.core.gates import anonymous
from messaging.models import Thread
from scheduling.asked import VIEWS
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment, AppointmentEvent, Closure, Opening, Room
from tests.architecture.urls import SLUGS, URLS, gate_of
from tests.billing.factories import BillFactory, ServiceCodeFactory
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory, ClientFactory, ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory, RiskFactory
from tests.messaging.factories import MessageFactory, ThreadFactory
from tests.scheduling.factories import AppointmentFactory, RequestFactory, WaitlistFactory
from tests.staff.factories import StaffFactory

# With the event of the page.
MOST = 12
COVERAGE = [{"rank": "primary", "provider": "Dogwood Mutual", "copay": "30.00"}]
HISTORY = {"conditions": ["Anxiety"], "medications": ["Sertraline"], "allergies": ["Latex"]}
OPENED_MOST = (
    "clients:client_list",
    "scheduling:schedule",
    "scheduling:day_sheet",
    "scheduling:appointment_list",
    "documents:note_list",
    "documents:consent_list",
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
    Closure.objects.create(name=f"Retreat {place}", day=today)
    Room.objects.create(name=f"Room {place}")
    WaitlistFactory.create(client=client)
    RequestFactory.create(staff=therapist)
    RiskFactory.create(client=client, entered_by=therapist)
    monday = today + timedelta(days=7 - today.weekday())
    open_from = clock.at(monday, time(9)) + timedelta(hours=place)
    Opening.objects.create(
        staff=therapist, start_time=open_from, end_time=open_from + timedelta(hours=1), opened_by="moved"
    )
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


@pytest.mark.parametrize("role", ["admin", "therapist"])
def test_a_page_costs_at_most_two_statements_for_its_event(
    cast: Cast, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The event, and for clinicians the rights under which they see whom it names."""
    add_rows(cast, 1)
    recorded = statements(cast, role)
    monkeypatch.setattr("mentalspace.core.audit.middleware.note", lambda *_: None)
    silent = statements(cast, role)
    paid = {name: count - silent[name] for name, count in recorded.items()}
    assert paid["clients:client_list"] == (2 if role == "therapist" else 1)
    assert {name: count for name, count in paid.items() if count > 2} == {}


def add_visit(cast: Cast, place: int) -> tuple[Appointment, Document, Bill]:
    """One more session of the client, held, written up and billed, so many days ago."""
    therapist, start = cast.therapist.staff, clock.now() - timedelta(days=place)
    visit = AppointmentFactory.create(
        client=cast.client, staff=therapist, start_time=start, status=AppointmentStatus.COMPLETED
    )
    note = DocumentFactory.create(
        appointment=visit, status=DocumentStatus.SIGNED, signed_at=start, signed_by=therapist, digest="0" * 64
    )
    bill = BillFactory.create(client=cast.client, appointment=visit, staff=therapist)
    return visit, note, bill


def add_to_chart(cast: Cast, place: int) -> None:
    """One more of everything that a chart's tabs show."""
    therapist, client, today = cast.therapist.staff, cast.client, clock.today()
    visit, note, bill = add_visit(cast, place)
    AppointmentFactory.create(client=client, staff=therapist, start_time=clock.now() + timedelta(days=place))
    DocumentFactory.create(
        appointment=None,
        client=client,
        staff=therapist,
        type=DocumentType.TREATMENT_PLAN,
        status=DocumentStatus.SIGNED,
        signed_at=clock.now() - timedelta(days=place),
        signed_by=therapist,
        review_on=today + timedelta(days=place),
        digest="0" * 64,
    )
    CareTeamFactory.create(client=client, staff=StaffFactory.create(), role="secondary")
    kind = ("allergy", "billing", "other")[place - 1]
    ClientFlag.objects.create(client=client, kind=kind, raised_by=therapist)
    ClientFlag.objects.create(
        client=client,
        kind="attendance",
        raised_by=therapist,
        resolved_at=clock.now(),
        resolved_by=therapist,
        resolution="Comes again.",
    )
    client.tags.add(Tag.objects.create(name=f"Tag {place}"))
    ClientStatusChange.objects.create(
        client=client, from_status="waitlist", to_status="active", reason="Began.", changed_by=therapist
    )
    invoice = Invoice.objects.create(
        client=client, sequence=place, number=f"INV-{place}", invoice_date=today, due_date=today
    )
    Bill.objects.filter(pk=bill.pk).update(invoice=invoice, invoice_number=invoice.number)
    payment = Payment.objects.create(client=client, amount=Decimal("30.00"), received_on=today)
    Allocation.objects.create(payment=payment, bill=bill, amount=Decimal("10.00"))
    for thing in (visit, note):
        audit.record(
            actor=cast.therapist, verb=f"{thing._meta.model_name}.changed", obj=thing, client_id=client.pk
        )
    for user in cast.by_role().values():
        thread = ThreadFactory.create(client=client)
        MessageFactory.create(thread=thread, sender=cast.stranger, receiver=user)


def cost(browser: Browser, url: str) -> int | None:
    """How many statements a page takes once it is warm; None where there is no such page for this person."""
    if browser.get(url).status_code != 200:
        return None
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(url).status_code == 200
    return len(asked)


def costs(cast: Cast, role: str, urls: Iterable[str]) -> dict[str, int]:
    """`cost` of each of the pages that somebody of this role may open."""
    browser = Browser()
    browser.force_login(cast.by_role()[role])
    found = {url: cost(browser, url) for url in urls}
    return {url: count for url, count in found.items() if count is not None}


@dataclass(frozen=True)
class Objects:
    """One of each thing that has a page of its own."""

    visit: Appointment
    note: Document
    bill: Bill
    invoice: Invoice
    payment: Payment
    lead: Lead
    thread: Thread

    def urls(self, cast: Cast) -> list[str]:
        """Their pages, and every tab of two colleagues."""
        pages = {
            "scheduling:appointment_detail": self.visit,
            "documents:document_detail": self.note,
            "billing:bill_detail": self.bill,
            "billing:invoice_detail": self.invoice,
            "billing:payment_detail": self.payment,
            "crm:lead_detail": self.lead,
            "messaging:thread_detail": self.thread,
            "accounts:user_detail": cast.therapist,
        }
        colleagues = [cast.therapist.staff, cast.supervisor.staff]
        return [
            *(reverse(name, args=[found.pk]) for name, found in pages.items()),
            *(reverse("staff:staff_detail", args=[each.pk]) for each in colleagues),
            *(reverse("staff:availability", args=[each.pk]) for each in colleagues),
            *(
                reverse("staff:staff_tab", args=[each.pk, slug])
                for each in colleagues
                for slug in SLUGS["staff:staff_tab"]()
            ),
        ]


def add_to_objects(cast: Cast, made: Objects, place: int) -> None:
    """One more of everything that hangs on each of them."""
    therapist, supervisor = cast.therapist.staff, cast.supervisor.staff
    visit, note, bill, payment = made.visit, made.note, made.bill, made.payment
    AppointmentFactory.create(
        client=ClientFactory.create(),
        staff=therapist,
        start_time=visit.start_time,
        end_time=visit.end_time,
        group_session=visit.group_session,
    )
    AppointmentEvent.objects.create(appointment=visit, by=therapist, to_status=AppointmentStatus.COMPLETED)
    DocumentSignature.objects.create(
        document=note, staff=supervisor, printed_name="Susan", license="LCSW 1", digest="0" * 64
    )
    DocumentAddendum.objects.create(
        document=note, staff=therapist, content="Corrected.", printed_name="Thea", digest="0" * 64
    )
    DocumentReview.objects.create(document=note, reviewer=supervisor, comment="Say more.")
    Allocation.objects.create(payment=payment, bill=bill, amount=Decimal("1.00"))
    Adjustment.objects.create(bill=bill, amount=Decimal("1.00"), kind="courtesy")
    Transfer.objects.create(bill=bill, amount=Decimal("1.00"), direction="to_client")
    Refund.objects.create(payment=payment, amount=Decimal("1.00"), refunded_on=clock.today(), method="check")
    _, _, further = add_visit(cast, place + 10)
    for each in (bill, further):
        Bill.objects.filter(pk=each.pk).update(invoice=made.invoice, invoice_number=made.invoice.number)
    StaffFactory.create(supervisor=supervisor)
    for colleague in (therapist, supervisor):
        CareTeamFactory.create(client=ClientFactory.create(), staff=colleague)
    LeadActivity.objects.create(lead=made.lead, kind="call", outcome="reached", by=cast.front_desk.staff)
    LeadStatusChange.objects.create(
        lead=made.lead, from_status="new", to_status="contacted", changed_by=cast.front_desk.staff
    )
    sending = uuid.uuid4()
    for user in cast.by_role().values():
        MessageFactory.create(thread=made.thread, sender=cast.stranger, receiver=user, sending=sending)


@pytest.fixture
def objects(cast: Cast) -> Objects:
    visit, note, bill = add_visit(cast, 1)
    Appointment.objects.filter(pk=visit.pk).update(group_session=uuid.uuid4())
    visit.refresh_from_db()
    today = clock.today()
    return Objects(
        visit=visit,
        note=note,
        bill=bill,
        invoice=billing.create_invoice(
            actor=cast.biller, client_id=cast.client.pk, bill_ids=[bill.pk], invoice_date=today
        ),
        payment=Payment.objects.create(client=cast.client, amount=Decimal("30.00"), received_on=today),
        lead=LeadFactory.create(follow_up_on=today),
        thread=ThreadFactory.create(client=cast.client),
    )


def assert_same_and_few(one: dict[str, int], three: dict[str, int], most: int = MOST) -> None:
    """No page costs more for more rows, and none more than `most`."""
    assert one
    assert {url: (one.get(url), three[url]) for url in three if one.get(url) != three[url]} == {}
    assert {url: count for url, count in three.items() if count > most} == {}


@pytest.mark.parametrize("role", Role.values)
def test_every_tab_of_a_chart_costs_the_same_however_full_it_is(cast: Cast, role: str) -> None:
    ClientProfileFactory.create(client=cast.client, insurance_info=COVERAGE, medical_history=HISTORY)
    key = cast.client.pk
    if role == Role.ASSOCIATE:
        # In the cast she has clients of her own; here she is to see this one's tabs.
        CareTeamFactory.create(client=cast.client, staff=cast.associate.staff, role="secondary")
    urls = [reverse("clients:client_tab", args=[key, slug]) for slug in SLUGS["clients:client_tab"]()]
    urls.append(reverse("clients:client_detail", args=[key]))
    add_to_chart(cast, 1)
    one = costs(cast, role, urls)
    add_to_chart(cast, 2)
    add_to_chart(cast, 3)
    assert_same_and_few(one, costs(cast, role, urls))


@pytest.mark.parametrize("role", Role.values)
def test_every_page_of_one_thing_costs_the_same_whatever_hangs_on_it(
    cast: Cast, objects: Objects, role: str
) -> None:
    urls = objects.urls(cast)
    add_to_objects(cast, objects, 1)
    one = costs(cast, role, urls)
    assert role != "admin" or one.keys() == set(urls)
    add_to_objects(cast, objects, 2)
    add_to_objects(cast, objects, 3)
    # One more than the pages people open most: a session's page asks by which right the clinician sees its client.
    assert_same_and_few(one, costs(cast, role, urls), MOST + 1)


@pytest.mark.parametrize("role", Role.values)
def test_every_view_of_the_calendar_costs_the_same_however_full_it_is(cast: Cast, role: str) -> None:
    def fill(day: int) -> None:
        for client in (cast.client, cast.other_client):
            therapist = client.care_team.get().staff
            for hours in (2, 30):
                start = clock.now() + timedelta(days=day, hours=hours)
                AppointmentFactory.create(client=client, staff=therapist, start_time=start)
        StaffFactory.create()

    day = (clock.today() + timedelta(days=3)).isoformat()
    urls = [f"{reverse('scheduling:schedule')}?view={view}&date={day}&staff=all" for view in VIEWS]
    # The day shown is not empty at first: a page that names nobody asks for no rights.
    fill(3)
    one = costs(cast, role, urls)
    fill(2)
    fill(5)
    assert_same_and_few(one, costs(cast, role, urls))
