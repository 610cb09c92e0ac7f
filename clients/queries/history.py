"""What happened to a client's record, in words."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from accounts.http import ActorRequest
from accounts.models import User
from clients import panels, rules
from clients.choices import CLINICAL_FLAGS, CareRole, ClientStatus, FlagKind, Gender, Severity
from clients.models import Client, ClientFlag, ClientStatusChange
from mentalspace.core import audit, cells, clock, formatting
from mentalspace.core.models import AuditEvent

PAGE_SIZE = 40
VERBS = {
    "client.created": ("Client created", "user-plus"),
    "client.updated": ("Demographics changed", "edit"),
    "client.status_changed": ("Status changed", "switch-horizontal"),
    "client.viewed": ("Chart opened", "eye"),
    "client.clinician_assigned": ("Clinician assigned", "user-plus"),
    "client.assignment_ended": ("Assignment ended", "user-minus"),
    "client.flag_raised": ("Flag raised", "flag"),
    "client.flag_resolved": ("Flag resolved", "flag"),
    "client.tagged": ("Tag added", "tag"),
    "client.untagged": ("Tag removed", "tag"),
    "client.insurance_changed": ("Insurance changed", "umbrella"),
    "client.insurance_removed": ("Insurance removed", "umbrella"),
    "client.contacts_changed": ("Emergency contacts changed", "phone"),
    "client.medical_history_changed": ("Medical history changed", "pill"),
    "client.intake_changed": ("Intake changed", "clipboard-check"),
    "client.custom_fields_changed": ("Further fields changed", "list-details"),
    "emergency_access.began": ("Emergency access began", "lock-open"),
    "emergency_access.ended": ("Emergency access ended early", "lock"),
    "emergency_access.reviewed": ("Emergency access reviewed", "clipboard-check"),
}
ICONS = {
    "page.viewed": "eye",
    "page.searched": "eye",
    "document.viewed": "eye",
    "appointment.viewed": "eye",
    "document.printed": "printer",
    "invoice.printed": "printer",
    "file.downloaded": "download",
    "page.refused": "ban",
}
# What people without a view of the clinical record may read: changes of administrative facts.
ADMINISTRATIVE_VERBS = tuple(
    verb
    for verb in VERBS
    if verb
    not in {"client.viewed", "client.medical_history_changed", "client.flag_raised", "client.flag_resolved"}
    and not verb.startswith("emergency_access.")
)
LABELS = {
    "date_of_birth": "Date of birth",
    "email": "E-mail",
    "reminder_email_consent": "Reminders by e-mail",
    "reminder_text_consent": "Reminders by text",
    "reminder_email_hours": "E-mail reminder, hours before",
    "reminder_text_hours": "Text reminder, hours before",
    "kind": "Flag",
    "medications": "Medicines",
    "hospitalisations": "Hospital stays",
    "starts_on": "From",
    "ends_on": "Until",
}
SILENT = frozenset({"version", "digest"})
LAST_PAGE = 1000


def history(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The context of the history tab: events by page, status changes, resolved flags.

    Three queries, and one for each kind of record that events of the page are about.
    """
    actor = request.user
    zone = clock.zone()
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked[:5]) <= LAST_PAGE else 1
    start = (number - 1) * PAGE_SIZE
    # One more than is shown tells whether there are more; counting them all would read a chart's whole past.
    found = list(visible_events(actor, client)[start : start + PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    subjects = subjects_of(actor, shown)
    return {
        "events": [entry(event, zone, subjects.get(event.object_id)) for event in shown],
        "previous_url": f"?page={number - 1}" if number > 1 else "",
        "next_url": f"?page={number + 1}" if len(found) > PAGE_SIZE else "",
        "at": f"Page {number}",
        "status_entries": [_status_entry(change, zone) for change in _status_changes(client)],
        "flag_entries": [_flag_entry(flag, zone) for flag in _resolved_flags(actor, client)],
        "readers_url": audit.policy.readers_url(client.pk) if rules.can_see_views(actor) else "",
    }


def visible_events(actor: User, client: Client) -> QuerySet[AuditEvent]:
    """Events of the record, newest first: all for administrators, no looks at it for others, and nothing clinical for
    those who may not read the record.
    """
    events = (
        AuditEvent.objects.filter(client_id=client.pk).select_related("actor__staff").order_by("-at", "-pk")
    )
    if rules.can_see_views(actor):
        return events
    if rules.can_see_clinical(actor, client):
        return events.exclude(verb__in=audit.policy.watching)
    return events.filter(verb__in=ADMINISTRATIVE_VERBS)


def subjects_of(actor: User, events: Collection[AuditEvent]) -> dict[str, tuple[str, str]]:
    """By id the words and the page of each record that the events are about and the actor may open."""
    found: dict[str, tuple[str, str]] = {}
    for subject in panels.chart.of(panels.Subject):
        if keys := {event.object_id for event in events if event.object_type == subject.model}:
            found |= subject.named(actor, keys)
    return found


def entry(event: AuditEvent, zone: Any, subject: tuple[str, str] | None = None) -> cells.TimelineEntry:
    """An event in words, with the record it was about."""
    title, icon = VERBS.get(event.verb) or (audit.policy.sentence(event), ICONS.get(event.verb, "point"))
    if event.verb == "client.viewed":
        page = event.changes.get("page", ["", ""])[1]
        text = f"Page: {page.replace('-', ' ')}" if page else ""
    else:
        about = [subject[0]] if subject else []
        text = "; ".join(
            about + [change_words(name, pair) for name, pair in event.changes.items() if name not in SILENT]
        )
    return cells.TimelineEntry(
        when=formatting.instant(event.at, zone),
        title=title,
        text=text,
        actor=actor_name(event.actor),
        url=subject[1] if subject else "",
        icon=icon,
    )


def actor_name(actor: Any) -> str:
    """The person's name; their e-mail where they have no staff row; the system where nobody acted."""
    if actor is None:
        return "The system"
    staff = getattr(actor, "staff", None)
    return staff.full_name if staff else actor.email


def change_words(name: str, pair: Any) -> str:
    """`Phone: (404) 555-0134 → (404) 555-0199`; a field whose text is withheld is named alone, as is what stayed."""
    label = LABELS.get(name, name.replace("_", " ").capitalize())
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return label
    before, after = (_value_words(name, value) for value in pair)
    if not before and not after:
        return label
    if not before or before == after:
        return f"{label}: {after}"
    return f"{label}: {before} → {after}" if after else f"{label}: {before} removed"


def _value_words(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    if isinstance(value, list):
        return formatting.listed(str(part) for part in value)
    text = str(value)
    for choices, names in (
        (ClientStatus, {"status"}),
        (Gender, {"gender"}),
        (CareRole, {"role"}),
        (FlagKind, {"kind"}),
        (Severity, {"severity"}),
    ):
        if name in names and text in choices.values:
            return str(choices(text).label)
    if name == "phone":
        return formatting.phone(text)
    if len(text) == 10 and text[4] == text[7] == "-":
        return f"{text[5:7]}/{text[8:]}/{text[:4]}"
    return text


def _status_changes(client: Client) -> QuerySet[ClientStatusChange]:
    return (
        ClientStatusChange.objects.filter(client=client)
        .select_related("changed_by")
        .order_by("-changed_at", "-pk")
    )


def _resolved_flags(actor: User, client: Client) -> QuerySet[ClientFlag]:
    return (
        ClientFlag.objects.filter(
            client=client, resolved_at__isnull=False, kind__in=rules.flag_kinds(actor, client)
        )
        .select_related("raised_by", "resolved_by")
        .order_by("-resolved_at", "-pk")
    )


def _status_entry(change: ClientStatusChange, zone: Any) -> cells.TimelineEntry:
    return cells.TimelineEntry(
        when=formatting.instant(change.changed_at, zone),
        title=f"{ClientStatus(change.from_status).label} → {ClientStatus(change.to_status).label}",
        text=change.reason,
        actor=change.changed_by.full_name if change.changed_by else "",
        icon="switch-horizontal",
        tone="accent",
    )


def _flag_entry(flag: ClientFlag, zone: Any) -> cells.TimelineEntry:
    raised = f"Raised {formatting.instant_date(flag.created_at, zone)}"
    by = f" by {flag.raised_by.full_name}" if flag.raised_by else ""
    note = f": “{flag.note}”" if flag.note else ""
    return cells.TimelineEntry(
        when=f"Resolved {formatting.instant(flag.resolved_at, zone)}",
        title=f"{flag.get_kind_display()} ({flag.get_severity_display().lower()})",
        text=f"{raised}{by}{note}. Resolved: “{flag.resolution}”",
        actor=flag.resolved_by.full_name if flag.resolved_by else "",
        icon="flag",
        tone="danger" if flag.kind in CLINICAL_FLAGS else "warning",
    )
