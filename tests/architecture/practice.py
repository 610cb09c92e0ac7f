"""A practice with one of everything, twice: of a client of the therapist's, and of a stranger's client.

`build` makes it with everybody who may ask; `one_of_each` makes one household of records, for tests of the cast too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client as Browser

from accounts.choices import Role
from accounts.models import User
from billing.models import Adjustment, Allocation, FeeProposal, LeftCopay, Payment, Refund, Transfer
from billing.services import create_invoice
from billing.services.settle import settle
from clients.models import CareTeamMember, Client, ClientFlag, EmergencyAccess, Tag
from documents.choices import DocumentStatus, DocumentType
from documents.models import Packet, Snippet, UnlockRequest
from mentalspace.core import audit, clock
from mentalspace.core.models import AuditAlert
from scheduling.choices import AppointmentStatus, ReminderKind
from scheduling.models import Closure, Opening, Reminder, Room
from staff.choices import Supervision
from staff.models import Staff
from staff.services.photos import path_of
from tests.accounts.factories import UserFactory
from tests.architecture.urls import Rows
from tests.billing.factories import BillFactory, ServiceCodeFactory
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory, ClientFactory, ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import (
    ClientFileFactory,
    ConsentFactory,
    DisclosureFactory,
    DocumentFactory,
    FormDraftFactory,
    MeasureLinkFactory,
    OwnInstrumentFactory,
    PacketSignerFactory,
    RiskFactory,
    VersionFactory,
)
from tests.messaging.factories import MessageFactory, ThreadFactory
from tests.psychotherapy.factories import make_note
from tests.scheduling.factories import AppointmentFactory, RequestFactory, SeriesFactory, WaitlistFactory
from tests.staff.factories import StaffFactory


@dataclass(frozen=True)
class Persona:
    """Somebody who asks. `user` is None for who is not signed in, or may not sign in any more."""

    name: str
    user: User | None
    browser: Browser


@dataclass(frozen=True)
class Practice:
    """`households` are rows that belong together, by model: the therapist's client's, and the stranger's client's."""

    personas: dict[str, Persona]
    households: tuple[Rows, Rows]


def _member(role: Role, first: str, roles: list[Role] | None = None, **fields: Any) -> Staff:
    user = UserFactory.create(email=f"{first.lower()}@example.com", role=role, further_roles=roles or [])
    return StaffFactory.create(user=user, first_name=first, last_name="Persona", **fields)


def build() -> Practice:
    """Everybody signed in; the disabled one was disabled afterwards."""
    supervisor = _member(Role.SUPERVISOR, "Susan")
    clinical_lead = _member(Role.SUPERVISOR, "Lena", roles=[Role.THERAPIST])
    people = {
        "admin": _member(Role.ADMIN, "Ada", takes_appointments=False),
        "supervisor": supervisor,
        "therapist": _member(Role.THERAPIST, "Thea", supervisor=supervisor),
        "associate": _member(
            Role.ASSOCIATE, "Aldo", supervisor=supervisor, supervision=Supervision.COSIGN_ALL
        ),
        "biller": _member(Role.BILLER, "Bill", takes_appointments=False),
        "front_desk": _member(Role.FRONT_DESK, "Flora", takes_appointments=False),
        "stranger": _member(Role.THERAPIST, "Stella", supervisor=clinical_lead),
        # Supervises the stranger and is a therapist too: sees a client whom only assigned therapists change.
        "clinical_lead": clinical_lead,
        "colleague": _member(Role.THERAPIST, "Cody"),
        # No tie to anybody, but an emergency access to the first client that lasts.
        "helper": _member(Role.THERAPIST, "Hedda"),
        "disabled": _member(Role.THERAPIST, "Dora"),
    }
    desk, biller = people["front_desk"].user, people["biller"].user
    mine, others = (
        _client_of(people[author], place, last_name)
        for place, (author, last_name) in enumerate(
            (("therapist", "Quillfeather"), ("stranger", "Vandersloot"))
        )
    )
    households = (
        one_of_each(mine, people["therapist"], receiver=desk, biller=biller, place=0),
        one_of_each(others, people["stranger"], receiver=biller, biller=biller, place=1),
    )
    for name in ("associate", "colleague", "disabled"):
        CareTeamFactory.create(client=mine, staff=people[name], role="secondary")
    emergency(people["helper"].user, mine, lasting=True)
    personas = {"anonymous": Persona("anonymous", None, Browser(raise_request_exception=False))}
    for name, staff in people.items():
        browser = Browser(raise_request_exception=False)
        browser.force_login(staff.user)
        user = User.objects.select_related("staff").get(pk=staff.user_id)
        personas[name] = Persona(name, None if name == "disabled" else user, browser)
    User.objects.filter(pk=people["disabled"].user_id).update(is_active=False)
    return Practice(personas, households)


def emergency(user: User, client: Any, *, lasting: bool) -> EmergencyAccess:
    """An access that lasts now, or one of yesterday."""
    began = clock.now() - timedelta(minutes=5) if lasting else clock.now() - timedelta(days=1)
    return EmergencyAccess.objects.create(
        user=user, client=client, reason="Fire.", began_at=began, ends_at=began + timedelta(hours=1)
    )


def _client_of(author: Staff, place: int, last_name: str) -> Client:
    client: Client = ClientFactory.create(
        first_name=f"Clara{place}",
        last_name=last_name,
        email=f"{last_name.lower()}@clients.example",
        phone=f"+1404555010{place}",
    )
    CareTeamFactory.create(client=client, staff=author)
    return client


def of_the_cast(cast: Cast) -> Rows:
    """One of everything that hangs on the cast's client, by her therapist."""
    therapist = cast.therapist.staff
    return one_of_each(cast.client, therapist, receiver=cast.front_desk, biller=cast.biller, place=0)


