"""What waits for a person to do it: the number in the top bar, and what it is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from accounts.choices import Role
from accounts.models import User
from accounts.rules import CLINICIANS, has_role
from billing.queries.bills import bills_to_mend
from billing.queries.fees import fee_proposals
from billing.queries.work import ready_to_bill
from clients.queries import unreviewed as unreviewed_emergencies
from crm.queries import to_call
from crm.rules import visible_leads
from documents.choices import DocumentStatus
from documents.measures.queries import open_risks
from documents.queries import (
    cosign_queue,
    own_documents,
    sessions_without_note,
    to_read,
    unlock_requests,
)
from mentalspace.core import clock
from mentalspace.workspace.audit_alerts import unreviewed as unreviewed_alerts
from mentalspace.workspace.reports.base import address
from messaging.queries import unread_messages
from scheduling.requests.queries import to_answer
from staff.queries import requests_to_answer
from staff.rules import own_id

Rows = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work. `rows` are those that wait for this person; the page at `listed_at` shows the same ones.

    `key` is what tells them apart, where a row of the database stands for several.
    """

    label: str
    icon: str
    roles: tuple[str, ...]
    rows: Callable[[User], Rows]
    listed_at: Callable[[User], str]
    key: str = "pk"


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many of a kind, and where they are listed."""

    label: str
    icon: str
    url: str
    count: int


def own_notes(state: str) -> Callable[[User], str]:
    """The list of notes in this state, of the person alone."""
    return lambda actor: address("documents:note_list", state=state, clinician=str(own_id(actor) or ""))


KINDS = (
    Kind(
        "Risk answers to respond to",
        "alert-triangle",
        (Role.ADMIN, *CLINICIANS),
        open_risks,
        lambda actor: reverse("documents:risk_list"),
    ),
    Kind(
        "Sessions without a note",
        "file-plus",
        CLINICIANS,
        lambda actor: sessions_without_note(actor).filter(staff=own_id(actor)),
        own_notes("unwritten"),
    ),
    Kind(
        "Drafts to sign",
        "writing-sign",
        CLINICIANS,
        lambda actor: own_documents(actor).filter(status=DocumentStatus.DRAFT),
        own_notes("draft"),
    ),
    Kind(
        "Notes to co-sign",
        "signature",
        (Role.SUPERVISOR,),
        cosign_queue,
        lambda actor: reverse("documents:cosign_list"),
    ),
    Kind(
        "Signed notes to read",
        "eye",
        (Role.SUPERVISOR,),
        to_read,
        lambda actor: reverse("documents:reading_list"),
    ),
    Kind(
        "Unlock requests",
        "lock-open",
        (Role.SUPERVISOR, Role.ADMIN),
        lambda actor: unlock_requests(actor).filter(state="requested"),
        lambda actor: reverse("documents:unlock_list"),
    ),
    Kind(
        "Emergency accesses to review",
        "shield-exclamation",
        (Role.ADMIN,),
        unreviewed_emergencies,
        lambda actor: address("clients:emergency_list", state="unreviewed"),
    ),
    Kind(
        "Unusual reading to review",
        "alert-triangle",
        (Role.ADMIN,),
        lambda actor: unreviewed_alerts(),
        lambda actor: address("workspace:audit_alert_list", state="open"),
    ),
    Kind(
        "Time off to answer",
        "calendar-off",
        (Role.ADMIN,),
        lambda actor: requests_to_answer(actor, clock.today()),
        lambda actor: reverse("staff:time_off_list"),
        key="entry",
    ),
    Kind(
        "Requests to answer",
        "inbox",
        (Role.FRONT_DESK, Role.ADMIN),
        to_answer,
        lambda actor: reverse("scheduling:request_list"),
    ),
    Kind(
        "Leads to call",
        "address-book",
        (Role.FRONT_DESK, Role.ADMIN),
        lambda actor: to_call(visible_leads(actor)),
        lambda actor: address("crm:lead_list", follow_up="call"),
    ),
    Kind(
        "Sessions ready to bill",
        "receipt",
        (Role.BILLER,),
        lambda actor: ready_to_bill(),
        lambda actor: reverse("billing:bill_ready"),
    ),
    Kind(
        "Bills whose note was entered in error",
        "ban",
        (Role.BILLER,),
        bills_to_mend,
        lambda actor: address("billing:bill_list", note="error"),
    ),
    Kind(
        "Proposed fees",
        "cash",
        (Role.BILLER,),
        lambda actor: fee_proposals(open_only=True),
        lambda actor: reverse("billing:fee_list"),
    ),
)


def waiting_for(actor: User) -> tuple[int, list[Waiting]]:
    """How many messages are unread, and what else waits, without what there is none of. One statement for all."""
    kinds = [kind for kind in KINDS if has_role(actor, *kind.roles)]
    asked = [(unread_messages(actor), "pk"), *((kind.rows(actor), kind.key) for kind in kinds)]
    unread, *counts = _counted(asked)
    found = zip(kinds, counts, strict=True)
    return unread, [
        Waiting(kind.label, kind.icon, kind.listed_at(actor), count) for kind, count in found if count
    ]


def _counted(asked: Sequence[tuple[Rows, str]]) -> list[int]:
    """How many rows, or different keys, each of these has, in one statement.

    It is put together here: as expressions of one query of Django's they would cost each page milliseconds more.
    """
    parts: list[str] = []
    given: list[Any] = []
    for rows, key in asked:
        try:
            statement, params = rows.order_by().values(key).query.sql_with_params()
        except EmptyResultSet:
            # There can be none, as for a clinician without a staff profile.
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({statement}) AS counted)")  # noqa: S608 - a statement of Django's
        given += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", given)
        return list(cursor.fetchone())
