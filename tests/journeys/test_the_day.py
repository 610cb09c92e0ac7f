"""A day of a practice, each person at a browser of their own: from a call to the money, and who saw none."""

from __future__ import annotations

import re
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from playwright.sync_api import expect

from billing.models import Bill, Invoice, Payment
from clients.models import Client
from crm.models import Lead
from documents.models import Document
from scheduling.models import Appointment
from tests.cast import Cast
from tests.journeys.browsing import Person
from tests.journeys.conftest import AtWork, clock_at
from tests.journeys.work import book, choose, field, fill_note, press, said, send, sign_note
from tests.scheduling.factories import AppointmentFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_day(at_work: AtWork, practice: Cast, clock: time_machine.Traveller) -> None:
    taken = clock_at(11)
    AppointmentFactory.create(
        staff=practice.therapist.staff,
        client=practice.client,
        start_time=taken,
        end_time=taken.replace(minute=50),
    )
    lead = log_inquiry(at_work("front_desk"), practice)
    client = convert(at_work("front_desk"), practice, lead)
    complete_profile(at_work("front_desk"), client)
    assign(at_work("front_desk"), client)
    appointment = book_intake(at_work("front_desk"), client)
    clock.move_to(clock_at(10, 1))
    document = write_intake(at_work("therapist"), client, appointment)
    clock.move_to(clock_at(11))
    bill_it(at_work("biller"), client, appointment, Decimal("200.00"))
    write_to_front_desk(at_work("therapist"), at_work("front_desk"), client)
    administrator_sees_it(at_work("admin"), client, document)
    nothing_for(at_work("stranger"), client, at_work)


SYNTHEA = {
    "organizations": "Id,NAME,CITY,STATE\norg-1,HOPE CLINIC,BOSTON,MA\n",
    "providers": "Id,ORGANIZATION,NAME,SPECIALITY\ndoc-1,org-1,Víctor493 Noriega353,GENERAL PRACTICE\n",
    "payers": "Id,NAME\npay-1,Medicaid\n",
    "patients": "Id,BIRTHDATE,DEATHDATE,FIRST,LAST,GENDER,ADDRESS,CITY,STATE,ZIP\n"
    "pat-1,1990-03-14,,Zoë46,Ünal958,F,1 Elm Street,Somerville,Massachusetts,\n",
    "payer_transitions": "PATIENT,MEMBERID,START_YEAR,END_YEAR,PAYER,SECONDARY_PAYER,OWNERSHIP,OWNERNAME\n"
    "pat-1,m-1,2020-01-10T00:00:00Z,2099-01-10T00:00:00Z,pay-1,,Self,Zoë46 Ünal958\n",
    "encounters": "Id,START,STOP,PATIENT,PROVIDER,ENCOUNTERCLASS,DESCRIPTION\n"
    "enc-1,2021-05-03T14:00:00Z,2021-05-03T14:30:00Z,pat-1,doc-1,ambulatory,Encounter for symptom\n",
    "conditions": "START,STOP,PATIENT,DESCRIPTION\n2011-08-09,,pat-1,Perennial allergic rhinitis\n",
}


def test_the_day_of_an_imported_client(
    at_work: AtWork, practice: Cast, clock: time_machine.Traveller, tmp_path: Path
) -> None:
    for name, rows in SYNTHEA.items():
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    call_command("import_synthea", tmp_path, stdout=StringIO(), stderr=StringIO())
    client = Client.objects.get(last_name="Ünal958")
    busy = clock_at(11)
    AppointmentFactory.create(
        staff=practice.therapist.staff,
        client=practice.client,
        start_time=busy,
        end_time=busy.replace(minute=50),
    )
    assign(at_work("front_desk"), client)
    appointment = book_intake(at_work("front_desk"), client)
    clock.move_to(clock_at(10, 1))
    document = write_intake(at_work("therapist"), client, appointment)
    bill_it(at_work("biller"), client, appointment, Decimal("200.00"))
    write_to_front_desk(at_work("therapist"), at_work("front_desk"), client)
    page = at_work("front_desk").open("/clients/?q=Ünal")
    expect(page.locator("main")).to_contain_text("Ünal958")
    nothing_for(at_work("stranger"), client, at_work)
    assert document.is_signed


