"""What stands at the head of a document: from the client's chart and the session, never typed again.

When the author signs, it is fixed with the text: a signed document shows what its signers saw.
"""

from datetime import date
from typing import Any

from documents.choices import DocumentStatus
from documents.defaults import NoteDefaults
from documents.models import Document
from mentalspace.core import clock, formatting, practice
from staff.models import Staff

LATE_ENTRY = "Late entry"


def clinician(staff: Staff) -> str:
    """`Ada Okafor, LCSW · LCSW GA CSW001234`."""
    return " · ".join(part for part in (staff.name_with_credential, licence(staff)) if part)


def licence(staff: Staff) -> str:
    """`LCSW GA CSW001234`, as printed under the name: type, state and number."""
    kind = staff.get_license_type_display() if staff.license_type else ""
    return " ".join(part for part in (kind, staff.license_state, staff.license_number) if part)[:140]


def client_facts(document: Document) -> list[tuple[str, str]]:
    """Who it is about."""
    client = document.client
    return [
        ("Client", client.display_name),
        ("Client number", f"C-{client.number}"),
        ("Date of birth", formatting.date(client.date_of_birth)),
    ]


def session_facts(document: Document, on: date | None = None) -> list[tuple[str, str]]:
    """Which session, held by whom; for other documents their day; and how late it is written, seen from `on`, or today.

    Asks nothing: the caller selects the related rows.
    """
    author = document.staff
    people = [("Clinician", clinician(author))]
    if author.supervisor is not None:
        people.append(("Supervisor", clinician(author.supervisor)))
    session = document.appointment
    if session is None:
        return [*client_facts(document), ("Date", formatting.date(document.service_date)), *people]
    zone = clock.zone()
    return [
        *client_facts(document),
        ("Date", formatting.date(document.service_date)),
        ("Time", formatting.time_range(session.start_time, session.end_time, zone)),
        ("Session", session.get_type_display()),
        ("Location", session.get_location_display()),
        ("Service code", session.billing_code),
        *people,
        (LATE_ENTRY, _late(document, on or clock.today())),
    ]


def _late(document: Document, on: date) -> str:
    """In words, for a note written so long after its session that it must say so; empty for the others."""
    days = (on - document.service_date).days
    return f"Written {days} days after the session" if days > practice.get(NoteDefaults).late_days else ""


def is_late(document: Document) -> bool:
    """Does it say that it was written late? As it was signed, or for a draft as it is."""
    return any(label == LATE_ENTRY for label, _text in shown_facts(document))


def shown_facts(document: Document) -> list[tuple[str, Any]]:
    """The facts that are known: as they were signed, or for a draft as they are."""
    if document.status != DocumentStatus.DRAFT and document.signed_facts:
        return [(label, text) for label, text in document.signed_facts]
    return [(label, text) for label, text in session_facts(document) if text]


def as_text(document: Document) -> str:
    """All that somebody reads before signing, as plain text."""
    head = [f"{label}: {text}" for label, text in shown_facts(document)]
    return "\n".join([document.title, *head, "", document.content])
