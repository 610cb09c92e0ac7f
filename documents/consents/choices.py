"""Values of the tables of consents."""

from django.db import models


class Relation(models.TextChoices):
    """As what somebody signs."""

    CLIENT = "client", "The client"
    PARENT = "parent", "Parent"
    GUARDIAN = "guardian", "Legal guardian"
    REPRESENTATIVE = "representative", "Legal representative"


class Audience(models.TextChoices):
    """Which clients a packet is made for."""

    EVERYONE = "everyone", "Every client"
    ADULTS = "adults", "Adults"
    MINORS = "minors", "Minors"


class Unsent(models.TextChoices):
    """Why the last mail to a signer did not leave."""

    WAITING = "waiting", "The mail leaves soon"
    UNREACHABLE = "unreachable", "The mail server did not take it"
    REFUSED = "refused", "The address was refused"


class Held(models.IntegerChoices):
    """How long what was signed holds, in months."""

    ALWAYS = 0, "Until it is withdrawn"
    HALF_YEAR = 6, "For 6 months"
    YEAR = 12, "For a year"
    TWO_YEARS = 24, "For 2 years"
    THREE_YEARS = 36, "For 3 years"
