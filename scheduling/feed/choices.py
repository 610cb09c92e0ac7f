"""What a feed tells."""

from django.db import models


class FeedShows(models.TextChoices):
    BUSY = "busy", "Busy"
    INITIALS = "initials", "Initials of the client"
