"""Put the demo practice together."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from accounts.choices import Role
from accounts.models import User
from billing.services import create_invoice
from clients.models import Client
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.audit_alerts import raise_alerts
from mentalspace.workspace.demo.calendar import make_calendar
from mentalspace.workspace.demo.consents import make_consents
from mentalspace.workspace.demo.emergencies import make_emergencies
from mentalspace.workspace.demo.files import make_files
from mentalspace.workspace.demo.letters import make_leads, make_messages
from mentalspace.workspace.demo.maker import Maker
from mentalspace.workspace.demo.measures import make_measures
from mentalspace.workspace.demo.money import Books, invoiceable, make_money
from mentalspace.workspace.demo.own_forms import make_own_forms, make_snippets
from mentalspace.workspace.demo.own_instruments import make_own_instruments
from mentalspace.workspace.demo.own_notes import make_own_notes
from mentalspace.workspace.demo.people import DOMAIN, PASSWORD, STAFF, People, make_people
from mentalspace.workspace.demo.records import Chart, make_records
from mentalspace.workspace.demo.reminders import make_reminders
from mentalspace.workspace.demo.waiting import make_requests, make_waitlist
from scheduling.defaults import TelehealthDefaults

Progress = Callable[[str], None]
PRACTICE = practice.PracticeProfile(
    name="Wisteria Counseling (demo)",
    street="12 Imaginary Lane, Suite 4",
    city="Atlanta",
    state="GA",
    zip_code="30309",
    phone="+14045550100",
    email="office@example.com",
    npi="1234567893",
    ein="00-0000000",
)
INVOICES = 26


class PracticeNotEmpty(Exception):
    """There are people in this database already; a demo among them would be mistaken for them."""


@transaction.atomic
def build(progress: Progress) -> None:
    """Everything, or nothing. Raises PracticeNotEmpty."""
    if User.objects.exists() or Client.objects.exists():
        raise PracticeNotEmpty
    practice.save(PRACTICE)
    practice.save(TelehealthDefaults(address="https://video.example.com/{code}"))
    make = Maker()
    progress("people")
    people = make_people(make)
    progress("appointments")
    diary = make_calendar(make, people)
    make_reminders(make, diary)
    progress("documents")
    chart = make_records(make, people, diary)
    progress("billing")
    books = make_money(make, people, diary, chart)
    make_invoices(make, people, books)
    progress("messages and leads")
    make_messages(make, people)
    make_leads(make, people)
    make_history(make, people, chart)
    make_emergencies(make, people)
    # What the worker would have found in these days.
    raise_alerts(timedelta(days=14))
    make_own_notes(make, people, diary)
    make_waitlist(make, people)
    make_requests(make, people)
    make_measures(make, people, diary)
    make_own_instruments(make, people, diary)
    make_files(make, people)
    make_consents(make, people)
    make_own_forms(people)
    make_snippets(people)


def make_invoices(make: Maker, people: People, books: Books) -> None:
    """Invoices over the last weeks, by the service that numbers them; some are past their due date."""
    actor = people.staff["biller"].user
    for place, (client, bills) in enumerate(invoiceable(books, people.clients)[:INVOICES]):
        day = max(make.today - timedelta(days=50 - 2 * place), *(bill.service_date for bill in bills))
        create_invoice(
            actor=actor,
            client_id=client.pk,
            bill_ids=[bill.pk for bill in bills],
            invoice_date=min(day, make.today),
        )


def make_history(make: Maker, people: People, chart: Chart) -> None:
    """What the audit log would hold of it."""
    desk = people.staff["frontdesk"].user
    events = [
        AuditEvent(
            at=client.created_at,
            actor=desk,
            verb="client.created",
            object_type="client",
            object_id=str(client.pk),
            client_id=client.pk,
        )
        for client in people.clients
    ]
    events += [
        AuditEvent(
            at=signature.signed_at, actor_id=signature.staff.user_id, object_type="document", object_id=str(signature.document_id),
            verb="document.cosigned" if signature.role == "cosigner" else "document.signed", client_id=signature.document.client_id,
            changes={"digest": ["", signature.digest]},
        )
        for signature in chart.signatures
    ]  # fmt: skip
    AuditEvent.objects.bulk_create(sorted(events, key=lambda event: event.at), batch_size=500)


def logins() -> list[tuple[str, str, str]]:
    """One person per role: role, address, password."""
    first: dict[str, str] = {}
    for local, role, *_rest in STAFF:
        first.setdefault(role, f"{local}@{DOMAIN}")
    return [(Role(role).label, address, PASSWORD) for role, address in first.items()]
