"""The sections of a profile: insurance, contacts, medical history, intake and the practice's own fields.

Each section is saved by itself. `seen` is the `section_mark` of what the person opened: if the section has changed
since, the verb raises StaleVersion, and only then, so that two people may work on two sections of one profile.
"""

import datetime as dt
import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import TypeAdapter

from accounts.models import User
from clients import rules
from clients.choices import CoverageRank
from clients.defaults import ClientDefaults
from clients.errors import CoverageOverlaps, NoSuchCoverage, UnknownCustomField
from clients.models import ClientProfile
from clients.shapes import Insurance
from mentalspace.core import audit, formatting, practice
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from staff.models import Staff

COVERAGES = TypeAdapter(list[Insurance])


def section_mark(profile: ClientProfile, section: str) -> str:
    """A short mark of a section (a field of the profile, or "intake") as it stands in `profile`."""
    if section == "intake":
        value: Any = [profile.intake_date, profile.intake_staff_id]
    else:
        field = profile._meta.get_field(section)
        # A fresh profile holds `{}` where the table holds the whole shape.
        value = field.clean_shape(getattr(profile, section))  # type: ignore[union-attr]
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


@transaction.atomic
def save_coverage(
    *, actor: User, client_id: UUID, index: int | None, seen: str, coverage: Insurance
) -> ClientProfile:
    """Add a coverage (`index` None) or replace the one at that place.

    Raises NotPermitted, StaleVersion, NoSuchCoverage, CoverageOverlaps.
    """
    profile = _locked(client_id)
    require(rules.can_edit_insurance(actor, profile.client))
    _check_seen(seen, profile, "insurance_info")
    coverages = COVERAGES.validate_python(profile.insurance_info)
    others = list(coverages)
    if index is not None:
        if not 0 <= index < len(coverages):
            raise NoSuchCoverage
        del others[index]
    check_ranks(coverage, others)
    if index is None:
        coverages.append(coverage)
    else:
        coverages[index] = coverage
    changes = {"insurance": [_named(others, profile, index), f"{coverage.rank}: {coverage.provider}"]}
    return _store(actor, profile, "insurance_info", _plain(coverages), "client.insurance_changed", changes)


@transaction.atomic
def remove_coverage(*, actor: User, client_id: UUID, index: int, seen: str) -> ClientProfile:
    """Take out a coverage that was entered by mistake; one that ended keeps its end date instead.

    Raises NotPermitted, StaleVersion, NoSuchCoverage.
    """
    profile = _locked(client_id)
    require(rules.can_edit_insurance(actor, profile.client))
    _check_seen(seen, profile, "insurance_info")
    coverages = COVERAGES.validate_python(profile.insurance_info)
    if not 0 <= index < len(coverages):
        raise NoSuchCoverage
    gone = coverages.pop(index)
    changes = {"insurance": [f"{gone.rank}: {gone.provider}", ""]}
    return _store(actor, profile, "insurance_info", _plain(coverages), "client.insurance_removed", changes)


def check_ranks(coverage: Insurance, others: list[Insurance]) -> None:
    """At any time at most one coverage of each rank. Raises CoverageOverlaps."""
    for other in others:
        if other.rank == coverage.rank and _overlap(coverage, other):
            raise CoverageOverlaps(
                f"{other.provider} is the {CoverageRank(other.rank).label.lower()} coverage {_span(other)}. "
                "End it before this one begins, or choose another rank."
            )


@transaction.atomic
def set_emergency_contacts(
    *, actor: User, client_id: UUID, seen: str, contacts: list[dict[str, Any]]
) -> ClientProfile:
    """Replace the list of emergency contacts. Raises NotPermitted, StaleVersion."""
    profile = _locked(client_id)
    require(rules.can_edit_demographics(actor, profile.client))
    _check_seen(seen, profile, "emergency_contact")
    before = formatting.listed(contact["name"] for contact in profile.emergency_contact)
    after = formatting.listed(contact["name"] for contact in contacts)
    changes = {"emergency_contacts": [before, after]}
    return _store(actor, profile, "emergency_contact", contacts, "client.contacts_changed", changes)


