"""The tabs and cards of the chart that belong to clients themselves; registered in `ClientsConfig.ready()`."""

import datetime as dt
from typing import Any

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients import rules
from clients.chart import care_team, is_current, profile_of, tab_url
from clients.choices import CareRole, CoverageRank, ReminderHours
from clients.defaults import ClientDefaults
from clients.models import CareTeamMember, Client
from clients.panels import Card, Tab
from clients.queries.coverage import coverages, in_force
from clients.queries.history import history
from clients.shapes import Authorisation, Insurance, MedicalHistory
from mentalspace.core import cells, clock, formatting, practice

DAYS_A_COVERAGE_ENDS_SOON = 30


def _no_context(request: ActorRequest, client: Client) -> dict[str, Any]:
    return {}


def _url(name: str, client: Client, *further: Any) -> str:
    return reverse(f"clients:{name}", args=[client.pk, *further])


# Overview


def contact_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """How to reach the client and, for those who may know, whom to call in need."""
    actor = request.user
    return {
        "contact_rows": contact_rows(client),
        "emergency": profile_of(client).emergency_contact if rules.can_see_contacts(actor, client) else None,
        "edit_url": _url("client_edit", client) if rules.can_edit_demographics(actor, client) else "",
    }


def contact_rows(client: Client) -> list[tuple[str, Any]]:
    """Phone, e-mail and address, as definitions."""
    phone = cells.Cell(formatting.phone(client.phone), url=f"tel:{client.phone}") if client.phone else ""
    return [
        ("Phone", phone),
        ("E-mail", cells.email_cell(client.email)),
        ("Address", address_lines(client.address)),
        ("Reminders", reminder_words(client)),
    ]


def address_lines(address: dict[str, str]) -> list[str]:
    """An address as on an envelope."""
    place = f"{address.get('city', '')}, {address.get('state', '')}".strip(", ")
    return [
        line for line in (address.get("street", ""), f"{place} {address.get('zip_code', '')}".strip()) if line
    ]


def reminder_words(client: Client) -> str:
    """To which reminders the client consented, and when they want them if not when the practice sends them."""
    ways = [
        f"{way} {ReminderHours(hours).label}" if hours in ReminderHours.values else way
        for way, consents, hours in (
            ("e-mail", client.reminder_email_consent, client.reminder_email_hours),
            ("text", client.reminder_text_consent, client.reminder_text_hours),
        )
        if consents
    ]
    return f"By {formatting.listed(ways)}" if ways else "No consent given"


def medical_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """Medicines, allergies, conditions: what a clinician wants to know in the minute before a session."""
    medical = MedicalHistory.model_validate(profile_of(client).medical_history)
    lists = [
        ("Medicines", medical.medications),
        ("Allergies", medical.allergies),
        ("Conditions", medical.conditions),
    ]
    return {
        "medical_lists": lists,
        "medical_empty": not any(entries for _, entries in lists),
        "edit_url": _url("medical_history_edit", client),
    }


def todo_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """What is still missing from the record, each with the page that mends it; only for who may mend it."""
    return {"todos": todos(request.user, client)}


def todos(actor: User, client: Client) -> list[tuple[str, str]]:
    """What is missing from the profile, as (sentence, where to mend it)."""
    profile, today = profile_of(client), clock.today()
    missing = []
    if rules.can_edit_demographics(actor, client):
        edit = _url("client_edit", client)
        if client.date_of_birth is None:
            missing.append(("No date of birth is recorded.", edit))
        if not client.phone and not client.email:
            missing.append(("There is no phone and no e-mail to reach this client.", edit))
        elif not client.reminder_email_consent and not client.reminder_text_consent:
            missing.append(("The client has not consented to reminders by e-mail or text.", edit))
        if not profile.emergency_contact:
            missing.append(("No emergency contact is recorded.", _url("contacts_edit", client)))
    if rules.can_edit_insurance(actor, client):
        missing += _insurance_todos(client, coverages(profile), today)
    return missing


