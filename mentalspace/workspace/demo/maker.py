"""Chance that always falls the same way, and the days around which the demo is built."""

import random
import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import models

from documents.designs import catalogue
from mentalspace.core import clock
from mentalspace.core.crypto.fields import prepare

T = TypeVar("T")
M = TypeVar("M", bound=models.Model)
SEED = 1848
OPENS, CLOSES = 8, 20


class Maker:
    """A seeded source of choices and ids. `today` and `now` are the practice's."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)  # noqa: S311 - the same demo every time, nothing secret
        self.now = clock.now()
        self.zone: ZoneInfo = clock.zone()
        self.today = clock.today()
        self.forms = catalogue.menu()

    def id(self) -> uuid.UUID:
        """The next id."""
        return uuid.UUID(int=self.random.getrandbits(128), version=4)

    def one(self, choices: Sequence[T]) -> T:
        """One of them."""
        return self.random.choice(choices)

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """So many different ones."""
        return self.random.sample(list(choices), min(count, len(choices)))

    def chance(self, share: float) -> bool:
        """True in this share of the cases."""
        return self.random.random() < share

    def at(self, day: date, wall: time) -> datetime:
        """The instant at which the practice's clocks show this."""
        return clock.at(day, wall, self.zone)

    def days_ago(self, days: float) -> datetime:
        """An instant in the past, in working hours: whatever would fall into the night is moved ahead of it."""
        moment = self.now - timedelta(days=days)
        hour = moment.astimezone(self.zone).hour
        if hour < OPENS:
            return moment - timedelta(hours=24 - (CLOSES - OPENS))
        return moment - timedelta(hours=CLOSES - OPENS) if hour >= CLOSES else moment

    def next_working(self, moment: datetime) -> datetime:
        """The instant itself, or the morning after where it falls into the night; never later than now."""
        local = moment.astimezone(self.zone)
        if local.hour < OPENS:
            moment += timedelta(hours=OPENS - local.hour)
        elif local.hour >= CLOSES:
            moment += timedelta(hours=24 + OPENS - local.hour)
        return min(moment, self.now - timedelta(minutes=2))

    def day(self, instant: datetime) -> date:
        """The practice's day of an instant."""
        return instant.astimezone(self.zone).date()


def dated(row: M, created: datetime, updated: datetime | None = None) -> M:
    """A row as if written then."""
    row.created_at = created  # type: ignore[attr-defined]
    row.updated_at = updated or created  # type: ignore[attr-defined]
    return row


def store(rows: Sequence[Any]) -> None:
    """All rows of one kind at once, their own timestamps kept."""
    if not rows:
        return
    model = type(rows[0])
    stamps = [field for field in model._meta.fields if getattr(field, "auto_now", False)]
    for field in stamps:
        field.auto_now = False
    try:
        prepare(rows)
        model._default_manager.bulk_create(rows, batch_size=500)
    finally:
        for field in stamps:
            field.auto_now = True
