"""Every address of the application, read from the URL resolver: its name, its gate, and what its ids stand for.

What an address names is said here once, for the matrix and for every other test that walks the addresses. One that
nobody classified fails.
"""

import uuid
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from billing.models import (
    Adjustment,
    Allocation,
    Bill,
    FeeProposal,
    Invoice,
    Payment,
    Refund,
    ServiceCode,
    Transfer,
)
from clients.models import CareTeamMember, Client, ClientFlag, EmergencyAccess, Tag
from clients.panels import Tab as ChartTab
from clients.panels import chart
from crm.models import Lead
from documents.measures.instruments import INSTRUMENTS
from documents.models import (
    ClientFile,
    Consent,
    Disclosure,
    Document,
    FileVersion,
    FormVersion,
    Measure,
    MeasureLink,
    OwnInstrument,
    Packet,
    PacketRequest,
    PacketSigner,
    Snippet,
    UnlockRequest,
)
from mentalspace.core import practice
from mentalspace.core.gates import anonymous
from mentalspace.core.models import AuditAlert, AuditEvent
from mentalspace.workspace.reports import REPORTS
from messaging.models import Thread
from psychotherapy.models import PsychotherapyNote
from scheduling.models import (
    Appointment,
    BookingRequest,
    Closure,
    Opening,
    Reminder,
    Room,
    Series,
    WaitlistEntry,
)
from staff.models import Staff
from staff.panels import Tab as PersonTab
from staff.panels import person

Rows = dict[type[Model], Model]
# Django's admin has a door of its own, and tests of its own.
ADMIN = "admin"
# What the first words of an address speak of; the longest that fits counts.
NOUNS: dict[str, type[Model]] = {
    "account/second-factors/": Authenticator,
    "adjustments/": Adjustment,
    "allocations/": Allocation,
    "appointments/": Appointment,
    "audit/": AuditEvent,
    "audit/alerts/": AuditAlert,
    "bills/": Bill,
    "clients/": Client,
    "clients/tags/": Tag,
    "consents/": Consent,
    "disclosures/": Disclosure,
    "documents/": Document,
    "emergency-access/": EmergencyAccess,
    "fee-proposals/": FeeProposal,
    "file-versions/": FileVersion,
    "files/": ClientFile,
    "forms/": FormVersion,
    "holidays/": Closure,
    "instruments/": OwnInstrument,
    "invoices/": Invoice,
    "leads/": Lead,
    "measure-links/": MeasureLink,
    "measures/": Measure,
    "messages/": Thread,
    "openings/": Opening,
    "notes/": Appointment,
    "p/": Consent,
    "packet-requests/": PacketRequest,
    "packet-signers/": PacketSigner,
    "packets/": Packet,
    "payments/": Payment,
    "psychotherapy-notes/": PsychotherapyNote,
    "refunds/": Refund,
    "reminders/": Reminder,
    "requests/": BookingRequest,
    "rooms/": Room,
    "series/": Series,
    "snippets/": Snippet,
    "service-codes/": ServiceCode,
    "staff/": Staff,
    "transfers/": Transfer,
    "unlock-requests/": UnlockRequest,
    "users/": User,
    "waitlist/": WaitlistEntry,
}
# Objects named by another key than `pk`.
KEYS: dict[str, type[Model]] = {
    "appointment_id": Appointment,
    "client_id": Client,
    "member_pk": CareTeamMember,
    "flag_pk": ClientFlag,
    "tag_pk": Tag,
}
# Parts that name a page, not a record: everything they can be.
SLUGS: dict[str, Callable[[], list[str]]] = {
    "workspace:report": lambda: list(REPORTS),
    "workspace:settings_section": lambda: list(practice.sections),
    "clients:client_tab": lambda: [tab.slug for tab in chart.of(ChartTab) if tab.slug != "overview"],
    "staff:staff_tab": lambda: [tab.slug for tab in person.of(PersonTab)],
    "staff:photo": lambda: [f"{0:032x}"],
    "documents:measure_create": lambda: list(INSTRUMENTS),
}
# Parts that name a place in a list, or something of the person's own: whatever else is named is not there.
PLACES: dict[str, list[Any]] = {
    "clients:coverage_edit": [0, 1],
    "clients:coverage_remove": [0, 1],
    "staff:exception_remove": ["no-such-day"],
    "staff:time_off_answer": ["no-such-day"],
    "accounts:password_reset_confirm": ["no-such-token"],
    "accounts:session_end": ["no-such-session"],
    "documents:form_compare": [1],
    "documents:form_question_create": ["section"],
    "documents:form_part_edit": ["section"],
    "documents:form_part_up": ["section"],
    "documents:form_part_down": ["section"],
    "documents:form_part_remove": ["section"],
    "documents:questionnaire": ["no-such-token"],
    "documents:packet_open": ["no-such-token"],
    "documents:packet_form": ["no-such-token"],
    "documents:packet_form_save": ["no-such-token"],
    "documents:packet_form_decline": ["no-such-token"],
    "documents:packet_form_copy": ["no-such-token"],
    "scheduling:feed_file": ["no-such-token"],
    "scheduling:reminder_answer": ["no-such-token"],
    "scheduling:reminder_cancel": ["no-such-token"],
    "scheduling:reminder_confirm": ["no-such-token"],
}
# Ends the session with which it is asked.
LEAVES = ("sign_out", "logout", "packet_hand_over")
# Draw a new secret at each look or step, so two are not compared.
NEVER_THE_SAME = {"accounts:totp_add", "accounts:passkey_add", "documents:packet_hand_over"}


