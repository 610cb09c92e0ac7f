"""Values of the client tables."""

from django.db import models


class ClientStatus(models.TextChoices):
    INQUIRY = "inquiry", "Inquiry"
    WAITLIST = "waitlist", "Waitlist"
    ACTIVE = "active", "Active"
    INACTIVE = "inactive", "Inactive"
    DISCHARGED = "discharged", "Discharged"
    DECEASED = "deceased", "Deceased"


class Gender(models.TextChoices):
    MALE = "male", "Male"
    FEMALE = "female", "Female"
    NON_BINARY = "non_binary", "Non-binary"
    OTHER = "other", "Other"
    UNDISCLOSED = "undisclosed", "Prefers not to say"


class ReminderHours(models.IntegerChoices):
    """How long before an appointment a client wants a reminder, where that is not when the practice sends them."""

    ONE = 1, "1 hour before"
    TWO = 2, "2 hours before"
    FOUR = 4, "4 hours before"
    DAY = 24, "1 day before"
    TWO_DAYS = 48, "2 days before"
    THREE_DAYS = 72, "3 days before"
    WEEK = 168, "1 week before"


class CareRole(models.TextChoices):
    PRIMARY = "primary", "Primary clinician"
    SECONDARY = "secondary", "Further clinician"
    PRESCRIBER = "prescriber", "Prescriber"
    COVERING = "covering", "Covering"


class FlagKind(models.TextChoices):
    SUICIDE_RISK = "suicide_risk", "Suicide risk"
    SELF_HARM_RISK = "self_harm_risk", "Self-harm risk"
    VIOLENCE_RISK = "violence_risk", "Violence risk"
    ALLERGY = "allergy", "Allergy"
    MANDATED_REPORT = "mandated_report", "Mandated report"
    ATTENDANCE = "attendance", "Attendance"
    BILLING = "billing", "Billing"
    OTHER = "other", "Other"


CLINICAL_FLAGS = frozenset(
    {
        FlagKind.SUICIDE_RISK,
        FlagKind.SELF_HARM_RISK,
        FlagKind.VIOLENCE_RISK,
        FlagKind.ALLERGY,
        FlagKind.MANDATED_REPORT,
    }
)


class Severity(models.TextChoices):
    LOW = "low", "Low"
    MODERATE = "moderate", "Moderate"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


class TagColor(models.TextChoices):
    BLUE = "blue", "Blue"
    TEAL = "teal", "Teal"
    GREEN = "green", "Green"
    YELLOW = "yellow", "Yellow"
    ORANGE = "orange", "Orange"
    RED = "red", "Red"
    PURPLE = "purple", "Purple"
    GRAY = "gray", "Gray"


class CoverageRank(models.TextChoices):
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"
    TERTIARY = "tertiary", "Tertiary"


class Verdict(models.TextChoices):
    """What whoever reviewed an emergency access made of it."""

    APPROPRIATE = "appropriate", "Appropriate"
    NOT_APPROPRIATE = "not_appropriate", "Not appropriate"
