"""Packets: the practice's named sets of forms, and those that it begins with."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import rules
from documents.consents import errors
from documents.consents.choices import Audience, Held
from documents.models import Packet, PacketForm
from mentalspace.core import audit
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require

# Name, audience, whether it is required, and its forms with the months each holds.
FIRST = (
    (
        "New adult client", Audience.ADULTS, True,
        {"consent_treatment": Held.YEAR, "privacy_receipt": Held.ALWAYS, "financial_agreement": Held.YEAR},
    ),
    (
        "New minor client", Audience.MINORS, True,
        {"guardian_consent": Held.YEAR, "privacy_receipt": Held.ALWAYS, "financial_agreement": Held.YEAR},
    ),
    ("Telehealth", Audience.EVERYONE, False, {"consent_telehealth": Held.YEAR}),
    ("Release of information", Audience.EVERYONE, False, {"release_of_information": Held.YEAR}),
)  # fmt: skip


@transaction.atomic
def make_first() -> None:
    """Those the practice begins with, where there is none yet; for `migrate`."""
    if Packet.objects.exists():
        return
    for name, audience, required, forms in FIRST:
        packet = Packet.objects.create(name=name, audience=audience, required=required)
        _fill(packet, forms)


@transaction.atomic
def save_packet(
    *,
    actor: User,
    name: str,
    audience: str,
    required: bool,
    months: Mapping[str, int],
    packet_id: UUID | None = None,
    version: int = 1,
) -> Packet:
    """Make a packet, or change one that was opened at this version; what was sent before stays as it was.

    Raises NotPermitted, NameTaken, NothingChosen, StaleVersion.
    """
    require(rules.can_change_packets(actor))
    packet = Packet.objects.select_for_update().get(pk=packet_id) if packet_id else Packet()
    if packet_id and packet.version != version:
        raise StaleVersion
    name = " ".join(name.split())
    if Packet.objects.filter(name__iexact=name).exclude(pk=packet.pk).exists():
        raise errors.NameTaken
    if not months:
        raise errors.NothingChosen
    packet.name, packet.audience, packet.required = name, audience, required
    packet.version += bool(packet_id)
    packet.save()
    packet.forms.all().delete()
    _fill(packet, months)
    audit.record(
        actor=actor, verb="packet.saved", obj=packet, changes={"forms": ["", ", ".join(sorted(months))]}
    )
    return packet


@transaction.atomic
def set_use(*, actor: User, packet_id: UUID, is_active: bool) -> Packet:
    """Offer a packet, or offer it no more. Raises NotPermitted."""
    require(rules.can_change_packets(actor))
    packet = Packet.objects.select_for_update().get(pk=packet_id)
    if packet.is_active != is_active:
        packet.is_active, packet.version = is_active, packet.version + 1
        packet.save(update_fields=["is_active", "version", "updated_at"])
        audit.record(actor=actor, verb="packet.restored" if is_active else "packet.retired", obj=packet)
    return packet


def _fill(packet: Packet, months: Mapping[str, int]) -> None:
    PacketForm.objects.bulk_create(
        PacketForm(packet=packet, form_key=key, months=held) for key, held in months.items()
    )