class Unclassified(AssertionError):
    """An address of which nobody said what it names."""


def walk(patterns: Any, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every URL by its name, with the pattern that answers."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}:{pattern.namespace}".strip(":") if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, inner)
        else:
            yield f"{namespace}:{pattern.name}".strip(":"), pattern


def own_urls() -> list[tuple[str, URLPattern]]:
    """Those of the application's own, as the resolver has them now."""
    return [found for found in walk(get_resolver().url_patterns) if not found[0].startswith(ADMIN)]


URLS = own_urls()
ADMIN_URLS = [found for found in walk(get_resolver().url_patterns) if found[0].startswith(ADMIN)]


def gate_of(pattern: URLPattern) -> Any:
    """Who may open it."""
    return getattr(pattern.callback, "gate", None)


def is_open_to(user: User, pattern: URLPattern) -> bool:
    """Does the gate let this person in? Whom it does not gets one and the same refusal, as the matrix shows."""
    gate = gate_of(pattern)
    return bool(gate is None or gate is anonymous or gate(user))


def rule_of(pattern: URLPattern) -> Any:
    """The permission that it names."""
    return getattr(pattern.callback, "rule", None)


def parts_of(name: str, pattern: URLPattern) -> dict[str, type[Model] | None]:
    """What the parts of an address stand for; None for a word. Raises Unclassified."""
    words = name in SLUGS or name in PLACES
    found: dict[str, type[Model] | None] = {}
    for part, converter in pattern.pattern.converters.items():
        if part in KEYS:
            found[part] = KEYS[part]
        elif part == "pk":
            found[part] = noun_of(name, str(pattern.pattern))
        elif words and type(converter).__name__ != "UUIDConverter":
            found[part] = None
        else:
            raise Unclassified(f"{name}: what is <{part}> in {pattern.pattern}?")
    return found


def noun_of(name: str, route: str) -> type[Model]:
    """What `pk` is, by the words before it."""
    before = route.split("<", maxsplit=1)[0]
    known = [words for words in NOUNS if before.startswith(words)]
    if not known:
        raise Unclassified(f"{name}: what is <pk> in {route}?")
    return NOUNS[max(known, key=len)]


def nothing(model: type[Model]) -> Any:
    """An id of no row."""
    return uuid.UUID(int=7) if model._meta.pk.get_internal_type() == "UUIDField" else 999_999


def words_of(name: str) -> list[Any]:
    """What a part that is no record can be."""
    return SLUGS[name]() if name in SLUGS else PLACES[name]


def addresses(name: str, pattern: URLPattern, rows: Rows) -> list[str]:
    """The URL on these rows, with every word that it can hold; none where there is no such row."""
    kinds = parts_of(name, pattern)
    if not all(model is None or model in rows for model in kinds.values()):
        return []
    choices = [words_of(name) if model is None else [rows[model].pk] for model in kinds.values()]
    return [reverse(name, kwargs=dict(zip(kinds, chosen, strict=True))) for chosen in product(*choices)]


def address(name: str, pattern: URLPattern, rows: Rows | None = None) -> str:
    """The URL on these rows, or with ids of nothing."""
    if rows is not None and (found := addresses(name, pattern, rows)):
        return found[0]
    samples: dict[str, Any] = {}
    for key, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__
        samples[key] = {"UUIDConverter": uuid.UUID(int=7), "IntConverter": 7}.get(kind, "none-such")
    return reverse(name, kwargs=samples)
