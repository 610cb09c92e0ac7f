"""Values of the series table and of the questions about a series."""

from django.db import models


class Frequency(models.TextChoices):
    WEEKLY = "weekly", "Weeks"
    MONTHLY = "monthly", "Months"


class Unit(models.TextChoices):
    """What a series counts in, as the form asks it."""

    WEEKS = "weeks", "weeks"
    MONTHS = "months", "months, same weekday (such as the second Tuesday)"
    MONTHS_LAST = "months_last", "months, last such weekday"


class Scope(models.TextChoices):
    """Which sessions of a series are meant."""

    ONE = "one", "This one"
    LATER = "later", "This and later"
    ALL = "all", "All that are not past"


class OnHolidays(models.TextChoices):
    """What becomes of sessions on days on which the practice is closed."""

    SKIP = "skip", "Leave those sessions out"
    MOVE = "move", "Move them to the next free day"


class OnConflicts(models.TextChoices):
    """What becomes of sessions that something else stands in the way of."""

    ASK = "ask", "Let me decide for each"
    SKIP = "skip", "Leave those sessions out"
    NEAREST = "nearest", "Move them to the nearest free time"
