"""Values of the message tables."""

from django.db import models


class Category(models.TextChoices):
    CLINICAL = "clinical", "Clinical"
    ADMINISTRATIVE = "administrative", "Administrative"
    BILLING = "billing", "Billing"
    TECHNICAL = "technical", "Technical"
    OTHER = "other", "Other"


class Urgency(models.TextChoices):
    NORMAL = "normal", "Normal"
    HIGH = "high", "High"