def one_of_each(client: Client, author: Staff, *, receiver: User, biller: User, place: int) -> Rows:
    """One row of each model, all about one client of this clinician's. `place` tells two households apart."""
    day, now = date(2026, 3, 2), clock.now()
    coverage = [{"rank": "primary", "provider": "Dogwood Mutual", "copay": "30.00"}]
    profile = ClientProfileFactory.create(client=client, insurance_info=coverage)
    tag = Tag.objects.create(name=f"Evenings {place}")
    client.tags.add(tag)
    session = AppointmentFactory.create(
        client=client,
        staff=author,
        status=AppointmentStatus.COMPLETED,
        start_time=datetime(2026, 3, 2, 15 + place, tzinfo=UTC),
        # So that the pages of groups answer too.
        group_session=uuid4(),
    )
    missed = AppointmentFactory.create(client=client, staff=author, status=AppointmentStatus.NO_SHOW)
    draft = DocumentFactory.create(appointment=session, type=DocumentType.PROGRESS_NOTE)
    locked = DocumentFactory.create(
        appointment=missed, type=DocumentType.MISSED_NOTE, locked_at=now - timedelta(days=1)
    )
    signer = PacketSignerFactory.create(request__client=client, request__asked_by=author)
    bill = BillFactory.create(client=client, appointment=session, staff=author)
    owed = BillFactory.create(client=client, staff=author)
    payment = Payment.objects.create(client=client, amount=Decimal("30.00"), received_on=day)
    thread = ThreadFactory.create(client=client)
    MessageFactory.create(thread=thread, sender=author.user, receiver=receiver)
    photo = f"{place:032x}"
    if not default_storage.exists(path_of(photo)):
        default_storage.save(path_of(photo), ContentFile(b"RIFF"))
    Staff.objects.filter(pk=author.pk).update(image_url=f"/staff/photos/{photo}/")
    paper = ClientFileFactory.create(client=client, added_by=author)
    rows = [
        client, profile, tag, session, draft, bill, payment, thread, author.user, author,
        CareTeamMember.objects.get(client=client, staff=author),
        ClientFlag.objects.create(client=client, kind="allergy"),
        UnlockRequest.objects.create(document=locked, requested_by=author, reason="Sick."),
        create_invoice(actor=biller, client_id=client.pk, bill_ids=[owed.pk], invoice_date=day),
        Allocation.objects.create(payment=payment, bill=bill, amount=Decimal("10.00")),
        Adjustment.objects.create(bill=bill, amount=Decimal("5.00"), kind="courtesy"),
        Transfer.objects.create(bill=bill, amount=Decimal("5.00")),
        Refund.objects.create(payment=payment, amount=Decimal("5.00"), method="card", refunded_on=day),
        FeeProposal.objects.create(
            client=client, appointment=missed, kind="no_show", amount=Decimal("50.00")
        ),
        LeftCopay.objects.create(
            client=client, appointment=session, amount=Decimal("30.00"), reason="later", left_at=now
        ),
        LeadFactory.create(),
        audit.record(actor=author.user, verb="client.updated", obj=client, client_id=client.pk),
        AuditAlert.objects.create(
            kind="exports", actor=author.user, since=now - timedelta(hours=1), until=now, count=12
        ),
        make_note(author.user, client),
        emergency(author.user, client, lasting=False),
        ServiceCodeFactory.create(code=f"9083{place}"),
        Closure.objects.create(name=f"Retreat {place}", day=day),
        Room.objects.create(name=f"Room {place}"),
        Reminder.objects.create(
            appointment=session, kind=next(iter(ReminderKind)), start_time=session.start_time, failed_at=now
        ),
        SeriesFactory.create(staff=author, client=client),
        WaitlistFactory.create(client=client),
        RequestFactory.create(staff=author),
        RiskFactory.create(client=client, entered_by=author),
        Snippet.objects.create(staff=author, name=f"grounding-{place}", text="Grounded {client}."),
        FormDraftFactory.create(key=f"crisis_call_{place}"),
        OwnInstrumentFactory.create(key=f"own_stress_{place}"),
        MeasureLinkFactory.create(client=client, sent_by=author),
        paper, VersionFactory.create(file=paper),
        signer, signer.request, ConsentFactory.create(request=signer.request),
        Packet.objects.create(name=f"Packet {place}"),
        DisclosureFactory.create(client=client, disclosed_by=author),
        Opening.objects.create(
            staff=author, start_time=now + timedelta(days=3), end_time=now + timedelta(days=3, hours=1),
            opened_by="cancelled",
        ),
    ]  # fmt: skip
    # The ledger's rows stand in the bill's sums.
    settle(bill)
    assert draft.status == DocumentStatus.DRAFT
    return {type(row): row for row in rows}