def _insurance_todos(client: Client, held: list[Insurance], today: dt.date) -> list[tuple[str, str]]:
    current = [coverage for coverage in held if in_force(coverage, today)]
    new, section = _url("coverage_create", client), f"{tab_url(client, 'profile')}#insurance"
    if not held:
        return [("No insurance is recorded. Leave it so for a self-pay client.", new)]
    if not current:
        return [("No coverage is in force today.", section)]
    found = []
    if not any(coverage.rank == "primary" for coverage in current):
        found.append(("A further coverage is in force, but no primary one.", section))
    for coverage in current:
        if coverage.effective_to and (coverage.effective_to - today).days <= DAYS_A_COVERAGE_ENDS_SOON:
            when = formatting.relative_day(coverage.effective_to, today)
            found.append((f"{coverage.provider} ends {when}.", section))
    return found


# Profile


def profile_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """Every section that the actor may see, each with its own form."""
    actor, profile = request.user, profile_of(client)
    edits, clinical = rules.can_edit_demographics(actor, client), rules.can_see_clinical(actor, client)
    intake_by = profile.intake_staff.name_with_credential if profile.intake_staff else ""
    return {
        "demographic_rows": _demographic_rows(client),
        "contact_rows": contact_rows(client),
        "coverages": [_coverage_view(actor, client, index) for index in _coverage_order(client)],
        "contacts": profile.emergency_contact if rules.can_see_contacts(actor, client) else None,
        "medical": _medical_rows(profile.medical_history) if clinical else None,
        "intake_rows": [("Intake on", formatting.date(profile.intake_date)), ("Intake by", intake_by)],
        "custom_rows": custom_rows(profile.custom_fields) if edits or clinical else None,
        "may": {
            "demographics": edits,
            "insurance": rules.can_edit_insurance(actor, client),
            "medical": clinical and rules.can_edit_medical_history(actor, client),
        },
    }


def custom_rows(values: dict[str, str]) -> list[tuple[str, str]]:
    """The practice's fields, then values of fields that it no longer keeps."""
    labels = practice.get(ClientDefaults).custom_fields
    former = [label for label in values if label not in labels]
    return [(label, values.get(label, "")) for label in [*labels, *former]]


def _demographic_rows(client: Client) -> list[tuple[str, Any]]:
    return [
        ("Legal name", client.legal_name),
        ("Preferred name", client.preferred_name),
        ("Pronouns", client.pronouns),
        ("Date of birth", formatting.date(client.date_of_birth)),
        ("Gender", client.get_gender_display()),
        ("Language", client.language),
        ("Time zone", client.time_zone.replace("_", " ") or "The practice's"),
    ]


def _medical_rows(stored: dict[str, Any]) -> list[tuple[str, Any]]:
    medical = MedicalHistory.model_validate(stored)
    return [
        ("Conditions", medical.conditions),
        ("Medicines", medical.medications),
        ("Allergies", medical.allergies),
        ("Hospital stays", medical.hospitalisations),
        ("Family history", medical.family_history),
    ]


def _coverage_order(client: Client) -> list[int]:
    """Places in the stored list, in the order shown: in force first, then by rank."""
    stored, today = profile_of(client).insurance_info, clock.today()
    held = [Insurance.model_validate(item) for item in stored]
    ranks = list(CoverageRank.values)
    return sorted(
        range(len(held)), key=lambda at: (not in_force(held[at], today), ranks.index(held[at].rank))
    )


def _coverage_view(actor: User, client: Client, index: int) -> dict[str, Any]:
    coverage = Insurance.model_validate(profile_of(client).insurance_info[index])
    today, edits = clock.today(), rules.can_edit_insurance(actor, client)
    insured = coverage.primary_insured
    who = "The client" if insured.relationship == "self" else f"{insured.name} ({insured.relationship})"
    born = formatting.date(insured.date_of_birth)
    return {
        "provider": coverage.provider,
        "rank": cells.Badge(CoverageRank(coverage.rank).label, "accent"),
        "state": _coverage_state(coverage, today),
        "rows": [
            ("Plan", coverage.plan),
            ("Policy number", coverage.policy_number),
            ("Group number", coverage.group_number),
            ("Payer ID", coverage.payer_id),
            ("Insured person", f"{who}, born {born}" if born else who),
            ("Copay", formatting.money(coverage.copay)),
            ("In force", _span(coverage.effective_from, coverage.effective_to)),
        ],
        "authorisations": [_authorisation_view(item, today) for item in coverage.authorisations],
        "edit_url": _url("coverage_edit", client, index) if edits else "",
        "remove_url": _url("coverage_remove", client, index) if edits else "",
    }


