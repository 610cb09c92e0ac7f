"""Unusual reading: what the rules find in the log, and the alerts that come of it.

`manage.py audit_alerts` asks from time to time. A rule counts within an hour or a day of the practice, so asking twice
finds the same, which the database keeps as one alert. Each rule is one query over the newest events.
"""

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDay, TruncHour
from django.urls import reverse

from accounts.choices import Role
from accounts.mail import send_notice
from accounts.models import User
from accounts.queries import with_role
from clients.models import Client
from mentalspace.core import audit, clock, practice
from mentalspace.core.errors import DomainError
from mentalspace.core.gates import require
from mentalspace.core.models import AuditAlert, AuditAlertReview, AuditEvent, Outcome
from mentalspace.workspace.audit_words import GROUPS
from mentalspace.workspace.defaults import ReadingDefaults
from mentalspace.workspace.rules import can_review_alerts
from staff.models import Staff

TAKEN = tuple(verb for verb in GROUPS[1].verbs if verb != "list.rows_exported")
OPENED = ("client.viewed", "document.viewed", "appointment.viewed", "page.viewed", "document.printed")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
# How far back a run looks. Runs that were missed for longer are made up for with `--days`.
BACK = dt.timedelta(days=1)
KINDS = {
    "many_charts": "Many charts in an hour",
    "out_of_hours": "Charts opened out of hours",
    "exports": "Many exports in a day",
    "refusals": "Many refusals in an hour",
    "own_name": "A chart with the reader's own last name",
    "colleague": "The chart of somebody called like a colleague",
    "emergency": "Emergency access",
}
# Which actions of the log an alert is about, as its filter calls them.
ACTIONS = {
    "many_charts": "looked",
    "out_of_hours": "looked",
    "exports": "taken",
    "refusals": "refused",
    "own_name": "",
    "colleague": "",
    "emergency": "emergency",
}


class NoteMissing(DomainError):
    """A review without a word says nothing."""

    message = "Say what you found."
    field = "note"


