"""Finding a client from whatever a person at the phone hears: part of a name, a birthday, a number.

First what the words begin, each arm in the order of its own index and cut at the limit, so that a common prefix costs
no more than a rare one; then, only where that found too little, the middle of names and misspellings by trigram.
Accents and capitals of names never matter, whoever wrote them. What may be the number of an insurance card is looked up
too, whole, in a keyed index: the numbers themselves are sealed.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import BooleanField, F, FloatField, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Collate, Concat, Greatest, Left, Reverse
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.urls import reverse

from accounts.models import User
from clients import member_ids, rules
from clients.choices import ClientStatus
from clients.models import Client, ClientProfile
from mentalspace.core import audit, clock, formatting
from mentalspace.core.names import plain
from mentalspace.core.policy import ObjectPermission
from mentalspace.core.search import Hit

NUMBER = re.compile(r"(?:c-?|#)\s*(\d{1,9})|(\d{1,6})", re.IGNORECASE | re.ASCII)
DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})", re.ASCII)
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
BARE_DAY = re.compile(r"(\d{2})(\d{2})(\d{4})", re.ASCII)
PHONE = re.compile(r"\+?[\d\s().\-]{4,20}", re.ASCII)
MAX_WORDS = 5
# Sorts after every text: nobody is called so, it is no character.
HIGHEST = "\U0010ffff"
# Of a typed word's trigrams, this share in a name that starts like it makes a misspelling: two swapped letters do.
LOOSE = 0.4


@dataclass(frozen=True, slots=True)
class ClientFound:
    """A client as a search shows one."""

    id: UUID
    number: int
    first_name: str
    last_name: str
    preferred_name: str
    date_of_birth: dt.date | None
    phone: str
    status: str

    @property
    def name(self) -> str:
        """Preferred first name, legal last name."""
        return f"{self.preferred_name or self.first_name} {self.last_name}"

    @property
    def sub(self) -> str:
        """What tells two people of one name apart."""
        legal = f"legally {self.first_name} {self.last_name}" if self.preferred_name else ""
        parts = (f"C-{self.number}", legal, formatting.date(self.date_of_birth), formatting.phone(self.phone))
        return " · ".join(part for part in parts if part)

    @property
    def url(self) -> str:
        """The chart."""
        return reverse("clients:client_detail", args=[self.id])


COLUMNS = ("id", "number", "first_name", "last_name", "preferred_name", "date_of_birth", "phone", "status")
NAMES = ("last_name", "first_name", "preferred_name")
LAST, FIRST, PREFERRED = (Collate(plain(name), "C") for name in NAMES)
BY_NAME = (LAST, FIRST, F("id"))
FULL_NAME = plain(
    Concat(
        Coalesce(F("first_name"), Value("")),
        Value(" "),
        Coalesce(F("last_name"), Value("")),
        Value(" "),
        Coalesce(F("preferred_name"), Value("")),
    )
)


def search_clients(
    actor: User, text: str, limit: int = 10, *, among: ObjectPermission[Client] = rules.can_see_client
) -> list[ClientFound]:
    """At most `limit` clients that the actor may see, best first. One statement, two where few were found.

    `among` names another permission where seeing is not enough.

    Understands words of legal and preferred names in any order, days of birth (`03/14/1990`, `3/14/90`), phones and
    their last digits, e-mail, client numbers (`1042`, `C-1042`), and whole member numbers of an insurance.
    """
    text = " ".join(text.split())[:100]
    if not text:
        return []
    visible = among.scope(actor)
    exact = _exact(text)
    if exact is not None:
        found = visible.filter(exact).order_by(*BY_NAME)[:limit]
        return _seen([ClientFound(*row) for row in found.values_list(*COLUMNS)])
    words = _words(text)
    if not words:
        return []
    rows = _distinct(_by_prefix(visible, text, limit), limit)
    if len(rows) < limit and max(map(_letters, words)) >= 3:
        similar = _by_similarity(visible, words)[:limit]
        rows = _distinct([*rows, *(ClientFound(*row) for row in similar.values_list(*COLUMNS))], limit)
    return _seen(rows)


def _seen(found: list[ClientFound]) -> list[ClientFound]:
    """The same, known to the audit trail: these are no rows of `Client`, which it knows by itself."""
    for client in found:
        audit.saw(client.id)
    return found


def search_hits(actor: User, text: str, limit: int = 5) -> list[Hit]:
    """Clients for the global search."""
    return [
        Hit(
            label=client.name,
            url=client.url,
            sub=client.sub,
            icon="user",
            badge="" if client.status == ClientStatus.ACTIVE else ClientStatus(client.status).label,
        )
        for client in search_clients(actor, text, limit)
    ]


def matching(clients: QuerySet[Client], text: str) -> QuerySet[Client]:
    """The rows of `clients` that the text may mean, for a list with filters and an order of its own.

    Misspellings count only where nothing begins like this: one statement more to find out.
    """
    exact = _exact(text)
    if exact is not None:
        return clients.filter(exact)
    words = _words(text)
    if not words:
        return clients.none()
    begun = clients.filter(reduce(or_, (reduce(and_, arm) for arm in [*_arms(words), *_by_card(text)])))
    return begun if begun.order_by().exists() else _by_similarity(clients, words)


def _exact(text: str) -> Q | None:
    """A condition for what is no name; None if it is one."""
    if "@" in text:
        return _begins("email", Value(text.lower()))
    conditions = []
    if days := list(_days(text)):
        conditions.append(Q(date_of_birth__in=days))
    if match := NUMBER.fullmatch(text):
        conditions.append(Q(number=int(match[1] or match[2])))
    digits = re.sub(r"\D", "", text)
    if PHONE.fullmatch(text) and 4 <= len(digits) <= 15:
        conditions.append(_phone_ends(digits))
    # A day with its separators is no number of a card.
    if conditions and (text.isdigit() or not days):
        conditions += [card for [card] in _by_card(text)]
    return reduce(or_, conditions) if conditions else None


class _IsAnyOf(Func):
    """One of the elements of an array."""

    template = "(%(expressions)s))"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _by_card(text: str) -> list[list[Q]]:
    """Whose insurance card may bear this number: an arm of the search, or none.

    The array is found first, by its own index, so that the rest of the condition keeps the use of theirs.
    """
    digest = member_ids.typed_digest(text)
    if not digest:
        return []
    holders = ClientProfile.objects.filter(member_ids__contains=[digest]).values("client_id")
    return [[Q(_IsAnyOf(F("pk"), ArraySubquery(holders)))]]


def _days(text: str) -> Iterable[dt.date]:
    """The days the text may mean: a year of two digits is of either century, but not in the future."""
    if match := ISO_DAY.fullmatch(text):
        year, month, day = match.groups()
    elif match := DAY.fullmatch(text) or BARE_DAY.fullmatch(text):
        month, day, year = match.groups()
    else:
        return
    centuries = (0,) if len(year) == 4 else (1900, 2000)
    for century in centuries:
        try:
            found = dt.date(century + int(year), int(month), int(day))
        except ValueError:
            continue
        if century == 0 or found <= clock.today():
            yield found


def _phone_ends(digits: str) -> Q:
    """Stored numbers are `+1` and ten digits; people say the last four, seven or all ten."""
    backwards = (digits[1:] if len(digits) == 11 and digits[0] == "1" else digits)[::-1]
    return _begins(Reverse("phone"), Value(backwards))


def _begins(expression: str | Combinable, prefix: Combinable) -> Q:
    """The expression, in the C collation of its index, starts with `prefix`: a range that the index serves."""
    collated = Collate(expression, "C")
    return Q(GreaterThanOrEqual(collated, prefix)) & Q(LessThan(collated, Concat(prefix, Value(HIGHEST))))


def _words(text: str) -> list[str]:
    """What was typed, word by word. Accents come apart from their letters; those of no letter are no word."""
    parts = re.split(r"[\s,]+", unicodedata.normalize("NFKD", text))
    return [word for word in parts if _letters(word)][:MAX_WORDS]


def _letters(word: str) -> int:
    """How long a word is, not counting the marks on its letters."""
    return sum(not unicodedata.category(character).startswith("M") for character in word)


def _arms(words: list[str]) -> list[list[Q]]:
    """Each way the words may be a name: first, last or preferred name begun, either order, names of several words."""

    def begins(name: str, parts: list[str]) -> Q:
        return _begins(plain(name), plain(Value(" ".join(parts))))

    whole = [[begins(name, words)] for name in NAMES]
    split = []
    for at in range(1, len(words)):
        head, tail = words[:at], words[at:]
        for given in ("first_name", "preferred_name"):
            split += [
                [begins("last_name", tail), begins(given, head)],
                [begins("last_name", head), begins(given, tail)],
            ]
    return whole + split


def _by_prefix(visible: QuerySet[Client], text: str, limit: int) -> list[ClientFound]:
    """One statement: the union of the arms, each cut at the limit."""
    arms = []
    for rank, conditions in enumerate([*_arms(_words(text)), *_by_card(text)]):
        order: tuple[Combinable, ...] = BY_NAME
        if rank == 1:
            order = (FIRST, F("id"))
        elif rank == 2:
            order = (PREFERRED, F("id"))
        rows = visible.filter(*conditions).annotate(arm=Value(rank), last=LAST, first=FIRST).order_by(*order)
        arms.append(rows.values_list(*COLUMNS, "arm", "last", "first")[:limit])
    first, *others = arms
    found = sorted(first.union(*others, all=True), key=lambda row: row[len(COLUMNS) :])
    return [ClientFound(*row[: len(COLUMNS)]) for row in found]


def _by_similarity(clients: QuerySet[Client], words: list[str]) -> QuerySet[Client]:
    """Every word is inside a name, or much like one; the likest first."""
    clients = clients.alias(
        full_name=FULL_NAME,
        last=plain("last_name"),
        first=plain("first_name"),
        called=plain("preferred_name"),
    )
    likeness: Any = Value(0.0, output_field=FloatField())
    for index, typed in enumerate(words):
        word: Any = plain(Value(typed))
        names = ("last", "first", "called")
        likest = Greatest(*(TrigramWordSimilarity(word, name) for name in names))
        clients = clients.alias(**{f"like_{index}": likest})
        close = reduce(or_, (Q(**{f"{name}__trigram_similar": word}) for name in names))
        begun = reduce(or_, (_begins(plain(name), Left(word, 2)) for name in NAMES))
        clients = clients.filter(
            Q(full_name__contains=word) | close | (begun & Q(**{f"like_{index}__gte": LOOSE}))
        )
        likeness = likeness + F(f"like_{index}")
    return clients.order_by(likeness.desc(), *BY_NAME)


def _distinct(rows: Iterable[ClientFound], limit: int) -> list[ClientFound]:
    """Each client once, in the order first met."""
    unique: dict[UUID, ClientFound] = {}
    for row in rows:
        unique.setdefault(row.id, row)
    return list(unique.values())[:limit]
