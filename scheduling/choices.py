"""Values of the appointment tables."""

from django.db import models


class AppointmentStatus(models.TextChoices):
    SCHEDULED = "scheduled", "Scheduled"
    CONFIRMED = "confirmed", "Confirmed"
    CHECKED_IN = "checked_in", "Checked in"
    IN_SESSION = "in_session", "In session"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
    LATE_CANCELLED = "late_cancelled", "Late cancelled"
    NO_SHOW = "no_show", "No-show"
    RESCHEDULED = "rescheduled", "Rescheduled"


BOOKED = frozenset({AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED})
OPEN = BOOKED | {AppointmentStatus.CHECKED_IN, AppointmentStatus.IN_SESSION}
# What takes up the clinician's and the client's time: the exclusion constraints look at these.
OCCUPIES = OPEN | {AppointmentStatus.COMPLETED}
# Who came, is to come, or did not come to what took place.
TAKING_PART = OCCUPIES | {AppointmentStatus.NO_SHOW}
CANCELLED = frozenset({AppointmentStatus.CANCELLED, AppointmentStatus.LATE_CANCELLED})


class AppointmentType(models.TextChoices):
    INTAKE = "intake", "Intake assessment"
    INDIVIDUAL = "individual", "Individual therapy"
    COUPLES = "couples", "Couples therapy"
    FAMILY = "family", "Family therapy"
    GROUP = "group", "Group therapy"
    MEDICATION = "medication", "Medication management"
    CONSULTATION = "consultation", "Consultation"
    CRISIS = "crisis", "Crisis intervention"
    PSYCHIATRIC = "psychiatric", "Psychiatric evaluation"
    OTHER = "other", "Other"


# Only prescribers do these: psychologists and social workers may not bill them.
PRESCRIBED = frozenset({AppointmentType.MEDICATION, AppointmentType.PSYCHIATRIC})


class Location(models.TextChoices):
    TELEHEALTH = "telehealth", "Telehealth"
    OFFICE = "office", "Office"
    PHONE = "phone", "Phone"
    HOME = "home", "Home visit"
    SCHOOL = "school", "School"
    OTHER = "other", "Other"


class CalendarStep(models.IntegerChoices):
    """Minutes between two free times that the calendar offers."""

    TEN = 10, "10 minutes"
    QUARTER = 15, "15 minutes"
    HALF = 30, "30 minutes"


class CancelReason(models.TextChoices):
    CLIENT_REQUEST = "client_request", "Client request"
    CLIENT_ILLNESS = "client_illness", "Client illness"
    PROVIDER_CANCELLED = "provider_cancelled", "Provider cancelled"
    EMERGENCY = "emergency", "Emergency"
    INSURANCE = "insurance", "Insurance issue"
    WEATHER = "weather", "Weather"
    TRANSPORTATION = "transportation", "Transportation"
    SCHEDULE_CONFLICT = "schedule_conflict", "Schedule conflict"
    TECHNICAL = "technical", "Technical problem"
    OTHER = "other", "Other"


class ReminderKind(models.TextChoices):
    EMAIL = "email", "E-mail"
    TEXT = "text", "Text"


class ReminderFault(models.TextChoices):
    """Why a reminder did not leave."""

    REFUSED = "refused", "The address was refused"
    UNREACHABLE = "unreachable", "The mail server or gateway did not take it"


class ReminderAnswer(models.TextChoices):
    """What the client said by the reminder's link."""

    CONFIRMED = "confirmed", "Confirmed"
    CANCELLED = "cancelled", "Cancelled"


class CancelledBy(models.TextChoices):
    CLIENT = "client", "Client"
    CLINICIAN = "clinician", "Clinician"
    PRACTICE = "practice", "Practice"


class FederalHoliday(models.TextChoices):
    """The eleven of 5 U.S.C. 6103(a), in the order of the year."""

    NEW_YEAR = "new_year", "New Year’s Day"
    KING = "king", "Martin Luther King Jr. Day"
    PRESIDENTS = "presidents", "Presidents’ Day"
    MEMORIAL = "memorial", "Memorial Day"
    JUNETEENTH = "juneteenth", "Juneteenth"
    INDEPENDENCE = "independence", "Independence Day"
    LABOR = "labor", "Labor Day"
    COLUMBUS = "columbus", "Columbus Day"
    VETERANS = "veterans", "Veterans Day"
    THANKSGIVING = "thanksgiving", "Thanksgiving Day"
    CHRISTMAS = "christmas", "Christmas Day"
