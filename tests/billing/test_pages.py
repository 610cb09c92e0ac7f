"""Every page of this app opens for whom it is meant, and for nobody else."""

from decimal import Decimal

import pytest
from django.urls import reverse

from billing import services
from billing.models import FeeProposal
from scheduling.choices import AppointmentStatus
from tests.billing.factories import PaymentFactory, ServiceCodeFactory
from tests.billing.sessions import held_session, insure, signed_session


@pytest.fixture
def books(cast):
    """One of everything."""
    insure(cast.client)
    bill = services.bill_session(
        actor=cast.biller, appointment_id=signed_session(client=cast.client, staff=cast.therapist.staff).pk
    )
    missed = held_session(client=cast.client, status=AppointmentStatus.NO_SHOW)
    other = services.bill_session(
        actor=cast.biller, appointment_id=signed_session(client=cast.client, staff=cast.therapist.staff).pk
    )
    return {
        "bill": bill,
        "invoice": services.create_invoice(
            actor=cast.biller,
            client_id=cast.client.pk,
            bill_ids=[other.pk],
            invoice_date=other.client_due_from,
        ),
        "payment": PaymentFactory.create(client=cast.client),
        "adjustment": services.adjust(
            actor=cast.biller, bill_id=other.pk, kind="courtesy", amount=Decimal(1), taken_from="client"
        ),
        "transfer": services.transfer(actor=cast.biller, bill_id=other.pk, amount=Decimal(1)),
        "fee": FeeProposal.objects.create(client=cast.client, appointment=missed, kind="no_show", amount=100),
        "held": held_session(client=cast.client),
        "ready": signed_session(client=cast.client),
        "code": ServiceCodeFactory.create(),
        "client": cast.client,
    }


MANAGERS = {"admin", "biller"}
OFFICE = MANAGERS | {"front_desk"}
EVERYBODY = OFFICE | {"supervisor", "therapist", "associate"}
PAGES = [
    ("billing_home", None, MANAGERS),
    ("ageing", None, MANAGERS),
    ("ageing_payers", None, MANAGERS),
    ("bill_list", None, EVERYBODY),
    ("bill_ready", None, MANAGERS),
    ("bill_held", None, MANAGERS),
    ("bill_checks", "held", MANAGERS),
    ("bill_create", "ready", MANAGERS),
    ("charge_create", "client", MANAGERS),
    ("bill_detail", "bill", OFFICE | {"therapist"}),
    *(
        (f"bill_{verb}", "bill", MANAGERS)
        for verb in ("parts", "submit", "deny", "adjust", "transfer", "write_off", "void")
    ),
    ("adjustment_reverse", "adjustment", MANAGERS),
    ("transfer_reverse", "transfer", MANAGERS),
    ("invoice_list", None, OFFICE),
    ("invoice_create", "client", MANAGERS),
    ("invoice_detail", "invoice", OFFICE),
    ("invoice_pdf", "invoice", OFFICE),
    ("invoice_void", "invoice", MANAGERS),
    ("payment_list", None, OFFICE),
    ("payment_create", None, OFFICE),
    ("payment_detail", "payment", OFFICE),
    ("payment_apply", "payment", OFFICE),
    ("payment_refund", "payment", MANAGERS),
    ("payment_reverse", "payment", MANAGERS),
    ("fee_list", None, MANAGERS),
    ("fee_confirm", "fee", MANAGERS),
    ("fee_waive", "fee", MANAGERS),
    ("service_code_list", None, MANAGERS),
    ("service_code_create", None, MANAGERS),
    ("service_code_import", None, MANAGERS),
    ("service_code_edit", "code", MANAGERS),
]


@pytest.mark.parametrize(("name", "of", "allowed"), PAGES, ids=[page[0] for page in PAGES])
def test_page_opens_for_its_roles_only(cast, books, client, name, of, allowed):
    url = reverse(f"billing:{name}", args=[books[of].pk] if of else [])
    opened = set()
    for role, user in cast.by_role().items():
        client.force_login(user)
        status = client.get(url).status_code
        assert status in {200, 403, 404}, (role, status)
        if status == 200:
            opened.add(role)
    assert opened == allowed


def test_copay_page(cast, books, client):
    client.force_login(cast.front_desk)
    url = f"{reverse('billing:payment_create')}?client={cast.client.pk}&appointment={books['held'].pk}"
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer.context["form"]["amount"].value() == "30.00"


@pytest.mark.parametrize("role", ["admin", "biller", "front_desk", "therapist"])
def test_account_tab(cast, books, client, role):
    client.force_login(getattr(cast, role))
    answer = client.get(reverse("clients:client_tab", args=[cast.client.pk, "billing"]))
    assert answer.status_code == 200
    assert ("account" in answer.context) is (role != "therapist")


def test_stranger_gets_404(cast, books, client):
    client.force_login(cast.stranger)
    assert client.get(reverse("billing:bill_detail", args=[books["bill"].pk])).status_code == 404
    assert client.get(reverse("clients:client_tab", args=[cast.client.pk, "billing"])).status_code == 404
