"""A bill's verbs on screen: what they say when refused, and where they lead."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from billing import services
from billing.models import Adjustment, Bill, Transfer
from billing.panels import bill_links, copay_links
from mentalspace.core import clock, formatting
from mentalspace.core.models import AuditEvent
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from tests.billing.factories import BillFactory, PaymentFactory
from tests.billing.sessions import held_session, sign_note

D = Decimal
COURTESY = {"kind": "courtesy", "taken_from": "client"}


def copay_link(actor: User, visit: Appointment) -> tuple[str, str] | None:
    return copay_links(actor, [visit]).get(visit.pk)


def bill_link(actor: User, visit: Appointment) -> tuple[str, str] | None:
    return bill_links(actor, [visit]).get(visit.pk)


@pytest.fixture
def bill(cast) -> Bill:
    return BillFactory.create(client=cast.client, payer="Acme Health", staff=cast.therapist.staff)


def today() -> str:
    return formatting.date(clock.today())


def test_a_bills_life(cast, bill, client):
    client.force_login(cast.biller)

    def do(verb: str, **values: Any) -> Bill:
        answer = client.post(reverse(f"billing:bill_{verb}", args=[bill.pk]), values)
        assert answer["Location"] == reverse("billing:bill_detail", args=[bill.pk])
        return Bill.objects.get()

    assert do("parts", insurance_amount="110", client_amount="40", payer="Acme Health").client_amount == D(40)
    assert do("submit", submitted_on=today()).status == "submitted"
    assert do("deny", denied_on=today(), reason="CO 197").denial_reason == "CO 197"
    assert do("transfer", direction="to_client", amount="100").client_amount == D(140)
    assert do("adjust", kind="contractual", taken_from="insurance", amount="10").insurance_amount == D(0)
    assert do("write_off", kind="bad_debt", reason="Moved away").status == "written_off"
    page = client.get(reverse("billing:bill_detail", args=[bill.pk]))
    assert [(line.text, line.amount, line.balance) for line in page.context["lines"]] == [
        ("Charge", "$150.00", "$150.00"),
        ("Transfer: insurer to client", "$100.00", "$150.00"),
        ("Contractual adjustment, insurer’s part", "−$10.00", "$140.00"),
        ("Bad debt adjustment, client’s part", "−$140.00", "$0.00"),
    ]
    row = Adjustment.objects.get(kind="contractual")
    client.post(reverse("billing:adjustment_reverse", args=[row.pk]), {"reason": "Wrong bill"})
    assert Bill.objects.get().balance == D(10)
    assert do("void", reason="Not ours").status == "void"
    assert AuditEvent.objects.filter(verb="bill.voided", client_id=cast.client.pk).count() == 1


@pytest.mark.parametrize(
    ("verb", "values", "sentence"),
    [
        ("adjust", {**COURTESY, "amount": "30.01"}, "Only $30.00 is open on the client’s part"),
        ("adjust", {**COURTESY, "amount": "some"}, "Enter an amount in dollars and cents"),
        (
            "transfer",
            {"direction": "to_client", "amount": "120.01"},
            "Only $120.00 is open on the insurer’s part",
        ),
        ("void", {"reason": " "}, "Say why in a few words."),
        ("parts", {"insurance_amount": "1", "client_amount": "1"}, "this is $148.00 too little"),
        ("parts", {"insurance_amount": "120", "client_amount": "30", "payer": ""}, "Name the insurer"),
        ("submit", {"submitted_on": "1/1/2026"}, "cannot be sent before the day of the service"),
        ("deny", {"denied_on": "soon", "reason": "x"}, "Enter the date as month, day and year"),
    ],
)
def test_refusals_stand_at_the_field_and_keep_what_was_typed(cast, bill, client, verb, values, sentence):
    client.force_login(cast.biller)
    answer = client.post(reverse(f"billing:bill_{verb}", args=[bill.pk]), values)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    kept = {name: answer.context["form"][name].value() for name in values}
    assert kept == values
    assert not Adjustment.objects.exists()
    assert not Transfer.objects.exists()


def test_parts_stay_once_something_is_posted(cast, bill, client):
    client.force_login(cast.biller)
    client.post(reverse("billing:bill_adjust", args=[bill.pk]), {**COURTESY, "amount": "1"})
    url = reverse("billing:bill_parts", args=[bill.pk])
    answer = client.post(url, {"insurance_amount": "150", "client_amount": "0", "payer": "Acme"})
    assert "Something has been posted to this bill" in answer.content.decode()
    labels = [
        action.label
        for action in client.get(reverse("billing:bill_detail", args=[bill.pk])).context["actions"]
    ]
    assert "Edit parts" not in labels


def test_chain_links_the_note_only_for_who_may_read_it(cast, client):
    session = held_session(client=cast.client, staff=cast.therapist.staff)
    note = sign_note(session, staff=cast.therapist.staff)
    bill = BillFactory.create(client=cast.client, appointment=session, staff=cast.therapist.staff)
    for user, url in (
        (cast.biller, ""),
        (cast.therapist, reverse("documents:document_detail", args=[note.pk])),
    ):
        client.force_login(user)
        chain = client.get(reverse("billing:bill_detail", args=[bill.pk])).context["chain"]
        assert [step.label for step in chain] == ["Individual therapy", "Note", "Bill"]
        assert chain[1].url == url


def test_buttons_of_an_appointment(cast):
    visit = held_session(client=cast.client, staff=cast.therapist.staff, status=AppointmentStatus.CONFIRMED)
    assert copay_link(cast.front_desk, visit) is None
    visit.status = AppointmentStatus.CHECKED_IN
    assert (copay_link(cast.front_desk, visit) or [""])[0] == "Take payment"
    paid = PaymentFactory.create(client=cast.client, amount=Decimal(25), appointment=visit)
    taken = ("$25.00 taken", reverse("billing:payment_detail", args=[paid.pk]))
    assert copay_link(cast.front_desk, visit) == taken
    services.reverse_payment(actor=cast.biller, row_id=paid.pk, reason="Bounced")
    assert (copay_link(cast.front_desk, visit) or [""])[0] == "Take payment"
    assert copay_link(cast.therapist, visit) is None
    assert bill_link(cast.biller, visit) is None
    visit.status = AppointmentStatus.COMPLETED
    visit.save()
    assert (bill_link(cast.biller, visit) or [""])[0] == "Why can’t I bill this?"
    sign_note(visit, staff=cast.therapist.staff)
    assert bill_link(cast.biller, visit) == ("Bill", reverse("billing:bill_create", args=[visit.pk]))
    bill = BillFactory.create(client=cast.client, appointment=visit, staff=cast.therapist.staff)
    opened = ("Open bill", reverse("billing:bill_detail", args=[bill.pk]))
    assert bill_link(cast.therapist, visit) == bill_link(cast.front_desk, visit) == opened
    assert bill_link(cast.stranger, visit) is None
