"""The address of a clinician's feed."""

from django.db import models

from mentalspace.core.constraints import known_value
from mentalspace.core.models import Record
from scheduling.feed.choices import FeedShows


class CalendarFeed(Record):
    """One for each clinician who wants it. The address is shown once; only its hash is kept."""

    staff = models.OneToOneField("staff.Staff", on_delete=models.PROTECT, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    shows = models.CharField(max_length=10, choices=FeedShows, default=FeedShows.BUSY)
    read_at = models.DateTimeField(null=True, blank=True, help_text="When a program last asked for it.")

    class Meta:
        db_table = "calendar_feeds"
        constraints = [known_value("shows", FeedShows, "calendar_feeds")]

    def __str__(self) -> str:
        return f"Calendar feed of {self.staff_id}"
