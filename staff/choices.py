"""Values of the staff tables."""

from django.db import models


class StaffStatus(models.TextChoices):
    ACTIVE = "active", "Active"
    ON_LEAVE = "on_leave", "On leave"
    INACTIVE = "inactive", "Inactive"


class LicenseType(models.TextChoices):
    LPC = "LPC", "LPC"
    LCSW = "LCSW", "LCSW"
    LMFT = "LMFT", "LMFT"
    LMHC = "LMHC", "LMHC"
    LCMHC = "LCMHC", "LCMHC"
    PSYCHOLOGIST = "psychologist", "Psychologist"
    PSYCHIATRIST = "psychiatrist", "Psychiatrist"
    PMHNP = "PMHNP", "PMHNP"
    LAC = "LAC", "LAC"
    LMSW = "LMSW", "LMSW"
    LICSW = "LICSW", "LICSW"
    CADC = "CADC", "CADC"


class Supervision(models.TextChoices):
    NONE = "none", "None"
    REVIEW_ALL = "review_all", "Review all notes"
    COSIGN_ALL = "cosign_all", "Co-sign all notes"
    COSIGN_PAYERS = "cosign_payers", "Co-sign for chosen payers"


class Weekday(models.TextChoices):
    MON = "mon", "Monday"
    TUE = "tue", "Tuesday"
    WED = "wed", "Wednesday"
    THU = "thu", "Thursday"
    FRI = "fri", "Friday"
    SAT = "sat", "Saturday"
    SUN = "sun", "Sunday"


class WorkLocation(models.TextChoices):
    """Where hours are worked: the schedule's own list, which this app may not import. A test keeps the two equal."""

    TELEHEALTH = "telehealth", "Telehealth"
    OFFICE = "office", "Office"
    PHONE = "phone", "Phone"
    HOME = "home", "Home visit"
    SCHOOL = "school", "School"
    OTHER = "other", "Other"


class CalendarColor(models.TextChoices):
    """The tints of the interface kit."""

    TEAL = "teal", "Teal"
    BLUE = "blue", "Blue"
    GREEN = "green", "Green"
    AMBER = "amber", "Amber"
    RED = "red", "Red"
    PURPLE = "purple", "Purple"
    PINK = "pink", "Pink"
    GREY = "grey", "Grey"
