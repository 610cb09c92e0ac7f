"""Named reads of consents. What returns rows takes the actor and returns only what that person may see."""

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    IntegerField,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from documents import rules
from documents.consents.asking import adult_since, is_minor
from documents.consents.choices import Audience, Unsent
from documents.defaults import ConsentDefaults
from documents.forms_data.consents import RELEASE
from documents.models import Consent, ConsentSignature, Packet, PacketForm, PacketRequest, PacketSigner
from mentalspace.core import clock, practice
from scheduling.choices import BOOKED
from scheduling.models import Appointment


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


def expiring(client: Any) -> QuerySet[Consent]:
    """Consents of this client, or of the outer one, that are to be renewed: nothing else that is in force lasts longer,
    and no packet says that the form is for others. A release of information is not renewed: it ends.
    """
    until = renew_by()
    longer = Consent.objects.filter(
        in_force(until + timedelta(days=1)), client=OuterRef("client"), form_key=OuterRef("form_key")
    )
    born = ExpressionWrapper(OuterRef("client__date_of_birth"), output_field=DateField())
    usual = PacketForm.objects.filter(packet__is_active=True, form_key=OuterRef("form_key"))
    fitting = usual.annotate(born=born).filter(_made_for("packet__"))
    ending = Consent.objects.filter(in_force(), client=client, expires_on__lte=until).exclude(
        form_key=RELEASE
    )
    return ending.filter(~Exists(longer), Exists(fitting) | ~Exists(usual))


def waiting_signers() -> QuerySet[PacketSigner]:
    """With a form left to sign that still can be."""
    theirs = ConsentSignature.objects.filter(consent=OuterRef("pk"), signer=OuterRef(OuterRef("pk")))
    forms = Consent.objects.filter(
        request=OuterRef("request"), signed_at__isnull=True, declined_at__isnull=True
    )
    return PacketSigner.objects.filter(
        Exists(forms.exclude(Exists(theirs))),
        request__finished_at__isnull=True,
        request__revoked_at__isnull=True,
    )


def in_treatment() -> Q:
    """Of clients: in treatment, or about to begin, with an appointment booked."""
    ahead = Appointment.objects.filter(client=OuterRef("pk"), status__in=BOOKED, start_time__gte=clock.now())
    coming = Q(Exists(ahead), status__in=(ClientStatus.INQUIRY, ClientStatus.WAITLIST))
    return Q(status=ClientStatus.ACTIVE) | coming


def state_columns() -> dict[str, Any]:
    """Of clients: how many required forms are missing, and when the first that is to be renewed ends."""
    first = expiring(OuterRef("pk")).order_by().values("client").annotate(first=Min("expires_on"))
    return {
        "consents_lacking": count_of(lacking()),
        "consents_expire_on": Subquery(first.values("first")[:1], output_field=DateField()),
    }


def consent_states(actor: User) -> QuerySet[Client]:
    """Clients in treatment, each with `state_columns`, since when something waits for signatures, and whether a mail
    about it did not leave.
    """
    asked = PacketRequest.objects.filter(
        client=OuterRef("pk"), finished_at__isnull=True, revoked_at__isnull=True
    ).order_by("created_at")
    unsent = waiting_signers().filter(
        request__client=OuterRef("pk"), unsent__in=(Unsent.UNREACHABLE, Unsent.REFUSED)
    )
    return (
        rules.can_ask_consents.scope(actor)
        .filter(in_treatment())
        .annotate(
            **state_columns(),
            consents_asked_at=Subquery(asked.values("created_at")[:1]),
            consents_unsent=Exists(unsent),
        )
    )


_MISSING, _ENDING, _UNSENT = (
    Q(consents_lacking__gt=0),
    Q(consents_expire_on__isnull=False),
    Q(consents_unsent=True),
)
# Of `consent_states`: the filters of the list, by their names in its address.
STATES = {
    "attention": _MISSING | _ENDING | _UNSENT,
    "missing": _MISSING,
    "renew": _ENDING,
    "unsent": _UNSENT,
    "waiting": Q(consents_asked_at__isnull=False),
}


def state_counts(actor: User) -> dict[str, int]:
    """How many clients are in each of `STATES`. One query."""
    counts = {name: Count("pk", filter=state) for name, state in STATES.items()}
    found: dict[str, int] = consent_states(actor).aggregate(**counts)
    return found


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
