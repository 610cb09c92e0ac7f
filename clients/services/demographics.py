"""Taking on a client, correcting who they are, and their way through the practice."""

import datetime as dt
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients import rules
from clients.choices import ClientStatus
from clients.errors import (
    AlreadyInStatus,
    BornInFuture,
    DeathDateImpossible,
    DeathDateMissing,
    EmailTaken,
    ReasonMissing,
)
from clients.models import Client, ClientProfile, ClientStatusChange
from mentalspace.core import audit, clock
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from staff.rules import staff_of


class Demographics(TypedDict, total=False):
    """Who a client is, as `create_client` and `update_client` take it."""

    preferred_name: str
    email: str | None
    phone: str
    date_of_birth: dt.date | None
    gender: str
    pronouns: str
    language: str
    time_zone: str
    address: dict[str, str]
    reminder_email_consent: bool
    reminder_text_consent: bool
    reminder_email_hours: int | None
    reminder_text_hours: int | None


class Names(Demographics, total=False):
    """Demographics with the legal name, which only an update may leave out."""

    first_name: str
    last_name: str


@transaction.atomic
def create_client(
    *,
    actor: User,
    first_name: str,
    last_name: str,
    status: str = ClientStatus.INQUIRY,
    deceased_on: dt.date | None = None,
    **facts: Unpack[Demographics],
) -> Client:
    """Take on a client, with an empty profile. The caller has looked for duplicates (`queries.possible_duplicates`).

    Phones are E.164. Raises NotPermitted, EmailTaken, BornInFuture, DeathDateMissing, DeathDateImpossible.
    """
    require(rules.can_create_client(actor))
    values = _cleaned({**facts, "first_name": first_name, "last_name": last_name})
    _check_birth(values.get("date_of_birth"))
    _check_email(values.get("email"))
    if status == ClientStatus.DECEASED:
        _check_death(deceased_on, values.get("date_of_birth"))
    by = staff_of(actor)
    client = Client(**values, status=status, deceased_on=deceased_on, created_by=by, updated_by=by)
    client.save(force_insert=True)
    client.refresh_from_db(fields=["number"])
    ClientProfile.objects.create(client=client)
    audit.record(
        actor=actor, verb="client.created", obj=client, client_id=client.pk, changes={"status": ["", status]}
    )
    return client


@transaction.atomic
def update_client(*, actor: User, client_id: UUID, version: int, **facts: Unpack[Names]) -> Client:
    """Correct demographics. `version` is the one the person opened.

    Raises NotPermitted, StaleVersion, EmailTaken, BornInFuture.
    """
    client = Client.objects.select_for_update().get(pk=client_id)
    require(rules.can_edit_demographics(actor, client))
    if client.version != version:
        raise StaleVersion
    values = _cleaned(dict(facts))
    changes = audit.changed_fields(client, values)
    if not changes:
        return client
    if "date_of_birth" in changes:
        _check_birth(values["date_of_birth"])
    if "email" in changes:
        _check_email(values["email"], except_for=client.pk)
    for name, value in values.items():
        setattr(client, name, value)
    client.updated_by = staff_of(actor)
    client.version += 1
    client.save(update_fields=[*values, "updated_by", "version", "updated_at"])
    # The version before the change lets a stale form be merged field by field (`queries.edit_conflict`).
    audit.record(
        actor=actor,
        verb="client.updated",
        obj=client,
        client_id=client.pk,
        changes={**changes, "version": [version, client.version]},
    )
    return client


@transaction.atomic
def change_status(
    *, actor: User, client_id: UUID, to_status: str, reason: str, deceased_on: dt.date | None = None
) -> Client:
    """Move a client to another status, and keep the reason.

    Leaving (inactive, discharged, deceased), and coming back from "deceased", is the administrator's. Raises
    NotPermitted, AlreadyInStatus, ReasonMissing, DeathDateMissing, DeathDateImpossible.
    """
    client = Client.objects.select_for_update().get(pk=client_id)
    require(rules.to_set_status(client, to_status)(actor, client))
    if client.status == to_status:
        raise AlreadyInStatus(ClientStatus(to_status).label)
    reason = " ".join(reason.split())
    if not reason:
        raise ReasonMissing
    if to_status == ClientStatus.DECEASED:
        _check_death(deceased_on, client.date_of_birth)
    before = client.status
    client.status = to_status
    client.deceased_on = deceased_on if to_status == ClientStatus.DECEASED else None
    client.updated_by = staff_of(actor)
    client.version += 1
    client.save(update_fields=["status", "deceased_on", "updated_by", "version", "updated_at"])
    ClientStatusChange.objects.create(
        client=client, from_status=before, to_status=to_status, reason=reason, changed_by=client.updated_by
    )
    audit.record(
        actor=actor,
        verb="client.status_changed",
        obj=client,
        client_id=client.pk,
        changes={"status": [before, to_status], "version": [client.version - 1, client.version]},
    )
    return client


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Names without stray spaces, e-mail in lower case or None."""
    cleaned = {
        name: " ".join(value.split()) if isinstance(value, str) else value for name, value in values.items()
    }
    if "email" in cleaned:
        cleaned["email"] = (cleaned["email"] or "").lower() or None
    return cleaned


def _check_email(email: str | None, except_for: UUID | None = None) -> None:
    if (
        email
        and Client.objects.filter(email=email).exclude(pk__in=[except_for] if except_for else []).exists()
    ):
        raise EmailTaken


def _check_birth(born: dt.date | None) -> None:
    if born and born > clock.today():
        raise BornInFuture


def _check_death(died: dt.date | None, born: dt.date | None) -> None:
    if died is None:
        raise DeathDateMissing
    if died > clock.today() or (born and died < born):
        raise DeathDateImpossible