def called(client: Client) -> str:
    """What everybody calls the client."""
    return client.preferred_name or client.first_name


def log_inquiry(desk: Person, practice: Cast) -> Lead:
    """Somebody calls, with the name of a client whom the practice has."""
    page = desk.open("/leads/")
    press(page, "Log an inquiry", role="link")
    field(page, "First name").fill("Clara")
    field(page, "Last name").fill("Cole")
    field(page, "Phone").fill("4045550188")
    field(page, "What they are looking for").fill("Evening sessions; has Dogwood Mutual.")
    press(page, "Log inquiry")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Clara Cole")
    lead = Lead.objects.get()
    assert (lead.status, lead.source, lead.phone) == ("new", "phone", "+14045550188")
    return lead


def convert(desk: Person, practice: Cast, lead: Lead) -> Client:
    """The lead becomes a client, after a look at the one who has the name already."""
    page = desk.open(f"/leads/{lead.pk}/")
    press(page, "Convert to a client", role="link")
    warning = page.get_by_role("region", name="We may know this person already")
    expect(warning).to_contain_text("Clara Cole")
    field(page, "Date of birth").fill("07/04/1988")
    press(page, "Create client and close the lead")
    expect(page.get_by_text("another person").first).to_be_visible()
    expect(field(page, "Date of birth")).to_have_value("07/04/1988")
    assert Client.objects.count() == 2
    field(page, "I compared: this is another person").check()
    press(page, "Create client and close the lead")
    page.wait_for_url(re.compile(r"/clients/[0-9a-f-]+/$"))
    lead.refresh_from_db()
    client = Client.objects.exclude(pk__in=[practice.client.pk, practice.other_client.pk]).get()
    assert (lead.status, lead.converted_client_id) == ("converted", client.pk)
    return client


def complete_profile(desk: Person, client: Client) -> None:
    """Address, an insurance, an emergency contact."""
    page = desk.open(f"/clients/{client.pk}/profile/")
    press(page, "Edit demographics", role="link")
    field(page, "Preferred first name").fill("Clary")
    field(page, "Street").fill("7 Imaginary Lane")
    field(page, "ZIP code").fill("30309")
    press(page, "Save demographics")
    said(page, "The demographics were saved.")
    press(page, "Add a coverage", role="link")
    field(page, "Payer").fill("Dogwood Mutual")
    field(page, "Policy or member number").fill("DGW-1234")
    field(page, "Copay").fill("30")
    press(page, "Save coverage")
    expect(page.get_by_role("heading", name="Dogwood Mutual")).to_be_visible()
    client.refresh_from_db()
    assert (client.preferred_name, client.address["zip_code"]) == ("Clary", "30309")
    assert [each["policy_number"] for each in client.profile.insurance_info] == ["DGW-1234"]


def assign(desk: Person, client: Client, clinician: str = "Thea Therapist") -> None:
    """The clinician joins the care team."""
    page = desk.open(f"/clients/{client.pk}/care-team/")
    press(page, "Assign", role="link")
    choose(page, "Clinician", clinician)
    press(page, "Assign")
    expect(page.locator("main")).to_contain_text(clinician)
    assert client.care_team.filter(staff__first_name=clinician.split(maxsplit=1)[0]).count() == 1


def book_intake(desk: Person, client: Client) -> Appointment:
    """Eleven is taken, and said so kindly with everything still there; ten is free."""
    day = clock_at(9).strftime("%m/%d/%Y")
    page = desk.page
    book(page, called(client), "Thea Therapist, LCSW", day=day, start="11:00 AM")
    expect(page.locator("main")).to_contain_text("Thea Therapist already has an appointment")
    expect(page.locator("#id_client")).to_have_value(re.compile(client.last_name))
    expect(field(page, "Date")).to_have_value(day)
    expect(field(page, "Start")).to_have_value("11:00 AM")
    expect(field(page, "Type")).to_have_value("intake")
    assert not Appointment.objects.filter(client=client, status="scheduled").exists()
    field(page, "Start").fill("10:00 AM")
    press(page, "Book appointment")
    said(page, re.compile("The appointment is booked"))
    appointment = Appointment.objects.get(client=client, status="scheduled")
    assert (appointment.start_time, appointment.type) == (clock_at(10), "intake")
    return appointment