def _span(start: dt.date | None, end: dt.date | None) -> str:
    """`from 01/01/2026`, `until 12/31/2026`, both, or nothing."""
    first = f"from {formatting.date(start)}" if start else ""
    last = f"until {formatting.date(end)}" if end else ""
    return f"{first} {last}".strip().capitalize()


def _coverage_state(coverage: Insurance, today: dt.date) -> cells.Badge:
    if in_force(coverage, today):
        return cells.Badge("In force", "success")
    if coverage.effective_from and coverage.effective_from > today:
        return cells.Badge("Starts later", "info")
    return cells.Badge("Ended", "neutral")


def _authorisation_view(item: Authorisation, today: dt.date) -> dict[str, Any]:
    left = max(item.sessions - item.used, 0)
    over = item.valid_to is not None and item.valid_to < today
    return {
        "number": item.number or "Without a number",
        "used": item.used,
        "sessions": item.sessions,
        "left": formatting.plural(left, "session") + " left",
        "span": _span(item.valid_from, item.valid_to),
        "tone": "neutral" if over else "danger" if left == 0 else "warning" if left <= 3 else "success",
        "expired": over,
    }


# Care team


def care_team_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """Who treats the client, who will, and who did."""
    actor, today = request.user, clock.today()
    members = care_team(client)
    assigns = rules.can_assign_clinicians(actor, client)
    shown = [_member_view(client, member, assigns) for member in members]
    current = [view for view, member in zip(shown, members, strict=True) if is_current(member, today)]
    coming = [view for view, member in zip(shown, members, strict=True) if member.starts_on > today]
    past = [view for view in shown if view not in current and view not in coming]
    has_primary = any(member.role == CareRole.PRIMARY and is_current(member, today) for member in members)
    return {
        "members_current": current,
        "members_coming": coming,
        "members_past": past,
        "assign_url": _url("clinician_assign", client) if assigns else "",
        "hand_over_url": _url("primary_hand_over", client) if assigns and has_primary else "",
        "has_primary": has_primary,
    }


def _member_view(client: Client, member: CareTeamMember, assigns: bool) -> dict[str, Any]:
    ends = assigns and (member.ends_on is None or member.ends_on >= clock.today())
    return {
        "name": member.staff.name_with_credential,
        "role": member.get_role_display(),
        "since": formatting.date(member.starts_on),
        "until": formatting.date(member.ends_on),
        "reason": member.end_reason,
        "assigned_by": member.assigned_by.full_name if member.assigned_by else "",
        "end_url": _url("assignment_end", client, member.pk) if ends else "",
    }


OWN_TABS = (
    Tab(
        "overview",
        "Overview",
        "layout-dashboard",
        0,
        rules.can_see_client,
        "clients/client_detail.html",
        _no_context,
    ),
    Tab("profile", "Profile", "id", 70, rules.can_see_client, "clients/client_profile.html", profile_tab),
    Tab(
        "care-team",
        "Care team",
        "users",
        80,
        rules.can_see_client,
        "clients/client_care_team.html",
        care_team_tab,
    ),
    Tab("history", "History", "history", 90, rules.can_see_history, "clients/client_history.html", history),
)
OWN_CARDS = (
    Card("client_todo", 0, rules.can_see_client, "clients/_card_todo.html", todo_card, "side"),
    Card("client_contact", 10, rules.can_see_client, "clients/_card_contact.html", contact_card, "side"),
    Card("client_medical", 30, rules.can_see_clinical, "clients/_card_medical.html", medical_card, "side"),
)
