"""Named reads of consents. What returns rows takes the actor and returns only what that person may see."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from clients.models import Client
from documents import rules
from documents.consents.asking import adult_since, is_minor
from documents.consents.choices import Audience
from documents.defaults import ConsentDefaults
from documents.models import Consent, ConsentSignature, Packet, PacketForm, PacketRequest, PacketSigner
from mentalspace.core import clock, practice


def in_force(day: date | None = None) -> Q:
    """Signed by everybody, neither expired nor withdrawn on this day, which is today where none is named."""
    day = day or clock.today()
    lasting = Q(expires_on__isnull=True) | Q(expires_on__gte=day)
    return Q(signed_at__isnull=False, withdrawn_at__isnull=True) & lasting


def renew_by() -> date:
    """What expires until this day is to be renewed."""
    days: int = practice.get(ConsentDefaults).renew_days
    return clock.today() + timedelta(days=days)


def _made_for(path: str) -> Q:
    """Of packets: those made for a client whose date of birth is the column `born`."""
    since = adult_since()
    return (
        Q(**{f"{path}audience": Audience.EVERYONE})
        | Q(**{f"{path}audience": Audience.MINORS}) & Q(born__gt=since)
        | Q(**{f"{path}audience": Audience.ADULTS}) & (Q(born__lte=since) | Q(born__isnull=True))
    )


def lacking(until: date | None = None) -> QuerySet[PacketForm]:
    """For a subquery on clients: forms that the outer client is to have signed, and that nothing in force is of until
    this day.
    """
    held = Consent.objects.filter(
        in_force(until), client=OuterRef(OuterRef("pk")), form_key=OuterRef("form_key")
    )
    born = ExpressionWrapper(OuterRef("date_of_birth"), output_field=DateField())
    required = PacketForm.objects.filter(packet__required=True, packet__is_active=True)
    return required.annotate(born=born).filter(_made_for("packet__")).exclude(Exists(held))


def count_of(rows: QuerySet[PacketForm]) -> Any:
    """How many different forms, as a column."""
    counted = rows.order_by().values("packet__required").annotate(count=Count("form_key", distinct=True))
    return Coalesce(Subquery(counted.values("count")[:1], output_field=IntegerField()), 0)


def required_of(client: Client) -> set[str]:
    """The keys of the forms that this client is to have. One query."""
    rows = PacketForm.objects.filter(packet__required=True, packet__is_active=True).select_related("packet")
    return {each.form_key for each in rows if suits(each.packet, client)}


def suits(packet: Packet, client: Client) -> bool:
    """Is the packet made for this client?"""
    return packet.audience == Audience.EVERYONE or (packet.audience == Audience.MINORS) == is_minor(client)


def packets() -> list[Packet]:
    """In use, with their forms. Two queries."""
    return list(Packet.objects.filter(is_active=True).prefetch_related("forms").order_by("name"))


def requests_of(actor: User, client: Client) -> list[PacketRequest]:
    """What this client was asked to sign, the latest first, with signers, forms and signatures. Four queries."""
    signatures = ConsentSignature.objects.select_related("consent").order_by("signed_at", "pk")
    consents = Consent.objects.select_related("withdrawn_by").order_by("position", "pk")
    found = rules.can_see_packet_request.scope(actor).filter(client=client).select_related("asked_by")
    rows = found.order_by("-created_at", "pk").prefetch_related(
        Prefetch("signers", PacketSigner.objects.select_related("request").order_by("created_at", "pk")),
        Prefetch("consents", consents.prefetch_related(Prefetch("signatures", signatures))),
    )
    return list(rows)


def last_signers(actor: User, client: Client) -> list[PacketSigner]:
    """Who was asked to sign the last time. One query, and one for the key."""
    latest = rules.can_see_packet_request.scope(actor).filter(client=client).order_by("-created_at", "pk")
    rows = PacketSigner.objects.filter(request__in=latest.values("pk")[:1]).select_related("request")
    return list(rows.order_by("created_at", "pk")[:3])
