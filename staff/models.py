"""Who works here: the documented `staff` table."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mentalspace.core.constraints import known_value
from mentalspace.core.models import Record
from mentalspace.core.shapes import ShapeField
from staff.choices import CalendarColor, LicenseType, StaffStatus, Supervision
from staff.shapes import Availability, Specialties


class Staff(Record):
    """A member of staff; clinicians and everybody else."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="staff")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    title = models.CharField(max_length=100, blank=True)
    license_number = models.CharField("license number", max_length=100, blank=True)
    specialties = ShapeField(shape=Specialties, default=list, blank=True)
    bio = models.TextField(blank=True)
    availability = ShapeField(shape=Availability, default=dict, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    image_url = models.CharField(max_length=255, blank=True)
    status = models.CharField(max_length=20, choices=StaffStatus, default=StaffStatus.ACTIVE)
    # Further columns
    credential = models.CharField(
        max_length=40, blank=True, help_text="As printed after the name: LCSW, PhD …"
    )
    npi = models.CharField("NPI", max_length=10, blank=True)
    license_type = models.CharField("license type", max_length=20, choices=LicenseType, blank=True)
    license_state = models.CharField("license state", max_length=2, blank=True)
    license_expires_on = models.DateField("license expires on", null=True, blank=True)
    supervision = models.CharField(max_length=20, choices=Supervision, default=Supervision.NONE)
    supervisor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="supervisees"
    )
    takes_appointments = models.BooleanField(default=False, help_text="Has a column in the calendar.")
    color = models.CharField("calendar color", max_length=20, choices=CalendarColor, blank=True)
    status_since = models.DateField(null=True, blank=True, help_text="The day of the last change of status.")
    status_reason = models.CharField(max_length=200, blank=True, help_text="Only administrators see it.")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "staff"
        verbose_name = "member of staff"
        verbose_name_plural = "staff"
        indexes = [models.Index(fields=["last_name", "first_name", "id"], name="staff_name")]
        constraints = [
            known_value("status", StaffStatus, "staff"),
            known_value("supervision", Supervision, "staff"),
            models.CheckConstraint(
                condition=Q(supervisor__isnull=True) | ~Q(supervisor=F("id")), name="staff_not_own_supervisor"
            ),
            models.CheckConstraint(
                condition=Q(supervision=Supervision.NONE) | Q(supervisor__isnull=False),
                name="staff_supervised_has_supervisor",
            ),
            models.CheckConstraint(
                condition=Q(npi="") | Q(npi__regex=r"^[12][0-9]{9}$"), name="staff_npi_form"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def name_with_credential(self) -> str:
        """As a signature prints it: Ada Okafor, LCSW."""
        return f"{self.full_name}, {self.credential}" if self.credential else self.full_name