def write_intake(clinician: Person, client: Client, appointment: Appointment) -> Document:
    """From Home to the signature, with a second window that writes too."""
    page = clinician.open("/home/")
    today = page.get_by_role("region", name=re.compile("today", re.IGNORECASE)).first
    expect(today).to_contain_text(client.last_name)
    clinician.open(f"/appointments/{appointment.pk}/")
    press(page, "Start session")
    said(page, "The session has started.")
    appointment.refresh_from_db()
    assert appointment.status == "in_session"
    clinician.open("/home/")
    page.get_by_role("button", name=re.compile(f"Start note.*{called(client)}")).click()
    page.wait_for_url("**/documents/*/edit/")
    document = Document.objects.get(appointment=appointment)
    two_windows(clinician, document)
    press(page, "Review and sign", exact=False)
    page.wait_for_url("**/sign/")
    expect(page.get_by_text("The signature opens once everything above is answered.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign and lock")).to_have_count(0)
    press(page, "Back to writing", role="link")
    page.wait_for_url("**/edit/")
    assert fill_note(page) > 20
    sign_note(page)
    said(page, "Signed and locked.")
    document.refresh_from_db()
    appointment.refresh_from_db()
    assert (document.status, appointment.status) == ("signed", "completed")
    return document


def two_windows(clinician: Person, document: Document) -> None:
    """The second window saves over a text it has not seen: both texts are offered, and the choice is kept."""
    history = "History of the problem in words"
    first, second = clinician.page, clinician.window()
    second.goto(f"{clinician.base_url}/documents/{document.pk}/edit/")
    field(first, history).fill("First window: worries since spring.")
    press(first, "Save draft", exact=False)
    expect(first.locator("[data-said]")).to_have_text(re.compile("^Saved"))
    field(second, history).fill("Second window: sleeps badly.")
    press(second, "Save draft", exact=False)
    expect(second.locator("[data-said]")).to_contain_text("another window changed this draft")
    press(second, "Save draft", exact=False)
    expect(second.get_by_role("heading", level=1)).to_contain_text("Two windows")
    main = second.locator("main")
    expect(main).to_contain_text("First window: worries since spring.")
    expect(main).to_contain_text("Second window: sleeps badly.")
    press(second, "Save and go on writing")
    expect(field(second, history)).to_have_value("Second window: sleeps badly.")
    second.close()
    first.goto(f"{clinician.base_url}/documents/{document.pk}/edit/")
    expect(field(first, history)).to_have_value("Second window: sleeps badly.")


def bill_it(biller: Person, client: Client, appointment: Appointment, fee: Decimal) -> None:
    """Ready to bill, billed, a copay, the insurer's payment, an invoice on paper."""
    page = biller.open("/home/")
    page.locator("main").get_by_role("link", name=re.compile("ready to bill", re.IGNORECASE)).first.click()
    row = page.get_by_role("row").filter(has_text=client.last_name).first
    row.get_by_role("link", name=re.compile("^Bill")).click()
    field(page, "Insurer’s part").fill("150.00")
    field(page, "Client’s part").fill("50.00")
    payer = page.get_by_label("Insurer", exact=True)
    if payer.count() and not payer.input_value():
        payer.fill("Dogwood Mutual")
    send(page)
    page.wait_for_url(re.compile(r"/bills/[0-9a-f-]+/$"))
    bill = Bill.objects.get()
    assert (bill.amount, bill.appointment_id) == (fee, appointment.pk)
    take_payment(biller, bill, "Take payment", "30.00")
    take_payment(biller, bill, "Insurance payment", "150.00")
    bill.refresh_from_db()
    assert (bill.status, bill.balance) == ("partially_paid", Decimal("20.00"))
    invoice(biller, bill)
    take_payment(biller, bill, "Take payment", "20.00")
    bill.refresh_from_db()
    assert (bill.status, bill.balance) == ("paid", Decimal(0))
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [20, 30, 150]


def take_payment(biller: Person, bill: Bill, button: str, amount: str) -> None:
    """Money against this bill."""
    page = biller.open(f"/bills/{bill.pk}/")
    before = Payment.objects.count()
    press(page, button, role="link")
    field(page, "Amount").fill(amount)
    send(page)
    page.wait_for_url(re.compile(r"/(payments|bills|clients)/[0-9a-f-]+/"))
    assert Payment.objects.count() == before + 1