@transaction.atomic
def set_medical_history(*, actor: User, client_id: UUID, seen: str, history: dict[str, Any]) -> ClientProfile:
    """Replace the medical history. Clinical text: the trail says that it changed, not what. Raises NotPermitted,
    StaleVersion.
    """
    profile = _locked(client_id)
    require(rules.can_edit_medical_history(actor, profile.client))
    _check_seen(seen, profile, "medical_history")
    changed = [part for part in history if history[part] != profile.medical_history.get(part)]
    changes = {part: ["", ""] for part in changed}
    return _store(actor, profile, "medical_history", history, "client.medical_history_changed", changes)


@transaction.atomic
def set_intake(
    *, actor: User, client_id: UUID, seen: str, intake_date: dt.date | None, intake_staff_id: UUID | None
) -> ClientProfile:
    """When the intake was, and who did it. Raises NotPermitted, StaleVersion."""
    profile = _locked(client_id)
    require(rules.can_edit_demographics(actor, profile.client))
    _check_seen(seen, profile, "intake")
    by = Staff.objects.get(pk=intake_staff_id) if intake_staff_id else None
    values = {"intake_date": intake_date, "intake_staff": by}
    changes = audit.changed_fields(profile, values)
    if "intake_staff" in changes:
        changes["intake_staff"] = [
            person.full_name if person else "" for person in (profile.intake_staff, by)
        ]
    if changes:
        profile.intake_date, profile.intake_staff = intake_date, by
        profile.save(update_fields=["intake_date", "intake_staff", "updated_at"])
        audit.record(
            actor=actor, verb="client.intake_changed", obj=profile, client_id=client_id, changes=changes
        )
    return profile


@transaction.atomic
def set_custom_fields(*, actor: User, client_id: UUID, seen: str, values: dict[str, str]) -> ClientProfile:
    """Fill in the practice's own fields. Values of fields that the practice dropped stay as they are.

    Raises NotPermitted, StaleVersion, UnknownCustomField.
    """
    profile = _locked(client_id)
    require(rules.can_edit_demographics(actor, profile.client))
    _check_seen(seen, profile, "custom_fields")
    if not set(values) <= set(practice.get(ClientDefaults).custom_fields):
        raise UnknownCustomField
    merged = {**profile.custom_fields, **{label: text for label, text in values.items() if text}}
    for label in [label for label, text in values.items() if not text]:
        merged.pop(label, None)
    # What the fields say is sealed in the profile and has no second place in the trail.
    changes = {
        label: ["", ""] for label, text in values.items() if text != profile.custom_fields.get(label, "")
    }
    return _store(actor, profile, "custom_fields", merged, "client.custom_fields_changed", changes)


def _locked(client_id: UUID) -> ClientProfile:
    """The client's profile, made if an import left it out."""
    ClientProfile.objects.get_or_create(client_id=client_id)
    return (
        ClientProfile.objects.select_for_update(of=("self",))
        .select_related("client")
        .get(client_id=client_id)
    )


def _check_seen(seen: str, profile: ClientProfile, section: str) -> None:
    if seen != section_mark(profile, section):
        raise StaleVersion


def _store(
    actor: User, profile: ClientProfile, field: str, value: Any, verb: str, changes: dict[str, Any]
) -> ClientProfile:
    if getattr(profile, field) == value:
        return profile
    setattr(profile, field, value)
    indexes = ["member_ids"] if field == "insurance_info" else []
    profile.save(update_fields=[field, *indexes, "updated_at"])
    audit.record(actor=actor, verb=verb, obj=profile, client_id=profile.client_id, changes=changes)
    return profile


def _plain(coverages: list[Insurance]) -> Any:
    return COVERAGES.dump_python(coverages, mode="json")


def _named(others: list[Insurance], profile: ClientProfile, index: int | None) -> str:
    """What stood at the place that is being replaced."""
    if index is None:
        return ""
    former = profile.insurance_info[index]
    return f"{former.get('rank', '')}: {former.get('provider', '')}"


def _overlap(one: Insurance, two: Insurance) -> bool:
    starts_late = (
        one.effective_to is not None
        and two.effective_from is not None
        and two.effective_from > one.effective_to
    )
    ends_early = (
        two.effective_to is not None
        and one.effective_from is not None
        and two.effective_to < one.effective_from
    )
    return not (starts_late or ends_early)


def _span(coverage: Insurance) -> str:
    start = f"from {formatting.date(coverage.effective_from)}" if coverage.effective_from else ""
    end = f"to {formatting.date(coverage.effective_to)}" if coverage.effective_to else ""
    return f"{start} {end}".strip() or "without dates, so at any time"
