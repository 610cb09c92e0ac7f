"""What the schedule's steps ask about money: the copay at check-in, the fee of a missed visit."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser
from django.urls import reverse

from billing import services
from billing.choices import FeeState, NoCopay, PaymentMethod
from billing.errors import NoCopayDue
from billing.models import FeeProposal, LeftCopay, Payment
from mentalspace.core import clock, formatting
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from scheduling.models import Appointment
from scheduling.services import undo_last_step
from tests.billing.factories import BillFactory
from tests.billing.sessions import ACME, insure
from tests.cast import Cast
from tests.scheduling.factories import AppointmentFactory

MEDICAID = {"provider": "Peach State", "plan": "Medicaid", "effective_from": "2020-01-01"}
HOME = reverse("workspace:home")


@pytest.fixture
def visit(cast: Cast) -> Appointment:
    """It began a few minutes ago."""
    insure(cast.client)
    start = clock.now().replace(second=0, microsecond=0) - timedelta(minutes=5)
    return AppointmentFactory.create(
        staff=cast.therapist.staff,
        client=cast.client,
        start_time=start,
        end_time=start + timedelta(minutes=50),
    )


def browser_of(user: Any) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def step(browser: Browser, name: str, visit: Appointment, data: Any = None) -> tuple[str, str]:
    """Where it leads, and what it says."""
    url = reverse(f"scheduling:appointment_{name}", args=[visit.pk])
    answer = browser.post(url, {"next": HOME, **(data or {})})
    assert answer.status_code == 302
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    return answer.headers["Location"], said[-1]


def copay_page(visit: Appointment) -> str:
    query = f"client={visit.client_id}&appointment={visit.pk}&next={quote(HOME, safe='')}"
    return f"{reverse('billing:payment_create')}?{query}"


def test_checking_in_asks_the_desk_for_the_copay(cast: Cast, visit: Appointment) -> None:
    desk = browser_of(cast.front_desk)
    asked, said = step(desk, "check_in", visit)
    assert (asked, said) == (copay_page(visit), "The client is checked in. The copay is $30.00.")
    html = desk.get(asked).content.decode()
    assert "The copay of Acme Health is $30.00." in html
    assert 'value="30.00"' in html
    answer = desk.post(asked, {"amount": "30.00", "method": "card", "received_on": clock.today().isoformat()})
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME)
    payment = Payment.objects.get()
    assert (payment.amount, payment.appointment_id) == (Decimal("30.00"), visit.pk)


def test_or_says_why_not(cast: Cast, visit: Appointment) -> None:
    desk = browser_of(cast.front_desk)
    asked, _ = step(desk, "check_in", visit)
    leave = f"{reverse('billing:copay_leave', args=[visit.pk])}?next={quote(HOME, safe='')}"
    assert f'href="{leave}"' in desk.get(asked).content.decode()
    assert "Not taken: say why" in desk.get(asked).content.decode()
    assert desk.post(leave, {"reason": ""}).status_code == 422
    answer = desk.post(leave, {"reason": "no_means", "note": "Card at home"})
    assert (answer.status_code, answer.headers["Location"]) == (302, HOME)
    line = visit.events.order_by("-id")[0]
    assert line.detail == "Copay of $30.00 not taken: had no means of payment along. Card at home"
    assert (line.by, line.from_status, line.to_status) == (cast.front_desk.staff, "checked_in", "checked_in")
    assert "Take payment" not in desk.get(HOME).content.decode()
    event = AuditEvent.objects.filter(verb="appointment.copay_left").get()
    assert event.changes == {"copay": ["30.00", "0.00"], "reason": ["", "no_means"]}


def test_a_copay_that_was_left_is_not_asked_for_again_and_says_why(cast: Cast, visit: Appointment) -> None:
    """On Home, on the visit and on its bill; said anew it says the new reason, and a payment ends it."""
    desk = browser_of(cast.front_desk)
    step(desk, "check_in", visit)
    services.leave_copay(
        actor=cast.front_desk, appointment_id=visit.pk, reason=NoCopay.NO_MEANS, note="Card at home"
    )
    left = services.leave_copay(actor=cast.front_desk, appointment_id=visit.pk, reason=NoCopay.LATER)
    assert LeftCopay.objects.get() == left
    words = f"$30.00: pays later. {cast.front_desk.staff.full_name}, {formatting.instant(left.left_at, clock.zone())}"
    page = reverse("scheduling:appointment_detail", args=[visit.pk])
    bill = BillFactory.create(client=cast.client, appointment=visit, staff=visit.staff)
    bill_page = reverse("billing:bill_detail", args=[bill.pk])
    home = desk.get(HOME).content.decode()
    assert ("Take payment" in home, "Copay not taken" in home) == (False, True)
    for user in (cast.front_desk, cast.biller):
        assert "Copay of $30.00 not taken: pays later." in browser_of(user).get(page).content.decode()
        assert words in browser_of(user).get(bill_page).content.decode()
        assert f"Not taken so far: {words}" in browser_of(user).get(copay_page(visit)).content.decode()
    assert "Copay not taken" not in browser_of(cast.therapist).get(bill_page).content.decode()
    services.take_payment(
        actor=cast.front_desk,
        client_id=cast.client.pk,
        appointment_id=visit.pk,
        amount=Decimal(30),
        method=PaymentMethod.CARD,
        received_on=clock.today(),
    )
    assert "$30.00 taken" in desk.get(HOME).content.decode()
    assert words not in desk.get(bill_page).content.decode()


def test_what_is_noted_meanwhile_does_not_keep_from_undoing(cast: Cast, visit: Appointment) -> None:
    step(browser_of(cast.front_desk), "check_in", visit)
    services.leave_copay(actor=cast.front_desk, appointment_id=visit.pk, reason=NoCopay.LATER)
    undone = undo_last_step(actor=cast.front_desk, appointment_id=visit.pk)
    assert (undone.status, undone.checked_in_at) == ("scheduled", None)


@pytest.mark.parametrize("case", ["no copay", "not billable", "taken", "clinician", "ended"])
def test_nobody_is_asked_where_there_is_nothing_to_ask(cast: Cast, visit: Appointment, case: str) -> None:
    match case:
        case "no copay":
            insure(cast.client, {**ACME, "copay": None})
        case "ended":
            insure(cast.client, {**ACME, "effective_to": "2021-01-01"})
        case "not billable":
            Appointment.objects.filter(pk=visit.pk).update(is_billable=False)
        case "taken":
            Payment.objects.create(
                client=cast.client, appointment=visit, amount=Decimal(30), received_on=clock.today()
            )
    user = cast.therapist if case == "clinician" else cast.front_desk
    assert step(browser_of(user), "check_in", visit) == (HOME, "The client is checked in.")
    with pytest.raises(NotPermitted if case == "clinician" else NoCopayDue):
        services.leave_copay(actor=user, appointment_id=visit.pk, reason=NoCopay.LATER)


def test_a_missed_visit_proposes_the_fee_and_its_page_decides(cast: Cast, visit: Appointment) -> None:
    target, said = step(browser_of(cast.front_desk), "no_show", visit)
    assert (target, said) == (
        HOME,
        "Recorded as a no-show. A fee of $100.00 is proposed; billing decides on it.",
    )
    page = reverse("scheduling:appointment_detail", args=[visit.pk])
    biller = browser_of(cast.biller)
    html = biller.get(page).content.decode()
    assert "$100.00, to decide" in html
    waive = reverse("billing:fee_waive", args=[FeeProposal.objects.get().pk])
    assert f'href="{waive}?next=' in html
    assert "Fee for the missed visit" not in browser_of(cast.front_desk).get(page).content.decode()
    assert biller.post(f"{waive}?next={page}", {"reason": ""}).status_code == 422
    answer = biller.post(f"{waive}?next={page}", {"reason": "First time"})
    assert answer.headers["Location"] == page
    assert "$100.00, waived: First time" in " ".join(biller.get(page).content.decode().split())


@pytest.mark.parametrize("deed", ["no_show", "cancel"])
@pytest.mark.parametrize(("coverage", "fees"), [(MEDICAID, 0), (ACME, 1)])
def test_no_fee_where_the_payer_forbids_it(
    cast: Cast, visit: Appointment, coverage: dict[str, Any], deed: str, fees: int
) -> None:
    """42 CFR 447.15, through the pages that record it."""
    insure(cast.client, coverage)
    data = {"cancelled_by": "client", "reason": "client_illness"} if deed == "cancel" else {}
    _, said = step(browser_of(cast.admin), deed, visit, data)
    assert FeeProposal.objects.count() == fees
    assert said.endswith("No fee is proposed." if not fees else "is proposed.")
    page = reverse("scheduling:appointment_detail", args=[visit.pk])
    html = browser_of(cast.biller).get(page).content.decode()
    assert ("forbids charging its members" in html) == (not fees)


def test_a_waived_fee_is_asked_again_when_the_visit_is_missed_again(cast: Cast, visit: Appointment) -> None:
    desk = browser_of(cast.front_desk)
    step(desk, "no_show", visit)
    services.waive_fee(actor=cast.biller, proposal_id=FeeProposal.objects.get().pk, reason="Ill")
    step(desk, "undo", visit)
    assert not FeeProposal.objects.exists()
    step(desk, "no_show", visit)
    assert FeeProposal.objects.get().state == FeeState.PROPOSED


def test_a_missed_visit_whose_fee_was_charged_is_not_taken_back(cast: Cast, visit: Appointment) -> None:
    desk = browser_of(cast.front_desk)
    step(desk, "no_show", visit)
    services.confirm_fee(actor=cast.biller, proposal_id=FeeProposal.objects.get().pk)
    _, said = step(desk, "undo", visit)
    assert said == "This appointment has a bill. Void the bill first, then take the appointment back."
    visit.refresh_from_db()
    assert visit.status == "no_show"


def test_home_lets_the_desk_and_the_clinician_say_that_nobody_came(cast: Cast, visit: Appointment) -> None:
    url = f"{reverse('scheduling:appointment_no_show', args=[visit.pk])}?next="
    for user in (cast.front_desk, cast.therapist):
        assert browser_of(user).get(HOME).content.decode().count(url) == 1
    later = clock.now() + timedelta(minutes=1)
    Appointment.objects.filter(pk=visit.pk).update(start_time=later, end_time=later + timedelta(minutes=50))
    for user in (cast.front_desk, cast.therapist):
        assert url not in browser_of(user).get(HOME).content.decode()
