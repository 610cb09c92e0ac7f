"""The frame around every page: which modules a person may open, and what they can begin from anywhere."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from accounts.rules import is_admin
from billing.rules import can_open_billing, can_take_payments
from clients.rules import can_create_client, can_see_client
from crm.rules import can_work_leads
from documents.rules import can_ask_consents, can_see_document, can_write_documents
from mentalspace.workspace.rules import can_open_reports
from messaging.rules import can_use_messages
from scheduling.rules import can_schedule_for, can_see_appointment
from staff.rules import can_see_staff

Rule = Callable[[User], bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A module in the sidebar. `prefixes` are the addresses at which it is the one that is open."""

    label: str
    icon: str
    url_name: str
    allowed: Rule
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NavItem:
    """A module as the layout shows it."""

    label: str
    url: str
    icon: str
    active: bool = False
    badge: int = 0


PLACES = (
    Place("Home", "home", "workspace:home", lambda actor: True, ("/home/",)),
    Place(
        "Schedule",
        "calendar",
        "scheduling:schedule",
        can_see_appointment.gate,
        ("/schedule/", "/appointments/", "/series/", "/waitlist/", "/openings/", "/requests/"),
    ),
    Place("Clients", "users", "clients:client_list", can_see_client.gate, ("/clients/", "/files/")),
    Place(
        "Notes",
        "file-text",
        "documents:note_list",
        can_see_document.gate,
        (
            "/notes/",
            "/plans/",
            "/documents/",
            "/cosign/",
            "/unlock-requests/",
            "/psychotherapy-notes/",
            "/snippets/",
        ),
    ),
    Place("Messages", "mail", "messaging:inbox", can_use_messages, ("/messages/",)),
    Place(
        "Billing",
        "receipt-2",
        "billing:billing_home",
        can_open_billing,
        (
            "/billing/",
            "/bills/",
            "/invoices/",
            "/payments/",
            "/service-codes/",
            "/fee-proposals/",
            "/adjustments/",
            "/allocations/",
            "/refunds/",
            "/transfers/",
        ),
    ),
    Place(
        "Consents",
        "signature",
        "documents:consent_list",
        can_ask_consents.gate,
        ("/consents/", "/packet-requests/", "/packet-signers/"),
    ),
    Place("Leads", "address-book", "crm:lead_board", can_work_leads, ("/leads/",)),
    Place("Reports", "chart-bar", "workspace:report_list", can_open_reports, ("/reports/",)),
    Place("Staff", "id-badge", "staff:staff_list", can_see_staff.gate, ("/staff/",)),
    Place(
        "Administration",
        "settings",
        "workspace:administration",
        is_admin,
        (
            "/administration/",
            "/users/",
            "/settings/",
            "/audit/",
            "/clients/tags/",
            "/holidays/",
            "/rooms/",
            "/seal-keys/",
            "/forms/",
            "/packets/",
            "/emergency-access/",
        ),
    ),
)
BEGINNINGS = (
    Place("Appointment", "calendar-plus", "scheduling:appointment_create", can_schedule_for.gate, ()),
    Place("Client", "user-plus", "clients:client_create", can_create_client, ()),
    Place("Note", "file-plus", "documents:document_create", can_write_documents, ()),
    # By the rule for notes: whoever may write those; this module knows nothing else of psychotherapy notes.
    Place("Psychotherapy note", "lock", "psychotherapy:psychotherapy_note_create", can_write_documents, ()),
    Place("Message", "mail-plus", "messaging:message_create", can_use_messages, ()),
    Place("Payment", "cash", "billing:payment_create", can_take_payments, ()),
    Place("Lead", "address-book", "crm:lead_create", can_work_leads, ()),
)


def modules(actor: User, path: str, *, unread: int = 0) -> list[NavItem]:
    """The sidebar for this person on this page."""
    # The longest address wins: the list of tags is below the clients' and belongs to administration.
    matching = [prefix for place in PLACES for prefix in place.prefixes if path.startswith(prefix)]
    here = max(matching, key=len, default="")
    return [
        NavItem(
            place.label,
            reverse(place.url_name),
            place.icon,
            active=here in place.prefixes,
            badge=unread if place.url_name == "messaging:inbox" else 0,
        )
        for place in PLACES
        if place.allowed(actor)
    ]


def beginnings(actor: User) -> list[NavItem]:
    """The "New" menu."""
    return [
        NavItem(place.label, reverse(place.url_name), place.icon)
        for place in BEGINNINGS
        if place.allowed(actor)
    ]