def invoice(biller: Person, bill: Bill) -> None:
    """An invoice over the bill; its PDF carries the number."""
    page = biller.open(f"/bills/{bill.pk}/")
    press(page, "Invoice", role="link")
    send(page)
    page.wait_for_url(re.compile(r"/invoices/[0-9a-f-]+/$"))
    made = Invoice.objects.get()
    expect(page.get_by_role("heading", level=1)).to_contain_text(made.number)
    answer = biller.context.request.get(f"{biller.base_url}/invoices/{made.pk}/pdf/")
    body = answer.body()
    assert (answer.headers["content-type"], body[:5]) == ("application/pdf", b"%PDF-")
    assert made.number in answer.headers["content-disposition"]


def write_to_front_desk(clinician: Person, desk: Person, client: Client) -> None:
    """About the next visit; the front desk reads it."""
    page = clinician.open("/messages/new/")
    choose(page, "To", "Flora Frontdesk")
    choose(page, "About a client", called(client))
    field(page, "Subject").fill("Next visit")
    field(page, "Message").fill("Please book the next session in two weeks.")
    press(page, "Send message")
    page.wait_for_url(re.compile(r"/messages/"))
    inbox = desk.open("/messages/")
    inbox.get_by_role("link", name="Next visit").first.click()
    expect(inbox.locator("main")).to_contain_text("Please book the next session in two weeks.")
    expect(inbox.locator("main")).to_contain_text(called(client))


def administrator_sees_it(admin: Person, client: Client, document: Document) -> None:
    """In the reports, in the audit trail, and in Django's admin, where the signed note cannot be changed."""
    day = clock_at(9).strftime("%m/%d/%Y")
    page = admin.open("/reports/")
    links = [link.get_attribute("href") or "" for link in page.locator("main a[href^='/reports/']").all()]
    assert len(links) > 4
    for address in links:
        admin.open(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    revenue = admin.open("/reports/revenue/")
    expect(revenue.locator("main")).to_contain_text("$200.00")
    trail = admin.open("/audit/")
    expect(trail.locator("main")).to_contain_text("signed")
    assert day
    for address, text in (
        (f"/admin/clients/client/?q={client.last_name}", "Clara"),
        ("/admin/scheduling/appointment/", "Completed"),
        ("/admin/documents/document/", "Signed"),
        ("/admin/billing/bill/", "Paid"),
        ("/admin/crm/lead/", "Converted"),
        ("/admin/messaging/message/", "thea@example.com"),
    ):
        expect(admin.open(address).locator("#content")).to_contain_text(text, ignore_case=True)
    page = admin.open(f"/admin/documents/document/{document.pk}/change/")
    expect(page.locator("#content")).to_be_visible()
    assert page.locator("#content textarea").count() == 0


def nothing_for(stranger: Person, client: Client, at_work: AtWork) -> None:
    """Every page about the client that anybody was on is not there for a colleague who does not treat them."""
    ids = {str(client.pk), *map(str, ids_about(client))}
    visited = {
        address
        for name in ("front_desk", "therapist", "biller")
        for address in at_work(name).visited
        if any(each in address for each in ids) and not address.startswith("/admin/")
    }
    assert len(visited) > 8
    wrong = {address: stranger.status_of(address) for address in sorted(visited)}
    assert {address: status for address, status in wrong.items() if status not in {403, 404, 405}} == {}
    # What the role may open at all is a 404; what it may not (leads, billing) is refused before any look at the client.
    assert {
        status
        for address, status in wrong.items()
        if address.startswith(("/clients/", "/documents/", "/appointments/"))
    } <= {404, 405}


def ids_about(client: Client) -> list[Any]:
    """Everything of the client that has a page."""
    return [
        *Appointment.objects.filter(client=client).values_list("pk", flat=True),
        *Document.objects.filter(client=client).values_list("pk", flat=True),
        *Bill.objects.filter(client=client).values_list("pk", flat=True),
        *Invoice.objects.filter(client=client).values_list("pk", flat=True),
        *Payment.objects.filter(client=client).values_list("pk", flat=True),
        *Lead.objects.filter(converted_client=client).values_list("pk", flat=True),
    ]
