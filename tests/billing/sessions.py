"""A held session with its signed note, as billing finds it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from clients.models import Client, ClientProfile
from documents.choices import DocumentStatus
from documents.models import Document
from mentalspace.core import clock
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from tests.billing.factories import ServiceCodeFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory

ACME = {"provider": "Acme Health", "copay": "30.00", "effective_from": "2020-01-01"}


def insure(client: Client, *coverages: dict[str, Any]) -> ClientProfile:
    """Put coverages on file; without any, the usual one."""
    profile, _ = ClientProfile.objects.get_or_create(client=client)
    profile.insurance_info = list(coverages) or [ACME]
    profile.save()
    return profile


def held_session(**fields: Any) -> Appointment:
    """A completed session, without a note; the practice knows its code."""
    ServiceCodeFactory.create()
    fields.setdefault("status", AppointmentStatus.COMPLETED)
    if "days_ago" in fields:
        start = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(
            days=fields.pop("days_ago")
        )
        fields |= {"start_time": start, "end_time": start + timedelta(minutes=50)}
    return AppointmentFactory.create(**fields)


def sign_note(appointment: Appointment, **fields: Any) -> Document:
    return DocumentFactory.create(
        appointment=appointment,
        status=DocumentStatus.SIGNED,
        signed_at=datetime(2026, 3, 3, 15, tzinfo=UTC),
        signed_by=appointment.staff,
        digest="0" * 64,
        **fields,
    )


def signed_session(**fields: Any) -> Appointment:
    """A session that is ready to bill."""
    appointment = held_session(**fields)
    sign_note(appointment)
    return appointment
