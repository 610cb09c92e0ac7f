"""The demo practice is whole, the same every time, and keeps the invariants that services keep."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, Sum
from django.test import Client as Browser
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.choices import Role
from accounts.models import User
from billing.models import Allocation, Bill, Invoice, Payment
from billing.services.settle import SETTLED_FIELDS, settle
from clients.models import Client
from documents import answers
from documents.integrity import records_of
from documents.models import Document
from documents.queries import own_documents, sessions_without_note
from documents.seals import keys as seal_keys
from documents.services.drafts import form_of
from mentalspace.workspace.demo.build import logins
from scheduling.models import Appointment
from staff.models import Staff

pytestmark = pytest.mark.django_db
# A Wednesday in the middle of the practice's morning, so that the day has past and coming sessions.
FIRST_NAME = "Willa Pumpernickel"
NOON = datetime(2026, 3, 18, 15, 25, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Loaded once; each test works in a savepoint of its own, and all of it is rolled back."""
    # A test before this one may have ended a key and taken that back.
    seal_keys.forget()
    with time_machine.travel(NOON, tick=False), django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def test_it_is_a_practice_of_fourteen_and_a_hundred_and_eighty(demo: None) -> None:
    assert (Staff.objects.count(), Client.objects.count()) == (14, 180)
    assert set(User.objects.values_list("role", flat=True)) == set(Role.values)


def test_it_is_the_same_every_time(demo: None) -> None:
    first = Client.objects.order_by("pk").first()
    assert (str(first and first.pk), str(first)) == ("0243e863-b5b6-4d66-83b8-2e1ec21cea35", FIRST_NAME)


def test_people_are_obviously_invented(demo: None) -> None:
    assert not Client.objects.exclude(email=None).exclude(email__endswith="@example.com").exists()
    assert not Client.objects.exclude(phone__regex=r"^\+1\d{3}55501\d{2}$").exists()
    assert not User.objects.exclude(email__endswith="@demo.example.com").exists()


def test_every_signed_document_is_sealed_and_misses_nothing(demo: None) -> None:
    signed = list(Document.objects.filter(status="signed")[::25])
    assert len(signed) > 40
    assert [record.document.pk for record in records_of(signed) if not record.is_verified] == []
    assert [document.pk for document in signed if answers.problems(form_of(document), document.answers)] == []


def test_the_sums_of_every_bill_agree_with_its_rows(demo: None) -> None:
    paid = dict(Allocation.objects.values_list("bill").annotate(Sum("amount")))
    wrong = [
        bill.pk
        for bill in Bill.objects.all()
        if bill.insurance_paid + bill.client_paid != paid.get(bill.pk, 0)
    ]
    assert wrong == []
    assert not Bill.objects.exclude(
        amount=F("insurance_amount") + F("client_amount") + F("adjusted_amount")
    ).exists()
    overdrawn = Payment.objects.annotate(used=Sum("allocations__amount")).filter(used__gt=F("amount"))
    assert not overdrawn.exists()


def test_every_clinician_has_a_note_to_write_and_a_draft_to_finish(demo: None) -> None:
    for member in Staff.objects.filter(takes_appointments=True).select_related("user"):
        assert own_documents(member.user).filter(status="draft").exists(), member
        assert sessions_without_note(member.user).filter(staff=member).exists(), member


def test_settling_a_bill_anew_changes_nothing(demo: None) -> None:
    fields = [name for name in SETTLED_FIELDS if name != "updated_at"]
    changed = []
    for bill in Bill.objects.order_by("pk")[::15]:
        before = {name: getattr(bill, name) for name in fields}
        after = settle(bill)
        if before != {name: getattr(after, name) for name in fields}:
            changed.append((before, {name: getattr(after, name) for name in fields}))
    assert changed == []


def test_invoices_are_numbered_without_gaps(demo: None) -> None:
    numbers = list(Invoice.objects.order_by("sequence").values_list("sequence", flat=True))
    assert numbers == list(range(1000, 1000 + len(numbers)))
    assert len(numbers) > 20


def test_today_has_sessions_in_every_state_of_the_day(demo: None) -> None:
    today = Appointment.objects.filter(start_time__date=NOON.date())
    assert {"completed", "in_session", "confirmed"} <= set(today.values_list("status", flat=True))


@pytest.mark.parametrize(("label", "address", "password"), logins())
def test_each_role_signs_in_and_finds_work_at_home(
    demo: None, label: str, address: str, password: str
) -> None:
    browser = Browser()
    answer = browser.post(reverse("accounts:sign_in"), {"email": address, "password": password}, follow=True)
    assert answer.status_code == 200
    home = browser.get(reverse("workspace:home")).content.decode()
    assert home.count('class="rowlist"') >= 2
