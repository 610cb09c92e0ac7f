"""Making, changing and ending the address of one's own feed."""

import secrets
from hashlib import sha256

from django.db import transaction

from accounts.models import User
from mentalspace.core import audit, clock
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.errors import NoFeed
from scheduling.feed.choices import FeedShows
from scheduling.feed.models import CalendarFeed
from staff.choices import StaffStatus
from staff.models import Staff

# 192 bits.
BYTES = 24
# Programs ask each hour or more often: written down at most once an hour.
SELDOM = 3600


def hash_of(token: str) -> str:
    """What the database keeps of an address."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def renew_feed(*, actor: User, staff: Staff, shows: FeedShows) -> str:
    """A new address, which is shown this once; one that there was before ends. Raises NotPermitted."""
    require(rules.can_keep_feed(actor, staff))
    token = secrets.token_urlsafe(BYTES)
    feed, _ = CalendarFeed.objects.update_or_create(
        staff=staff, defaults={"token_hash": hash_of(token), "shows": shows, "read_at": None}
    )
    audit.record(actor=actor, verb="feed.renewed", obj=feed, changes={"shows": ["", shows]})
    return token


@transaction.atomic
def change_feed(*, actor: User, staff: Staff, shows: FeedShows) -> None:
    """What it tells from now on; the address stays. Raises NotPermitted, NoFeed."""
    require(rules.can_keep_feed(actor, staff))
    feed = CalendarFeed.objects.select_for_update().filter(staff=staff).first()
    if feed is None:
        raise NoFeed
    before, feed.shows = feed.shows, shows
    feed.save(update_fields=["shows", "updated_at"])
    audit.record(actor=actor, verb="feed.changed", obj=feed, changes={"shows": [before, shows]})


@transaction.atomic
def end_feed(*, actor: User, staff: Staff) -> None:
    """The address answers nobody any more. Raises NotPermitted."""
    require(rules.can_keep_feed(actor, staff))
    for feed in CalendarFeed.objects.select_for_update().filter(staff=staff):
        audit.record(actor=actor, verb="feed.ended", obj=feed, changes={})
        feed.delete()


def feed_of(token: str) -> CalendarFeed | None:
    """The feed of this address, while its clinician works here and may sign in."""
    return (
        CalendarFeed.objects.filter(
            token_hash=hash_of(token), staff__status__in=[StaffStatus.ACTIVE, StaffStatus.ON_LEAVE],
            staff__user__is_active=True, staff__takes_appointments=True,
        )
        .select_related("staff")
        .first()
    )  # fmt: skip


@transaction.atomic
def note_reading(feed: CalendarFeed) -> None:
    """An event, at most one an hour and feed."""
    now = clock.now()
    if feed.read_at is not None and (now - feed.read_at).total_seconds() < SELDOM:
        return
    CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)
    audit.record(actor=None, verb="feed.read", obj=feed, changes={})
