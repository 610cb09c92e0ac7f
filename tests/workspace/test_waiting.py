"""The number of tasks in the top bar: what it counts for whom, and that each part leads to its rows."""

from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from documents.choices import DocumentStatus, DocumentType
from documents.models import UnlockRequest
from mentalspace.core import clock, practice
from mentalspace.workspace.waiting import waiting_for
from scheduling.choices import AppointmentStatus
from staff import pages, services
from staff.defaults import StaffDefaults
from tests.accounts.factories import UserFactory
from tests.billing.factories import ServiceCodeFactory
from tests.cast import Cast
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory
from tests.messaging.factories import MessageFactory
from tests.scheduling.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(cast: Cast) -> Cast:
    """A session without a note, a draft, a locked draft to open, a note to co-sign, a session to bill, two leads."""
    ServiceCodeFactory.create(code="90834")
    past = {"status": AppointmentStatus.COMPLETED, "client": cast.client, "billing_code": "90834"}

    def session(days: int, **more: object) -> object:
        return AppointmentFactory.create(**past | {"start_time": clock.now() - timedelta(days=days)} | more)

    therapist, associate = cast.therapist.staff, cast.associate.staff
    session(1, staff=therapist)
    DocumentFactory.create(appointment=session(2, staff=therapist), status=DocumentStatus.DRAFT)
    locked = DocumentFactory.create(
        appointment=session(3, staff=associate), status=DocumentStatus.DRAFT, locked_at=clock.now()
    )
    UnlockRequest.objects.create(document=locked, requested_by=associate, reason="I was sick.")
    DocumentFactory.create(appointment=session(4, staff=associate), status=DocumentStatus.PENDING_COSIGN)
    DocumentFactory.create(
        appointment=session(5, staff=therapist),
        type=DocumentType.PROGRESS_NOTE,
        status=DocumentStatus.SIGNED,
        signed_at=clock.now(),
        signed_by=therapist,
        digest="0" * 64,
    )
    LeadFactory.create(status="new")
    LeadFactory.create(status="contacted", follow_up_on=clock.today() + timedelta(days=1))
    MessageFactory.create(sender=cast.stranger, receiver=cast.biller)
    ask_for_time_off(cast)
    return cast


def ask_for_time_off(cast: Cast) -> None:
    """Two days in a row and, of the same person, a morning: two requests. One that is past needs no answer."""
    practice.save(StaffDefaults(approve_time_off=True))
    today = clock.today()
    for first, last, start, end in ((5, 6, None, None), (9, 9, time(9), time(12)), (-2, -2, None, None)):
        services.add_exception(
            actor=cast.therapist, staff_id=cast.therapist.staff.pk, first_day=today + timedelta(days=first),
            last_day=today + timedelta(days=last), start=start, end=end,
        )  # fmt: skip


def told(user: User) -> dict[str, int]:
    return {task.label: task.count for task in waiting_for(user)[1]}


def test_each_is_told_what_is_theirs_to_do(work: Cast) -> None:
    assert told(work.therapist) == {"Sessions without a note": 1, "Drafts to sign": 1}
    assert told(work.associate) == {"Drafts to sign": 1}
    assert told(work.supervisor) == {"Notes to co-sign": 1, "Unlock requests": 1}
    assert told(work.front_desk) == {"Leads to call": 1}
    assert told(work.biller) == {"Sessions ready to bill": 1}
    assert told(work.admin) == {"Unlock requests": 1, "Time off to answer": 2, "Leads to call": 1}


def test_unread_messages_are_counted_beside_them(work: Cast) -> None:
    assert [waiting_for(user)[0] for user in (work.biller, work.therapist)] == [1, 0]


@pytest.mark.parametrize("role", ["admin", "supervisor", "therapist", "associate", "biller", "front_desk"])
def test_every_part_leads_to_a_page_that_lists_as_many(work: Cast, role: str) -> None:
    browser, user = Browser(), work.by_role()[role]
    browser.force_login(user)
    listed = {}
    for task in waiting_for(user)[1]:
        context: Any = browser.get(task.url).context
        rows = context["list"].rows if "list" in context else context.get("waiting", context.get("rows"))
        listed[task.label] = len(rows)
    assert listed == told(user) != {}


def test_the_top_bar_shows_the_sum_and_its_parts(work: Cast) -> None:
    browser = Browser()
    browser.force_login(work.therapist)
    page = browser.get(reverse("accounts:account")).content.decode()
    assert 'aria-label="Tasks, 2 waiting"' in page
    assert "Sessions without a note" in page


def test_time_off_that_was_answered_waits_no_more_and_home_leads_to_what_does(work: Cast) -> None:
    browser = Browser()
    browser.force_login(work.admin)
    listed = pages.time_off_to_answer(work.admin, clock.today())
    addresses = [reverse("staff:time_off_answer", args=[staff.pk, absence.key]) for staff, absence in listed]
    home = browser.get(reverse("workspace:home")).content.decode()
    assert [address in home for address in addresses] == [True, True]
    browser.post(addresses[0], {"answer": "approve"})
    browser.post(addresses[1], {"answer": "decline"})
    assert "Time off to answer" not in told(work.admin)
    assert "Time off to answer" not in browser.get(reverse("workspace:home")).content.decode()


def test_all_of_it_is_asked_in_one_statement(work: Cast) -> None:
    user = User.objects.select_related("staff").get(pk=work.supervisor.pk)
    # As in a request, which has read the practice's settings already.
    with practice.loaded():
        clock.today()
        with CaptureQueriesContext(connection) as asked:
            waiting_for(user)
    assert len(asked) == 1


def test_a_clinician_without_a_staff_profile_opens_every_page_and_has_nothing_to_do() -> None:
    """Whoever was given a login first: nothing can be theirs, and the counts must not be asked of nothing."""
    user = UserFactory.create(role=Role.SUPERVISOR)
    assert waiting_for(user) == (0, [])
    browser = Browser()
    browser.force_login(user)
    assert browser.get(reverse("accounts:account")).status_code == 200
