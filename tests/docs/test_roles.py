"""docs/roles-and-permissions.md says what the rules say: every cell of its tables is worked out anew from rules.py.

A row names its rule in its last column. A rule about the actor alone answers yes or no; one about a record is asked
about the records of `CASES`, and the cell says of which it is true.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet

from accounts.choices import Role
from accounts.models import User
from clients.models import Client
from documents.choices import DocumentStatus
from mentalspace.core import clock
from staff.choices import Supervision
from staff.models import Staff
from tests.accounts.factories import UserFactory
from tests.billing.factories import BillFactory, PaymentFactory
from tests.clients.factories import CareTeamFactory, ClientFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory
from tests.staff.factories import StaffFactory

PAGE = Path(__file__).resolve().parents[2] / "docs" / "roles-and-permissions.md"
ROLES = list(Role)
ROW = re.compile(r"^\|(?P<cells>.+)\| `(?P<rule>[a-z_.]+\.rules\.[a-z_]+)` \|$", re.MULTILINE)
ROWS = [
    (found["rule"], [cell.strip() for cell in found["cells"].split("|")][1:])
    for found in ROW.finditer(PAGE.read_text(encoding="utf-8"))
]
# The state in which a document is when a rule asks about it; else it is a draft.
STATES = {
    "can_cosign_document": DocumentStatus.PENDING_COSIGN,
    "can_add_addendum": DocumentStatus.SIGNED,
    "visible_documents": DocumentStatus.SIGNED,
}
LOCKED = {"can_request_unlock", "can_decide_unlock"}


@dataclass(frozen=True)
class Household:
    """Somebody of each role with a client; a supervisee and another clinician, with theirs."""

    people: dict[str, User]
    own: dict[str, Client]
    supervisee: Staff
    their_client: Client
    other: Staff
    other_client: Client


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
    return Household(people, own, supervisee, theirs, other, others)


Cases = dict[str, Any]


def client_cases(house: Household, role: str, verb: str) -> Cases:
    return {"assigned": house.own[role], "supervisees’": house.their_client, "others": house.other_client}


def staff_cases(house: Household, role: str, verb: str) -> Cases:
    return {"own": house.people[role].staff, "supervisees’": house.supervisee, "others": house.other}


def appointment_cases(house: Household, role: str, verb: str) -> Cases:
    def held(staff: Staff, client: Client) -> Any:
        return AppointmentFactory.create(staff=staff, client=client)

    return {
        "own": held(house.people[role].staff, house.other_client),
        "supervisees’": held(house.supervisee, house.their_client),
        "of assigned clients": held(house.other, house.own[role]),
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
        return DocumentFactory.create(appointment=session, **state)

    own = house.people[role].staff
    cases = {
        "own": written(own, house.other_client),
        "supervisees’": written(house.supervisee, house.their_client),
        "of assigned clients": written(house.other, house.own[role]),
        "others": written(house.other, house.other_client),
    }
    if verb == "visible_documents":
        cases["drafts of assigned clients"] = written(house.other, house.own[role], DocumentStatus.DRAFT)
    return cases


def bill_cases(house: Household, role: str, verb: str) -> Cases:
    return {
        "own": BillFactory.create(staff=house.people[role].staff),
        "others": BillFactory.create(staff=house.other),
    }


def one_case(made: Callable[[], Any]) -> Callable[[Household, str, str], Cases]:
    return lambda house, role, verb: {"yes": made()}


CASES: dict[str, Callable[[Household, str, str], Cases]] = {
    "client": client_cases,
    "staff": staff_cases,
    "appointment": appointment_cases,
    "document": document_cases,
    "visible_clients": client_cases,
    "clinical_clients": client_cases,
    "visible_staff": staff_cases,
    "visible_appointments": appointment_cases,
    "visible_documents": document_cases,
    "visible_bills": bill_cases,
    "visible_payments": one_case(PaymentFactory.create),
    "visible_leads": one_case(LeadFactory.create),
}


def expected(house: Household, rule_name: str, role: str) -> str:
    """The cell for one role."""
    module, verb = rule_name.rsplit(".", 1)
    rule = getattr(import_module(module), verb)
    actor = house.people[role]
    about = [name for name in rule.__code__.co_varnames[: rule.__code__.co_argcount] if name != "actor"]
    kind = about[0] if about else verb
    if kind not in CASES:
        answer = rule(actor)
        assert isinstance(answer, bool), (
            f"{rule_name} answers neither yes nor no, and about no known kind of record"
        )
        return "yes" if answer else "no"
    cases = CASES[kind](house, role, verb)
    seen: Any = rule(actor) if not about else None
    true = [
        name
        for name, record in cases.items()
        if (seen.filter(pk=record.pk).exists() if isinstance(seen, QuerySet) else rule(actor, record))
    ]
    if not true:
        return "no"
    if len(true) == len(cases):
        return "yes" if len(cases) == 1 else "all"
    if "own" in cases and true == [name for name in cases if name != "own"]:
        return "all but own"
    return ", ".join(true)


@pytest.mark.parametrize(("rule_name", "cells"), ROWS, ids=[rule for rule, _ in ROWS])
def test_the_row_says_what_the_rule_says(household: Household, rule_name: str, cells: list[str]) -> None:
    assert cells == [expected(household, rule_name, role) for role in ROLES]


def test_every_visible_queryset_has_its_row() -> None:
    """Whoever adds records that not everybody may see says who may."""
    listed = {rule for rule, _ in ROWS}
    found = set()
    for app in ("staff", "clients", "scheduling", "documents", "billing", "crm"):
        rules = import_module(f"{app}.rules")
        own = {
            name for name, rule in vars(rules).items() if getattr(rule, "__module__", "") == rules.__name__
        }
        found |= {f"{app}.rules.{name}" for name in own if name.startswith("visible_")}
    derived = {
        "clients.rules.visible_with_access",
        "clients.rules.visible_flag_kinds",
        "scheduling.rules.visible_calendars",
        "billing.rules.visible_invoices",
    }
    assert found - derived - listed == set()
