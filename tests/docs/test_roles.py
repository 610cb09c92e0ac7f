"""docs/roles-and-permissions.md is what `manage.py policy` prints, and its words mean what they say.

A row names its permission in its last column. One without a record answers yes or no. One about a record that people
hold, treat or supervise is asked about the records of `CASES`, and the cell says of which it is true: so "own" and
"supervisees’" are tried, not believed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Model

from accounts.choices import CLINICAL_ROLES, Role
from accounts.models import User
from billing.models import Bill
from clients.models import Client, EmergencyAccess
from documents.choices import DocumentStatus
from documents.models import Document, DocumentReading
from mentalspace.core import clock, policy
from mentalspace.workspace import policy_page
from scheduling.models import Appointment
from staff.choices import Supervision
from staff.models import Staff
from tests.accounts.factories import UserFactory
from tests.billing.factories import BillFactory
from tests.clients.factories import CareTeamFactory, ClientFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory
from tests.staff.factories import StaffFactory

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles-and-permissions.md"
ROLES = list(Role)
ROW = re.compile(r"^\|(?P<cells>.+)\| `(?P<rule>[a-z_.]+\.rules\.[a-z_]+)` \|$", re.MULTILINE)
PERMISSIONS = policy.permissions()
TRIED = (Client, Staff, Appointment, Document, Bill)
ROWS = [
    (found["rule"], [cell.strip() for cell in found["cells"].split("|")][1:-1])
    for found in ROW.finditer(PAGE.read_text(encoding="utf-8"))
    if isinstance(rule := PERMISSIONS[found["rule"]], policy.Permission) or rule.model in TRIED
]
# The state in which a document is when a rule asks about it; else it is a draft.
STATES = {
    "can_cosign_document": DocumentStatus.PENDING_COSIGN,
    "can_add_addendum": DocumentStatus.SIGNED,
    "can_mark_in_error": DocumentStatus.SIGNED,
    "can_tick_as_read": DocumentStatus.SIGNED,
    "can_see_document": DocumentStatus.SIGNED,
}
LOCKED = {"can_request_unlock", "can_decide_unlock"}


@dataclass(frozen=True)
class Household:
    """Somebody of each role with a client; a supervisee and another clinician, with theirs.

    The chart of one more client of the other clinician is open to the clinicians in an emergency.
    """

    people: dict[str, User]
    own: dict[str, Client]
    supervisee: Staff
    their_client: Client
    other: Staff
    other_client: Client
    emergency_client: Client


@pytest.fixture
def household(db: None) -> Household:
    people: dict[str, User] = {}
    own: dict[str, Client] = {}
    supervisor = StaffFactory.create(user=UserFactory.create(role=Role.SUPERVISOR))
    for role in ROLES:
        staff = (
            supervisor if role == Role.SUPERVISOR else StaffFactory.create(user=UserFactory.create(role=role))
        )
        if role == Role.ASSOCIATE:
            staff.supervisor, staff.supervision = supervisor, Supervision.COSIGN_ALL
            staff.save()
        people[role] = User.objects.select_related("staff").get(pk=staff.user_id)
        own[role] = ClientFactory.create()
        CareTeamFactory.create(client=own[role], staff=staff)
    supervisee, other = StaffFactory.create(supervisor=supervisor), StaffFactory.create()
    theirs, others = ClientFactory.create(), ClientFactory.create()
    CareTeamFactory.create(client=theirs, staff=supervisee)
    CareTeamFactory.create(client=others, staff=other)
    opened = ClientFactory.create()
    CareTeamFactory.create(client=opened, staff=other)
    now = clock.now()
    for role in CLINICAL_ROLES:
        EmergencyAccess.objects.create(
            user=people[role], client=opened, reason="Fire.", began_at=now, ends_at=now + timedelta(hours=1)
        )
    return Household(people, own, supervisee, theirs, other, others, opened)


Cases = dict[str, Any]


def client_cases(house: Household, role: str, verb: str) -> Cases:
    return {
        "assigned": house.own[role],
        "supervisees’": house.their_client,
        "in an emergency": house.emergency_client,
        "others": house.other_client,
    }


def staff_cases(house: Household, role: str, verb: str) -> Cases:
    return {"own": house.people[role].staff, "supervisees’": house.supervisee, "others": house.other}


def appointment_cases(house: Household, role: str, verb: str) -> Cases:
    def held(staff: Staff, client: Client) -> Any:
        return AppointmentFactory.create(staff=staff, client=client)

    return {
        "own": held(house.people[role].staff, house.other_client),
        "supervisees’": held(house.supervisee, house.their_client),
        "of assigned clients": held(house.other, house.own[role]),
        "in an emergency": held(house.other, house.emergency_client),
        "others": held(house.other, house.other_client),
    }


def document_cases(house: Household, role: str, verb: str) -> Cases:
    def written(staff: Staff, client: Client, status: DocumentStatus | None = None) -> Any:
        session = AppointmentFactory.create(staff=staff, client=client)
        state: dict[str, Any] = {"status": status or STATES.get(verb, DocumentStatus.DRAFT)}
        if state["status"] != DocumentStatus.DRAFT:
            state["submitted_at"] = clock.now()
        if state["status"] == DocumentStatus.SIGNED:
            state |= {"signed_at": clock.now(), "signed_by": staff, "digest": "0" * 64}
        if verb in LOCKED:
            state["locked_at"] = clock.now() - timedelta(days=1)
        document = DocumentFactory.create(appointment=session, **state)
        if verb == "can_tick_as_read":
            DocumentReading.objects.create(document=document, due_on=clock.today())
        return document

    own = house.people[role].staff
    cases = {
        "own": written(own, house.other_client),
        "supervisees’": written(house.supervisee, house.their_client),
        "of assigned clients": written(house.other, house.own[role]),
        "in an emergency": written(house.other, house.emergency_client),
        "others": written(house.other, house.other_client),
    }
    if verb == "can_see_document":
        cases["drafts of assigned clients"] = written(house.other, house.own[role], DocumentStatus.DRAFT)
        cases["drafts in an emergency"] = written(house.other, house.emergency_client, DocumentStatus.DRAFT)
    return cases


def bill_cases(house: Household, role: str, verb: str) -> Cases:
    return {
        "own": BillFactory.create(staff=house.people[role].staff),
        "others": BillFactory.create(staff=house.other),
    }


CASES: dict[type[Model], Callable[[Household, str, str], Cases]] = {
    Client: client_cases,
    Staff: staff_cases,
    Appointment: appointment_cases,
    Document: document_cases,
    Bill: bill_cases,
}
# Words of the page that name several cases, or one of the cases otherwise.
WORDS = {
    "of assigned clients but drafts": "of assigned clients",
    "in an emergency but drafts": "in an emergency",
    "whose record one may add to": "assigned",
}


def expected(house: Household, rule_name: str, role: str) -> str:
    """The cell for one role, in the words of `CASES`."""
    rule = PERMISSIONS[rule_name]
    actor = house.people[role]
    if isinstance(rule, policy.Permission):
        return "yes" if rule(actor) else "no"
    cases = CASES[rule.model](house, role, rule_name.rsplit(".", 1)[1])
    true = [name for name, record in cases.items() if rule(actor, record)]
    if rule.unless is not None:
        # "not own" stands in a column of its own, for every role.
        assert true == [name for name in true if name != "own"]
        cases = {name: record for name, record in cases.items() if name != "own"}
    if len(true) == len(cases):
        return "all"
    return ", ".join(true) or "no"


@pytest.mark.parametrize(("rule_name", "cells"), ROWS, ids=[rule for rule, _ in ROWS])
def test_the_words_of_a_row_mean_what_they_say(
    household: Household, rule_name: str, cells: list[str]
) -> None:
    for words, case in WORDS.items():
        cells = [cell.replace(words, case) for cell in cells]
    if rule_name == "documents.rules.can_write_for_client":
        # Of a supervisor's open records some are supervisees', which the household tries too.
        cells[ROLES.index(Role.SUPERVISOR)] = "assigned, supervisees’"
    assert cells == [expected(household, rule_name, role) for role in ROLES]


def test_the_page_is_what_the_command_prints() -> None:
    """Whoever changes a rule runs `manage.py policy --write`, and everybody sees in the change what changed."""
    assert PAGE.read_text(encoding="utf-8") == policy_page.page()
    call_command("policy", "--check")
    printed = StringIO()
    call_command("policy", stdout=printed)
    assert printed.getvalue() in PAGE.read_text(encoding="utf-8")


def test_every_permission_has_its_row() -> None:
    listed = {found["rule"] for found in ROW.finditer(PAGE.read_text(encoding="utf-8"))}
    parts = {name for name, rule in PERMISSIONS.items() if isinstance(rule, policy.Part)}
    assert set(PERMISSIONS) - parts == listed
