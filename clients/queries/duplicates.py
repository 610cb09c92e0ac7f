"""Is this person here already? Asked while a client is being created, a lead converted, a file imported."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Case, FloatField, Q, Value, When
from django.db.models.functions import Coalesce, Greatest, Least
from django.db.models.lookups import GreaterThanOrEqual
from django.urls import reverse

from accounts.models import User
from clients import member_ids, rules
from clients.choices import ClientStatus
from clients.models import Client, ClientProfile
from clients.shapes import Insurance
from mentalspace.core import formatting
from mentalspace.core.names import plain

# Both names must be somewhat alike, and on average this much; less will do where the birthday is the same.
SOMEWHAT_ALIKE, LIKE_NAME, LIKE_NAME_AND_BIRTH = 0.3, 0.6, 0.3
LIMIT = 5


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A client who may be the same person, and why."""

    id: UUID
    number: int
    name: str
    legal_name: str
    date_of_birth: dt.date | None
    phone: str
    email: str
    status: str
    reasons: tuple[str, ...]
    certain: bool

    @property
    def status_label(self) -> str:
        return str(ClientStatus(self.status).label)

    @property
    def sub(self) -> str:
        """What tells two people apart."""
        legal = f"legally {self.legal_name}" if self.legal_name != self.name else ""
        parts = (
            f"C-{self.number}",
            legal,
            formatting.date(self.date_of_birth),
            formatting.phone(self.phone),
            self.email,
        )
        return " · ".join(part for part in parts if part)

    @property
    def why(self) -> str:
        """`Same phone and similar name`."""
        return formatting.listed(self.reasons).capitalize()

    @property
    def url(self) -> str:
        """The chart."""
        return reverse("clients:client_detail", args=[self.id])


def possible_duplicates(
    *,
    first_name: str,
    last_name: str,
    date_of_birth: dt.date | None = None,
    phone: str = "",
    email: str | None = "",
    exclude: UUID | None = None,
) -> list[Duplicate]:
    """Clients who share the e-mail, the phone, the birthday with a similar name, or a very similar name; likest first.

    Legal and preferred names both count, and swapped ones; accents and capitals do not. One statement. It sees every
    client: ask it only for people who may see all (`rules.can_create_client`).
    """
    first, last = first_name.strip(), last_name.strip()
    email = (email or "").strip().lower()
    known = Q(pk__in=[])
    if email:
        known |= Q(email=email)
    if phone:
        known |= Q(phone=phone)
    if date_of_birth and (first or last):
        known |= Q(date_of_birth=date_of_birth, likeness__gte=LIKE_NAME_AND_BIRTH)
    if first and last:
        # The trigram operator lets the index choose; the whole name then decides.
        alike = Q(plain_last__trigram_similar=plain(Value(last)))
        alike |= Q(plain_last__trigram_similar=plain(Value(first)))
        known |= alike & Q(likeness__gte=LIKE_NAME)
    rows = (
        Client.objects.alias(
            plain_last=plain("last_name"),
            plain_first=plain("first_name"),
            plain_preferred=plain("preferred_name"),
        )
        .annotate(likeness=_likeness(first, last))
        .filter(known)
        .exclude(pk__in=[exclude] if exclude else [])
        .order_by("-likeness", "number")[: LIMIT * 3]
    )
    found = [_duplicate(row, date_of_birth, phone, email) for row in rows]
    found.sort(key=lambda duplicate: (not duplicate.certain, -len(duplicate.reasons)))
    return found[:LIMIT]


def sharing_number(actor: User, coverage: Insurance, *, exclude: UUID) -> list[Client]:
    """Other clients that the actor may see with this member number at this payer, at most `LIMIT`. One statement.

    Dependents of one family share a number: it is a reason to look, never to refuse.
    """
    digest = member_ids.digest(coverage.policy_number)
    if not digest:
        return []
    profiles = (
        ClientProfile.objects.filter(
            client__in=rules.can_see_client.scope(actor), member_ids__contains=[digest]
        )
        .exclude(client_id=exclude)
        .select_related("client")
        .order_by("client__number")[: LIMIT * 3]
    )
    mine = _card(coverage.provider, coverage.policy_number)
    found = [
        profile.client
        for profile in profiles
        if any(
            _card(each["provider"], each.get("policy_number", "")) == mine for each in profile.insurance_info
        )
    ]
    return found[:LIMIT]


def _card(payer: str, number: str) -> tuple[str, str]:
    return " ".join(payer.split()).casefold(), member_ids.normalised(number)


def _likeness(first: str, last: str) -> Greatest | Coalesce:
    """How alike the whole names are, 0 to 1, in the better order; 0 where one of the names is quite another."""
    if not (first and last):
        word = first or last
        if not word:
            return Coalesce(Value(0.0), Value(0.0), output_field=FloatField())
        return Greatest(*(_similar(name, word) for name in ("plain_first", "plain_last", "plain_preferred")))
    given = Greatest(_similar("plain_first", first), _similar("plain_preferred", first))
    swapped = Greatest(_similar("plain_first", last), _similar("plain_preferred", last))
    return Greatest(
        _alike(given, _similar("plain_last", last)),
        _alike(swapped, _similar("plain_last", first)),
    )


def _similar(name: str, typed: str) -> TrigramSimilarity:
    other: Any = plain(Value(typed))
    return TrigramSimilarity(name, other)


def _alike(first: Any, last: Any) -> Case:
    both = GreaterThanOrEqual(Least(first, last), SOMEWHAT_ALIKE)
    return Case(When(both, then=(first + last) / 2.0), default=0.0, output_field=FloatField())


def _duplicate(client: Client, born: dt.date | None, phone: str, email: str) -> Duplicate:
    likeness: float = client.likeness  # type: ignore[attr-defined]
    same_birth = born is not None and client.date_of_birth == born
    reasons = []
    if email and client.email == email:
        reasons.append("same e-mail")
    if same_birth:
        reasons.append("same date of birth")
    if phone and client.phone == phone:
        reasons.append("same phone")
    if likeness >= (LIKE_NAME_AND_BIRTH if same_birth else LIKE_NAME):
        reasons.append("same name" if likeness > 0.99 else "similar name")
    return Duplicate(
        id=client.pk,
        number=client.number,
        name=client.display_name,
        legal_name=client.legal_name,
        date_of_birth=client.date_of_birth,
        phone=client.phone,
        email=client.email or "",
        status=client.status,
        reasons=tuple(reasons),
        certain=bool(email and client.email == email) or (same_birth and likeness >= LIKE_NAME),
    )
