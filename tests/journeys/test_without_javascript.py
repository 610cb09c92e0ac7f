"""The work of a day where no script runs: everything but dragging is links and forms."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import time_machine
from playwright.sync_api import expect

from billing.models import Bill, Payment
from clients.models import Client
from crm.models import Lead
from documents.models import Document
from messaging.models import Message
from scheduling.models import Appointment
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory
from tests.crm.factories import LeadFactory
from tests.journeys.browsing import Person
from tests.journeys.conftest import AtWork, clock_at
from tests.journeys.work import field, fill_note, press, said, send, sign_note

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_day_without_scripts(at_work: AtWork, practice: Cast, clock: time_machine.Traveller) -> None:
    desk = at_work("front_desk", java_script_enabled=False)
    client = create_client(desk, practice)
    appointment = book_and_check_in(desk, client)
    clock.move_to(clock_at(10, 1))
    write_and_sign(at_work("therapist", java_script_enabled=False), appointment)
    biller = at_work("biller", java_script_enabled=False)
    bill_and_be_paid(biller, client)
    send_message(biller)
    move_lead(at_work("front_desk"))


def create_client(desk: Person, practice: Cast) -> Client:
    page = desk.open("/clients/")
    press(page, "New client", role="link")
    field(page, "Legal first name").fill("Noor")
    field(page, "Legal last name").fill("Noscript")
    field(page, "Date of birth").fill("03/14/1990")
    press(page, "Create client")
    page.wait_for_url(re.compile(r"/clients/[0-9a-f-]+/$"))
    client = Client.objects.get(last_name="Noscript")
    CareTeamFactory.create(client=client, staff=practice.therapist.staff)
    return client


def book_and_check_in(desk: Person, client: Client) -> Appointment:
    """The chart's own link knows the client, so that nobody has to search for them again."""
    page = desk.open(f"/appointments/new/?client={client.pk}")
    field(page, "Clinician").select_option(label="Thea Therapist, LCSW")
    field(page, "Date").fill(clock_at(9).strftime("%m/%d/%Y"))
    field(page, "Start").fill("10:00 AM")
    field(page, "Type").select_option("intake")
    press(page, "Book appointment")
    said(page, re.compile("The appointment is booked"))
    appointment = Appointment.objects.get(client=client)
    desk.open(f"/appointments/{appointment.pk}/")
    press(page, "Check in")
    said(page, "The client is checked in.")
    appointment.refresh_from_db()
    assert appointment.status == "checked_in"
    return appointment


def write_and_sign(clinician: Person, appointment: Appointment) -> None:
    page = clinician.open(f"/appointments/{appointment.pk}/")
    press(page, "Start session")
    said(page, "The session has started.")
    press(page, "Start note", role="link")
    press(page, "Start writing")
    page.wait_for_url("**/edit/")
    assert fill_note(page) > 20
    press(page, "Save draft", exact=False)
    said(page, "The draft was saved.")
    sign_note(page)
    appointment.refresh_from_db()
    assert (Document.objects.get().status, appointment.status) == ("signed", "completed")


def bill_and_be_paid(biller: Person, client: Client) -> None:
    page = biller.open("/bills/ready/")
    page.get_by_role("row").filter(has_text="Noscript").get_by_role("link", name=re.compile("^Bill")).click()
    send(page)
    page.wait_for_url(re.compile(r"/bills/[0-9a-f-]+/$"))
    bill = Bill.objects.get()
    press(page, "Take payment", role="link")
    field(page, "Amount").fill("50")
    send(page)
    page.wait_for_url(lambda address: "/new/" not in address)
    bill.refresh_from_db()
    assert Payment.objects.get().amount == Decimal("50.00")
    assert bill.status == "partially_paid"


def send_message(somebody: Person) -> None:
    page = somebody.open("/messages/new/")
    field(page, "To").select_option(label=re.compile("Flora").pattern and option_of(page, "Flora"))
    field(page, "Subject").fill("Paper forms")
    field(page, "Message").fill("Please hand out the new ones.")
    press(page, "Send message")
    page.wait_for_url(lambda address: "/new/" not in address)
    assert Message.objects.get().subject == "Paper forms"


def option_of(page: object, text: str) -> str:
    """The whole label of the choice that holds this text."""
    options = page.locator("select[name=receivers] option").all_text_contents()  # type: ignore[attr-defined]
    return next(option for option in options if text in option)


def move_lead(desk: Person) -> None:
    lead = LeadFactory.create()
    page = desk.open(f"/leads/{lead.pk}/")
    page.get_by_role("button", name="Move to").click()
    page.get_by_role("button", name="Contacted").click()
    expect(page.locator("main")).to_contain_text("Contacted")
    assert Lead.objects.get(pk=lead.pk).status == "contacted"
