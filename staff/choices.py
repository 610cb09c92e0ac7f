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


PRESCRIBERS = frozenset({LicenseType.PSYCHIATRIST, LicenseType.PMHNP})


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


class USState(models.TextChoices):
    """Where a license may be issued."""

    AL = "AL", "Alabama"
    AK = "AK", "Alaska"
    AZ = "AZ", "Arizona"
    AR = "AR", "Arkansas"
    CA = "CA", "California"
    CO = "CO", "Colorado"
    CT = "CT", "Connecticut"
    DE = "DE", "Delaware"
    DC = "DC", "District of Columbia"
    FL = "FL", "Florida"
    GA = "GA", "Georgia"
    HI = "HI", "Hawaii"
    ID = "ID", "Idaho"
    IL = "IL", "Illinois"
    IN = "IN", "Indiana"
    IA = "IA", "Iowa"
    KS = "KS", "Kansas"
    KY = "KY", "Kentucky"
    LA = "LA", "Louisiana"
    ME = "ME", "Maine"
    MD = "MD", "Maryland"
    MA = "MA", "Massachusetts"
    MI = "MI", "Michigan"
    MN = "MN", "Minnesota"
    MS = "MS", "Mississippi"
    MO = "MO", "Missouri"
    MT = "MT", "Montana"
    NE = "NE", "Nebraska"
    NV = "NV", "Nevada"
    NH = "NH", "New Hampshire"
    NJ = "NJ", "New Jersey"
    NM = "NM", "New Mexico"
    NY = "NY", "New York"
    NC = "NC", "North Carolina"
    ND = "ND", "North Dakota"
    OH = "OH", "Ohio"
    OK = "OK", "Oklahoma"
    OR = "OR", "Oregon"
    PA = "PA", "Pennsylvania"
    PR = "PR", "Puerto Rico"
    RI = "RI", "Rhode Island"
    SC = "SC", "South Carolina"
    SD = "SD", "South Dakota"
    TN = "TN", "Tennessee"
    TX = "TX", "Texas"
    UT = "UT", "Utah"
    VT = "VT", "Vermont"
    VI = "VI", "Virgin Islands"
    VA = "VA", "Virginia"
    WA = "WA", "Washington"
    WV = "WV", "West Virginia"
    WI = "WI", "Wisconsin"
    WY = "WY", "Wyoming"
