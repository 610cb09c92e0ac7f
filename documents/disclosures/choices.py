"""Values of disclosures."""

from django.db import models


class DisclosureKind(models.TextChoices):
    """What was disclosed."""

    WHOLE_CHART = "whole_chart", "Whole chart"
    CHART_PART = "chart_part", "Part of the chart"
    DOCUMENT = "document", "One document"
    LETTER = "letter", "Letter or form"
    BILLING = "billing", "Superbill, statement, bill"
    ATTENDANCE = "attendance", "Dates of sessions, attendance"
    SPOKEN = "spoken", "Information, told"
    OTHER = "other", "Other"


class DisclosureWay(models.TextChoices):
    """How it left."""

    ELECTRONIC = "electronic", "Electronically, as a file"
    POST = "post", "By post"
    FAX = "fax", "By fax"
    TELEPHONE = "telephone", "By telephone"
    IN_PERSON = "in_person", "In person"


class Ground(models.TextChoices):
    """On what a disclosure rests. Sections are those of 45 CFR."""

    RELEASE = "release", "Release signed by the client (164.508)"
    CLIENT = "client", "The client, or who acts for them (164.524)"
    INTERNAL = "internal", "Use within the practice"
    TREATMENT = "treatment", "Treatment (164.506)"
    PAYMENT = "payment", "Payment (164.506)"
    OPERATIONS = "operations", "Health care operations (164.506)"
    EMERGENCY = "emergency", "Treatment in an emergency (164.506)"
    INVOLVED = "involved", "Somebody involved in care, the client agreeing (164.510)"
    COURT = "court", "Court order or subpoena (164.512(e))"
    REQUIRED_BY_LAW = "required_by_law", "Required by law (164.512(a))"
    PUBLIC_HEALTH = "public_health", "Public health (164.512(b))"
    ABUSE = "abuse", "Report of abuse or neglect (164.512(b), (c))"
    OVERSIGHT = "oversight", "Health oversight (164.512(d))"
    LAW_ENFORCEMENT = "law_enforcement", "Law enforcement (164.512(f))"
    DEATH = "death", "Coroner, medical examiner, funeral director (164.512(g))"
    THREAT = "threat", "To avert a serious threat (164.512(j))"
    WORKERS_COMPENSATION = "workers_compensation", "Workers’ compensation (164.512(l))"
    MISTAKE = "mistake", "Disclosed by mistake"


# Of these 45 CFR 164.528 demands an accounting; the others are exempt from it (164.528(a)(1)), and kept all the same.
ACCOUNTED = frozenset(
    {
        Ground.COURT,
        Ground.REQUIRED_BY_LAW,
        Ground.PUBLIC_HEALTH,
        Ground.ABUSE,
        Ground.OVERSIGHT,
        Ground.LAW_ENFORCEMENT,
        Ground.DEATH,
        Ground.THREAT,
        Ground.WORKERS_COMPENSATION,
        Ground.MISTAKE,
    }
)
# To another person or body, without a release; each asks for a reason.
WITHOUT_RELEASE = tuple(
    ground for ground in Ground if ground not in {Ground.RELEASE, Ground.CLIENT, Ground.INTERNAL}
)
