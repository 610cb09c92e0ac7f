"""Changes to the waitlist: one verb, one function, one transaction."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from clients.rules import can_serve_client
from mentalspace.core import audit, clock, practice
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.choices import OCCUPIES
from scheduling.errors import AppointmentError, NoLongerWaits, NotBookable, StillBooked
from scheduling.models import Appointment, Opening, WaitlistEntry
from scheduling.services.booking import book_appointment
from scheduling.services.fitting import Overbooking
from scheduling.waitlist.choices import ClosedBecause, EntryState
from scheduling.waitlist.defaults import WaitlistDefaults
from staff.models import Staff
from staff.rules import staff_of

# What changes of these are told in the trail; of a note only that it changed.
SECRET = ("note",)


class Wanted(TypedDict):
    """What somebody waits for; `windows` as stored."""

    types: list[str]
    locations: list[str]
    minutes: int
    windows: list[dict[str, Any]]
    urgency: str
    note: str
    expires_on: date


@transaction.atomic
def add_to_waitlist(
    *, actor: User, client_id: UUID, clinicians: Collection[Staff] = (), **wanted: Unpack[Wanted]
) -> WaitlistEntry:
    """Let a client wait for a time. Raises NotPermitted, NotBookable, AppointmentError (a last day in the past)."""
    client = Client.objects.get(pk=client_id)
    require(rules.can_keep_waitlist_entry.gate(actor) and can_serve_client(actor, client))
    if client.status == ClientStatus.DECEASED:
        raise NotBookable("This client is recorded as deceased.", field="client")
    _check(wanted["expires_on"])
    entry = WaitlistEntry.objects.create(client=client, created_by=staff_of(actor), **wanted)
    entry.clinicians.set(clinicians)
    require(rules.can_keep_waitlist_entry(actor, entry))
    _record(actor, entry, "waitlist.added", {"urgency": ["", entry.urgency]})
    return entry


@transaction.atomic
def change_entry(
    *, actor: User, entry_id: UUID, version: int, clinicians: Collection[Staff], **wanted: Unpack[Wanted]
) -> WaitlistEntry:
    """What they wait for is something else. Raises NotPermitted, NoLongerWaits, StaleVersion, AppointmentError."""
    entry = _locked_open(actor, entry_id)
    if entry.version != version:
        raise StaleVersion
    if wanted["expires_on"] != entry.expires_on:
        _check(wanted["expires_on"])
    changes = audit.changed_fields(entry, dict(wanted), secret=SECRET)
    before, after = _names(entry.clinicians.all()), _names(clinicians)
    if before != after:
        changes["clinicians"] = [before, after]
        entry.clinicians.set(clinicians)
    if not changes:
        return entry
    for name, value in wanted.items():
        setattr(entry, name, value)
    _save(entry, *wanted)
    _record(actor, entry, "waitlist.changed", changes)
    return entry


@transaction.atomic
def close_entry(*, actor: User, entry_id: UUID, because: ClosedBecause) -> WaitlistEntry:
    """They no longer wait, without an appointment from the list. Raises NotPermitted, NoLongerWaits."""
    entry = _locked_open(actor, entry_id)
    entry.state, entry.closed_at, entry.closed_because = EntryState.CLOSED, clock.now(), because
    _save(entry, "state", "closed_at", "closed_because")
    _record(actor, entry, "waitlist.closed", {"closed_because": ["", because]})
    return entry


@transaction.atomic
def reopen_entry(*, actor: User, entry_id: UUID) -> WaitlistEntry:
    """They wait again, since when they first did; for as long as new ones do where their last day is over.

    Raises NotPermitted, StillBooked.
    """
    entry = _locked(actor, entry_id)
    if entry.waits(clock.today()):
        return entry
    if entry.appointment is not None and entry.appointment.status in OCCUPIES:
        raise StillBooked
    before, entry.state = entry.state, EntryState.WAITING
    entry.closed_at, entry.closed_because, entry.appointment = None, "", None
    entry.expires_on = max(entry.expires_on, usual_last_day())
    _save(entry, "state", "closed_at", "closed_because", "appointment", "expires_on")
    _record(actor, entry, "waitlist.reopened", {"state": [before, entry.state]})
    return entry


@transaction.atomic
def book_waiting(
    *,
    actor: User,
    entry_id: UUID,
    staff_id: UUID,
    start: datetime,
    minutes: int,
    type: str,
    location: str,
    is_billable: bool = True,
    billing_code: str | None = None,
    notes: str = "",
    room_id: UUID | None = None,
    assign: bool = False,
    anyway: bool | str = False,
    overbooking: Overbooking | None = None,
) -> Appointment:
    """Book somebody who waits: an appointment like any other, which closes the entry and is named by it.

    Calendars are held before the entry, as everywhere. Raises NoLongerWaits, and what `book_appointment` raises; then
    nothing is booked.
    """
    client_id = WaitlistEntry.objects.values_list("client_id", flat=True).get(pk=entry_id)
    booked = book_appointment(
        actor=actor,
        client_id=client_id,
        staff_id=staff_id,
        start=start,
        minutes=minutes,
        type=type,
        location=location,
        is_billable=is_billable,
        billing_code=billing_code,
        notes=notes,
        room_id=room_id,
        assign=assign,
        anyway=anyway,
        overbooking=overbooking,
    )
    entry = _locked_open(actor, entry_id)
    entry.state, entry.closed_at, entry.appointment = EntryState.BOOKED, clock.now(), booked
    _save(entry, "state", "closed_at", "appointment")
    _record(actor, entry, "waitlist.booked", {"appointment": ["", str(booked.pk)]})
    return booked


@transaction.atomic
def dismiss_opening(*, actor: User, opening_id: UUID) -> Opening:
    """Leave a time that opened free: it is not listed again unless it opens anew. Raises NotPermitted."""
    opening = Opening.objects.select_for_update().get(pk=opening_id)
    require(rules.can_see_opening(actor, opening))
    if opening.dismissed_at is None:
        opening.dismissed_at = clock.now()
        opening.save(update_fields=["dismissed_at", "updated_at"])
        audit.record(actor=actor, verb="opening.dismissed", obj=opening, changes={})
    return opening


@transaction.atomic
def clear_openings() -> int:
    """Remove times that are over: nobody is shown them any more. How many."""
    gone, _ = Opening.objects.filter(end_time__lt=clock.now()).delete()
    if gone:
        audit.record(actor=None, verb="openings.cleared", changes={"openings": ["", gone]})
    return gone


def usual_last_day() -> date:
    """The last day on which a new entry waits, if nothing else is entered."""
    return clock.today() + timedelta(days=practice.get(WaitlistDefaults).keep_days)


def _check(expires_on: date) -> None:
    if expires_on < clock.today():
        raise AppointmentError("The last day cannot be in the past.", field="expires_on")


def _names(clinicians: Iterable[Staff]) -> list[str]:
    return sorted(each.full_name for each in clinicians)


def _locked(actor: User, entry_id: UUID) -> WaitlistEntry:
    entry = (
        WaitlistEntry.objects.select_for_update(of=("self",))
        .select_related("client", "appointment")
        .get(pk=entry_id)
    )
    require(rules.can_keep_waitlist_entry(actor, entry))
    return entry


def _locked_open(actor: User, entry_id: UUID) -> WaitlistEntry:
    """One that is neither booked nor closed; one that has expired may still be booked. Raises NoLongerWaits."""
    entry = _locked(actor, entry_id)
    if entry.state != EntryState.WAITING:
        raise NoLongerWaits
    return entry


def _save(entry: WaitlistEntry, *fields: str) -> None:
    entry.version += 1
    entry.save(update_fields=[*fields, "version", "updated_at"])


def _record(actor: User, entry: WaitlistEntry, verb: str, changes: dict[str, Any]) -> None:
    audit.record(actor=actor, verb=verb, obj=entry, client_id=entry.client_id, changes=changes)
