"""Ready to bill, not ready, and why."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing import queries, services
from billing.errors import AlreadyBilled, NotBillable, PartsDoNotAddUp, UnknownCode
from billing.models import Bill
from documents.choices import DocumentStatus
from mentalspace.core.errors import NotPermitted
from scheduling.choices import AppointmentStatus
from tests.billing.factories import ServiceCodeFactory
from tests.billing.sessions import ACME, held_session, insure, sign_note, signed_session
from tests.documents.factories import DocumentFactory

D = Decimal


def reasons(session):
    checks = queries.checks_of(queries.unbilled_sessions().get(pk=session.pk))
    return [check.text for check in checks if not check.ok]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"status": AppointmentStatus.IN_SESSION}, NotBillable),
        ({"is_billable": False}, NotBillable),
        ({"billing_code": "X1"}, UnknownCode),
        ({"billing_code": ""}, UnknownCode),
    ],
)
def test_what_cannot_be_billed(cast, fields, error):
    with pytest.raises(error):
        services.bill_session(
            actor=cast.biller, appointment_id=signed_session(client=cast.client, **fields).pk
        )


def test_note_must_be_signed_and_final(cast):
    session = held_session(client=cast.client)
    with pytest.raises(NotBillable, match="note is not signed"):
        services.bill_session(actor=cast.biller, appointment_id=session.pk)
    DocumentFactory.create(appointment=session, status=DocumentStatus.PENDING_COSIGN)
    with pytest.raises(NotBillable, match="note is not signed"):
        services.bill_session(actor=cast.biller, appointment_id=session.pk)


def test_code_without_a_fee_or_retired_is_unknown(cast):
    session = signed_session(client=cast.client)
    for change in ({"fee": D(0)}, {"fee": D(150), "is_active": False}):
        ServiceCodeFactory._meta.model.objects.update(**change)
        with pytest.raises(UnknownCode):
            services.bill_session(actor=cast.biller, appointment_id=session.pk)
        assert not queries.ready_to_bill().exists()


def test_only_once_and_only_by_billers(cast):
    session = signed_session(client=cast.client)
    for actor in (cast.front_desk, cast.therapist, cast.supervisor):
        with pytest.raises(NotPermitted):
            services.bill_session(actor=actor, appointment_id=session.pk)
    bill = services.bill_session(actor=cast.biller, appointment_id=session.pk)
    with pytest.raises(AlreadyBilled):
        services.bill_session(actor=cast.biller, appointment_id=session.pk)
    services.void_bill(actor=cast.biller, bill_id=bill.pk, reason="Wrong code")
    assert services.bill_session(actor=cast.biller, appointment_id=session.pk).amount == D(150)


def test_parts_must_add_up_to_fee_times_units(cast):
    session = signed_session(client=cast.client)
    wrong: tuple[dict[str, Any], ...] = (
        {"insurance_amount": D(200), "client_amount": D(0)},
        {"insurance_amount": D(-50), "client_amount": D(350)},
    )
    for parts in wrong:
        with pytest.raises(PartsDoNotAddUp, match=r"\$300\.00"):
            services.bill_session(actor=cast.biller, appointment_id=session.pk, units=2, **parts)
    bill = services.bill_session(
        actor=cast.biller,
        appointment_id=session.pk,
        units=2,
        insurance_amount=D(270),
        client_amount=D(30),
        payer="Acme",
    )
    assert (bill.amount, bill.units, bill.payer) == (D(300), 2, "Acme")


def test_copay_above_the_fee_is_the_fee(cast):
    insure(cast.client, {**ACME, "copay": "500.00"})
    bill = services.bill_session(actor=cast.biller, appointment_id=signed_session(client=cast.client).pk)
    assert (bill.client_amount, bill.insurance_amount) == (D(150), D(0))


def test_secondary_is_asked_when_the_primary_has_ended(cast):
    insure(
        cast.client,
        {**ACME, "effective_to": "2026-01-01"},
        {"provider": "Second", "rank": "secondary", "copay": "10"},
    )
    bill = services.bill_session(actor=cast.biller, appointment_id=signed_session(client=cast.client).pk)
    assert (bill.payer, bill.client_amount) == ("Second", D(10))


def test_why_not(cast):
    insure(cast.client, {**ACME, "effective_to": "2026-01-01"})
    cast.client.date_of_birth = None
    cast.client.save()
    session = held_session(client=cast.client, billing_code="", days_ago=3)
    assert reasons(session) == [
        "No note has been written, 3 days after the session.",
        "The appointment has no service code.",
        "No insurance on file was in force that day.",
        "The client has no date of birth, which the insurer asks for.",
    ]
    sign_note(session)
    session.billing_code = "90834"
    session.save()
    insure(cast.client)
    cast.client.date_of_birth = "1990-01-01"
    cast.client.save()
    assert reasons(session) == []
    assert list(queries.ready_to_bill()) == [session]


def test_hold_begins_on_the_fourteenth_day(cast):
    waiting, held = (held_session(client=cast.client, days_ago=days) for days in (13, 14))
    figures = queries.work_figures()
    assert (figures["held"], figures["on_hold"], figures["ready"]) == (2, 1, 0)
    for session, expected in ((waiting, False), (held, True)):
        checks = queries.checks_of(queries.unbilled_sessions().get(pk=session.pk))
        assert any(check.held for check in checks) is expected


def test_bill_many_bills_what_it_can_and_says_the_rest(cast, client):
    ready = [signed_session(client=cast.client) for _ in range(3)]
    unsigned = held_session(client=cast.client)
    client.force_login(cast.biller)
    chosen = [str(session.pk) for session in (*ready, unsigned)] + ["nonsense"]
    answer = client.post(
        reverse("billing:bill_many"), {"selected": chosen, "next": "https://example.org/"}, follow=True
    )
    assert answer.redirect_chain == [(reverse("billing:bill_ready"), 302)]
    page = answer.content.decode()
    assert "Billed 3 sessions, $450.00." in page
    assert "note is not signed yet" in page
    assert Bill.objects.count() == 3
    client.post(reverse("billing:bill_many"), {"selected": chosen})
    assert Bill.objects.count() == 3


def test_form_proposes_and_explains(cast, client):
    insure(cast.client)
    session = signed_session(client=cast.client)
    client.force_login(cast.biller)
    url = reverse("billing:bill_create", args=[session.pk])
    form = client.get(url).context["form"]
    assert [form[name].value() for name in ("code", "insurance_amount", "client_amount", "payer")] == [
        "90834",
        "120.00",
        "30.00",
        "Acme Health",
    ]
    wrong = {
        "code": "90834",
        "units": "1",
        "insurance_amount": "100",
        "client_amount": "30",
        "payer": "Acme Health",
    }
    answer = client.post(url, wrong)
    assert answer.status_code == 422
    assert "must add up to $150.00; this is $20.00 too little." in answer.content.decode()
    assert answer.context["form"]["insurance_amount"].value() == "100"
    client.post(url, {**wrong, "insurance_amount": "120"})
    assert Bill.objects.get().insurance_amount == D(120)
    assert client.get(url).status_code == 404


def test_held_list_shows_reasons_and_links_notes_only_for_readers(cast, client):
    session = held_session(client=cast.client, staff=cast.therapist.staff)
    note = DocumentFactory.create(appointment=session, staff=cast.therapist.staff)
    link = reverse("documents:document_detail", args=[note.pk])
    for user, sees in ((cast.biller, False), (cast.admin, True)):
        client.force_login(user)
        page = client.get(reverse("billing:bill_held")).content.decode()
        assert "The note is a draft" in page
        assert (link in page) is sees
        assert (
            link in client.get(reverse("billing:bill_checks", args=[session.pk])).content.decode()
        ) is sees


def test_a_length_that_does_not_fit_the_code_is_a_reminder(cast):
    session = signed_session(client=cast.client)
    session.end_time = session.start_time + timedelta(minutes=60)
    session.save()
    assert reasons(session) == ["1 h booked does not fit 90834. Go by the minutes in the note."]
    assert list(queries.ready_to_bill()) == [session]
