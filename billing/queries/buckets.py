"""The practice's ageing buckets."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from billing.defaults import BillingDefaults
from mentalspace.core import clock, practice


@dataclass(frozen=True, slots=True)
class Bucket:
    """A span of days of age; `to_days` None is open-ended."""

    number: int
    label: str
    from_days: int
    to_days: int | None


def bucket_bounds() -> list[Bucket]:
    """The practice's buckets: 0–30, 31–60, 61–90, over 90 days by default."""
    ends = practice.get(BillingDefaults).ageing_days
    starts = [0, *(end + 1 for end in ends)]
    made = [
        Bucket(n, f"{a}–{b} days", a, b)
        for n, (a, b) in enumerate(zip(starts[:-1], ends, strict=True), start=1)
    ]
    return [*made, Bucket(len(made) + 1, f"Over {ends[-1]} days", starts[-1], None)]


def in_bucket(bucket: Bucket, field: str = "aged_from") -> Q:
    """A condition on a day in `field`, as annotated from `age_of(owes)`; the future is in the first bucket."""
    today = clock.today()
    condition = Q()
    if bucket.number > 1:
        condition &= Q(**{f"{field}__lte": today - timedelta(days=bucket.from_days)})
    if bucket.to_days is not None:
        condition &= Q(**{f"{field}__gte": today - timedelta(days=bucket.to_days)})
    return condition