class OwnReading(DomainError):
    """Nobody reviews what they did themselves."""

    message = "Somebody else reviews your own reading."


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found."""

    kind: str
    actor_id: UUID
    since: dt.datetime
    span: dt.timedelta
    count: int
    client_id: UUID | None = None


def raise_alerts(back: dt.timedelta = BACK) -> list[AuditAlert]:
    """Ask every rule, keep what is new, and tell the administrators. Two transactions at once raise nothing twice."""
    since = clock.now() - back
    new = []
    for found in find(since):
        with transaction.atomic():
            alert, is_new = AuditAlert.objects.get_or_create(
                kind=found.kind,
                actor_id=found.actor_id,
                since=found.since,
                client_id=found.client_id,
                defaults={"until": found.since + found.span, "count": found.count},
            )
            if is_new:
                audit.record(
                    actor=None,
                    verb="audit_alert.raised",
                    obj=alert,
                    client_id=alert.client_id,
                    changes={"what": ["", KINDS[alert.kind]], "times": ["", alert.count]},
                )
                new.append(alert)
    return new


def find(since: dt.datetime) -> Iterator[Found]:
    """All that the rules find among the events since then."""
    limits = practice.get(ReadingDefaults)
    events = AuditEvent.objects.filter(at__gte=since, actor__isnull=False)
    charts = events.filter(verb__in=OPENED, client_id__isnull=False, outcome=Outcome.DONE)
    yield from _many(charts, "many_charts", HOUR, Count("client_id", distinct=True), limits.charts_an_hour)
    out = _out_of_hours(charts, limits)
    yield from _many(out, "out_of_hours", DAY, Count("client_id", distinct=True), limits.charts_out_of_hours)
    yield from _many(events.filter(verb__in=TAKEN), "exports", DAY, Count("pk"), limits.exports_a_day)
    refused = events.filter(outcome=Outcome.REFUSED, verb__startswith="page.")
    yield from _many(refused, "refusals", HOUR, Count("pk"), limits.refusals_an_hour)
    began = events.filter(verb="emergency_access.began")
    for event in began:
        assert event.actor_id is not None  # noqa: S101 - asked for above
        yield Found("emergency", event.actor_id, event.at, HOUR, 1, event.client_id)
    yield from _named(charts, limits)


def _many(
    events: QuerySet[AuditEvent], kind: str, span: dt.timedelta, counted: Any, threshold: int
) -> Iterator[Found]:
    """Where one person reaches the threshold within an hour or a day of the practice."""
    start = (TruncHour if span == HOUR else TruncDay)("at", tzinfo=clock.zone())
    rows = (
        events.order_by()
        .values("actor_id", start=start)
        .annotate(times=counted)
        .filter(times__gte=threshold)
        .values_list("actor_id", "start", "times")
    )
    for actor, since, times in rows:
        yield Found(kind, actor, since, span, times)


def _out_of_hours(charts: QuerySet[AuditEvent], limits: ReadingDefaults) -> QuerySet[AuditEvent]:
    zone = clock.zone()
    timed = charts.annotate(hour=ExtractHour("at", tzinfo=zone), weekday=ExtractIsoWeekDay("at", tzinfo=zone))
    early = timed.exclude(hour__gte=limits.day_begins, hour__lt=limits.day_ends)
    return timed.filter(weekday__gte=6) | early if not limits.weekends else early


def _named(charts: QuerySet[AuditEvent], limits: ReadingDefaults) -> Iterator[Found]:
    """Charts of people called like who reads them, or like a colleague; one alert a day for each."""
    day = TruncDay("at", tzinfo=clock.zone())
    rows = list(
        charts.order_by()
        .values("actor_id", "client_id", start=day)
        .annotate(times=Count("pk"), first=Min("at"))
    )
    clients = Client.objects.only("first_name", "last_name").in_bulk({row["client_id"] for row in rows})
    people = Staff.objects.filter(user__isnull=False).values_list("user_id", "first_name", "last_name")
    own = {user: folded(last) for user, _, last in people}
    named: dict[tuple[str, str], set[UUID]] = defaultdict(set)
    for user, first, last in people:
        named[folded(first), folded(last)].add(user)
    for row in rows:
        client = clients.get(row["client_id"])
        if client is None:
            continue
        last = folded(client.last_name)
        if limits.own_names and own.get(row["actor_id"]) == last:
            kind = "own_name"
        elif limits.colleagues and named[folded(client.first_name), last]:
            kind = "colleague"
        else:
            continue
        yield Found(kind, row["actor_id"], row["start"], DAY, row["times"], client.pk)


def folded(name: str) -> str:
    """A name without capitals and accents."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).strip()


def tell(alerts: Sequence[AuditAlert], base_url: str) -> None:
    """Mail every administrator how many there are and where: no client, and nobody's name.

    `base_url` is what links begin with; without it the mail says in words where to look.
    """
    name = practice.get(practice.PracticeProfile).name
    context: dict[str, object] = {
        "practice_name": name,
        "count": len(alerts),
        "kinds": sorted({KINDS[alert.kind] for alert in alerts}),
        "url": f"{base_url}{reverse('workspace:audit_alert_list')}" if base_url else "",
    }
    for administrator in with_role(User.objects.filter(is_active=True), Role.ADMIN):
        send_notice(administrator, f"Unusual reading at {name}", "workspace/mail/audit_alerts.txt", context)


def unreviewed() -> QuerySet[AuditAlert]:
    """Alerts that nobody has looked at, the newest first."""
    return (
        AuditAlert.objects.exclude(Exists(AuditAlertReview.objects.filter(alert=OuterRef("pk"))))
        .select_related("actor__staff")
        .order_by("-raised_at", "-pk")
    )


@transaction.atomic
def review_alert(*, actor: User, alert_id: int, note: str) -> AuditAlertReview:
    """Say what was found; a second look is a second review. Raises NotPermitted, OwnReading, NoteMissing."""
    require(can_review_alerts(actor))
    alert = AuditAlert.objects.get(pk=alert_id)
    if alert.actor_id == actor.pk:
        raise OwnReading
    if not note.strip():
        raise NoteMissing
    review = AuditAlertReview.objects.create(alert=alert, by=actor, note=note.strip())
    audit.record(actor=actor, verb="audit_alert.reviewed", obj=alert, client_id=alert.client_id)
    return review
