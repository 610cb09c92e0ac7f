"""People who asked for help and are not clients yet: the documented `crm_leads` table and what was done about each."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from crm.choices import ActivityKind, ActivityOutcome, LeadSource, LeadStatus, LostReason
from mentalspace.core import clock
from mentalspace.core.constraints import known_value, lower_case
from mentalspace.core.crypto.fields import EncryptedCharField, EncryptedTextField, RowNumberField
from mentalspace.core.models import Record


class Lead(Record):
    """An inquiry. Once converted it stays as it was (a trigger refuses changes) and names its client."""

    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    email = models.EmailField("e-mail", max_length=255, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=100, choices=LeadSource, default=LeadSource.PHONE)
    status = models.CharField(max_length=50, choices=LeadStatus, default=LeadStatus.NEW)
    assigned_to = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        db_column="assigned_to",
        null=True,
        blank=True,
        related_name="leads",
    )
    notes = EncryptedTextField(scope="id", kind="lead", blank=True)
    converted_to_client = models.BooleanField(default=False)
    converted_client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="leads"
    )
    # Further columns
    source_detail = models.CharField(
        max_length=120,
        blank=True,
        help_text="Who referred them, or which directory, advertisement or event it was.",
    )
    follow_up_on = models.DateField(null=True, blank=True)
    lost_reason = models.CharField(max_length=30, choices=LostReason, blank=True)
    status_changed_at = models.DateTimeField(default=clock.now)
    converted_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    booking_request = models.OneToOneField(
        "scheduling.BookingRequest",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="lead",
        help_text="With which they asked for a time on the booking page.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        db_table = "crm_leads"
        verbose_name = "lead"
        indexes = [
            models.Index(fields=["email"], name="crm_leads_email"),
            models.Index(fields=["status"], name="crm_leads_status"),
            models.Index(fields=["phone"], name="crm_leads_phone"),
            models.Index(fields=["created_at"], name="crm_leads_created_at"),
            models.Index(Lower("last_name"), Lower("first_name"), name="crm_leads_name"),
        ]
        constraints = [
            lower_case("email", "crm_leads"),
            known_value("status", LeadStatus, "crm_leads"),
            known_value("source", LeadSource, "crm_leads"),
            models.CheckConstraint(
                condition=Q(
                    status=LeadStatus.CONVERTED,
                    converted_to_client=True,
                    converted_client__isnull=False,
                    converted_at__isnull=False,
                )
                | ~Q(status=LeadStatus.CONVERTED)
                & Q(converted_to_client=False, converted_client__isnull=True, converted_at__isnull=True),
                name="crm_leads_converted_has_client",
            ),
            models.CheckConstraint(
                condition=~Q(status=LeadStatus.LOST) | ~Q(lost_reason=""), name="crm_leads_lost_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class LeadActivity(models.Model):
    """A call, an e-mail, a text or a meeting, and what came of it."""

    id = RowNumberField(primary_key=True)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=20, choices=ActivityKind)
    outcome = models.CharField(max_length=20, choices=ActivityOutcome)
    note = EncryptedCharField(scope="lead_id", kind="lead", max_length=500, blank=True)
    happened_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        db_table = "crm_lead_activities"
        verbose_name = "lead activity"
        verbose_name_plural = "lead activities"
        indexes = [models.Index(fields=["lead", "-happened_at"], name="crm_lead_activities_recent")]
        constraints = [
            known_value("kind", ActivityKind, "crm_lead_activities"),
            known_value("outcome", ActivityOutcome, "crm_lead_activities"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_outcome_display()}"


class LeadStatusChange(models.Model):
    """A step of a lead from one stage to another; the funnel is counted from these."""

    id = RowNumberField(primary_key=True)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=50, choices=LeadStatus)
    to_status = models.CharField(max_length=50, choices=LeadStatus)
    reason = models.CharField(max_length=30, choices=LostReason, blank=True, help_text="Why it was lost.")
    note = EncryptedCharField(scope="lead_id", kind="lead", max_length=300, blank=True)
    changed_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "crm_lead_status_changes"
        verbose_name = "lead status change"
        constraints = [
            known_value("from_status", LeadStatus, "crm_lead_status_changes"),
            known_value("to_status", LeadStatus, "crm_lead_status_changes"),
            models.CheckConstraint(
                condition=~Q(from_status=models.F("to_status")), name="crm_lead_status_changes_moves"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_status_display()} → {self.get_to_status_display()}"
