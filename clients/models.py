"""Whom the practice treats: the documented `clients` and `client_profiles` tables, and what hangs on them."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce, Collate, Concat, Lower, Reverse

from clients.choices import (
    CareRole,
    ClientStatus,
    FlagKind,
    Gender,
    ReminderHours,
    Severity,
    TagColor,
    Verdict,
)
from clients.member_ids import MemberIdsField
from clients.shapes import Address, CustomFields, EmergencyContact, Insurance, MedicalHistory
from mentalspace.core import audit, clock
from mentalspace.core.constraints import known_value, lower_case, not_before
from mentalspace.core.crypto.fields import EncryptedCharField, EncryptedShapeField, RowNumberField
from mentalspace.core.crypto.parts import SealedPartsField
from mentalspace.core.models import Record
from mentalspace.core.names import plain
from mentalspace.core.shapes import ShapeField


def _span(start: str, end: Coalesce) -> Func:
    """The time from one column until another, the end not included, for the database."""
    return Func(start, end, function="TSTZRANGE", output_field=DateTimeRangeField())


class Tag(Record):
    """A free, coloured word for clients: court-mandated, grant-funded …"""

    name = models.CharField(max_length=40)
    color = models.CharField("color", max_length=20, choices=TagColor, default=TagColor.BLUE)

    class Meta:
        db_table = "client_tags"
        constraints = [models.UniqueConstraint(Lower("name"), name="client_tags_name_unique")]

    def __str__(self) -> str:
        return self.name


class Client(Record):
    """A person whom the practice treats, or may."""

    first_name = models.CharField("legal first name", max_length=100)
    last_name = models.CharField("legal last name", max_length=100)
    email = models.EmailField("e-mail", max_length=255, null=True, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=50, choices=Gender, blank=True)
    address = ShapeField(shape=Address, default=dict, blank=True)
    status = models.CharField(max_length=20, choices=ClientStatus, default=ClientStatus.INQUIRY)
    created_by = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        db_column="created_by",
        null=True,
        blank=True,
        related_name="+",
    )
    updated_by = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        db_column="updated_by",
        null=True,
        blank=True,
        related_name="+",
    )
    # Further columns
    number = models.IntegerField(
        "client number",
        editable=False,
        db_default=Func(Value("client_number"), function="nextval"),
        help_text="Given by the database, never reused.",
    )
    preferred_name = models.CharField(max_length=100, blank=True)
    pronouns = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=60, blank=True, default="English")
    time_zone = models.CharField(max_length=60, blank=True, help_text="Empty means the practice's.")
    reminder_email_consent = models.BooleanField("reminders by e-mail", default=False)
    reminder_text_consent = models.BooleanField("reminders by text", default=False)
    reminder_email_hours = models.PositiveSmallIntegerField(
        "e-mail reminder",
        null=True,
        blank=True,
        choices=ReminderHours,
        help_text="Empty means the practice's.",
    )
    reminder_text_hours = models.PositiveSmallIntegerField(
        "text reminder", null=True, blank=True, choices=ReminderHours, help_text="Empty means the practice's."
    )
    deceased_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    tags = models.ManyToManyField(Tag, blank=True, related_name="clients", db_table="client_tagged")

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any
    ) -> Self:
        """Whoever's name is read from the database stands in the event of the page for which it was read."""
        row = super().from_db(db, field_names, values, **more)
        if "last_name" in field_names or "first_name" in field_names:
            audit.saw(row.pk, row)
        return row

    class Meta:
        db_table = "clients"
        indexes = [
            models.Index(
                Collate(plain("last_name"), "C"),
                Collate(plain("first_name"), "C"),
                "id",
                name="clients_name_prefix",
            ),
            models.Index(Collate(plain("first_name"), "C"), "id", name="clients_first_name_prefix"),
            models.Index(Collate(plain("preferred_name"), "C"), "id", name="clients_preferred_name_prefix"),
            GinIndex(
                OpClass(
                    plain(
                        Concat(
                            Coalesce(F("first_name"), Value("")),
                            Value(" "),
                            Coalesce(F("last_name"), Value("")),
                            Value(" "),
                            Coalesce(F("preferred_name"), Value("")),
                        )
                    ),
                    name="gin_trgm_ops",
                ),
                name="clients_name_trigram",
            ),
            # Misspellings, name by name: each is compared by itself, not with the whole.
            GinIndex(
                OpClass(plain("last_name"), name="gin_trgm_ops"),
                OpClass(plain("first_name"), name="gin_trgm_ops"),
                OpClass(plain("preferred_name"), name="gin_trgm_ops"),
                name="clients_names_trigram",
            ),
            # People give the last digits of a phone.
            models.Index(Collate(Reverse("phone"), "C"), name="clients_phone_ending"),
            models.Index(Collate("email", "C"), name="clients_email_prefix"),
            models.Index(fields=["date_of_birth"], name="clients_date_of_birth"),
            models.Index(fields=["phone"], name="clients_phone"),
            models.Index(fields=["status"], name="clients_status"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["email"], name="clients_email_unique"),
            models.UniqueConstraint(fields=["number"], name="clients_number_unique"),
            lower_case("email", "clients"),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | ~Q(email=""), name="clients_email_not_blank"
            ),
            known_value("status", ClientStatus, "clients"),
            models.CheckConstraint(
                condition=Q(gender="") | Q(gender__in=sorted(Gender.values)), name="clients_gender_known"
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True})
                    | Q(**{f"{name}__in": sorted(ReminderHours.values)}),
                    name=f"clients_{name}_known",
                )
                for name in ("reminder_email_hours", "reminder_text_hours")
            ),
            not_before("deceased_on", "date_of_birth", "clients"),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """How the practice speaks of the client: preferred first name, legal last name."""
        return f"{self.preferred_name or self.first_name} {self.last_name}"

    @property
    def legal_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class ClientProfile(Record):
    """What is known beyond the demographics; at most one per client."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="profile")
    insurance_info = SealedPartsField(
        scope="client_id",
        shape=list[Insurance],
        parts=("policy_number", "group_number"),
        default=list,
        blank=True,
    )
    emergency_contact = ShapeField(shape=list[EmergencyContact], default=list, blank=True)
    medical_history = EncryptedShapeField(scope="client_id", shape=MedicalHistory, default=dict, blank=True)
    intake_date = models.DateField(null=True, blank=True)
    intake_staff = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_column="intake_staff_id",
    )
    custom_fields = EncryptedShapeField(scope="client_id", shape=CustomFields, default=dict, blank=True)
    # Further column
    member_ids = MemberIdsField(help_text="Keyed digests of the insurances' member numbers, to look one up.")

    class Meta:
        db_table = "client_profiles"
        indexes = [GinIndex(fields=["member_ids"], name="client_profiles_member_ids", fastupdate=False)]

    def __str__(self) -> str:
        return f"Profile {self.client_id}"


class CareTeamMember(Record):
    """A clinician's assignment to a client, from a day and, when it ended, to a day (both inclusive)."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="care_team")
    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=CareRole, default=CareRole.PRIMARY)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    end_reason = EncryptedCharField(scope="client_id", max_length=200, blank=True)
    assigned_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "client_care_team"
        verbose_name = "care team member"
        constraints = [
            known_value("role", CareRole, "client_care_team"),
            not_before("ends_on", "starts_on", "client_care_team"),
            models.UniqueConstraint(
                fields=["client", "staff"],
                condition=Q(ends_on__isnull=True),
                name="client_care_team_open_unique",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(ends_on__isnull=True, role=CareRole.PRIMARY),
                name="client_care_team_one_primary",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.staff_id}"


class ClientFlag(Record):
    """A warning that stands above the chart until somebody resolves it."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=20, choices=FlagKind)
    severity = models.CharField(max_length=20, choices=Severity, default=Severity.MODERATE)
    note = EncryptedCharField(scope="client_id", max_length=300, blank=True)
    raised_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolution = EncryptedCharField(scope="client_id", max_length=300, blank=True)

    class Meta:
        db_table = "client_flags"
        constraints = [
            known_value("kind", FlagKind, "client_flags"),
            known_value("severity", Severity, "client_flags"),
            models.UniqueConstraint(
                fields=["client", "kind"],
                condition=Q(resolved_at__isnull=True),
                name="client_flags_open_unique",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ClientStatusChange(models.Model):
    """Why a client's status changed, by whom and when."""

    id = RowNumberField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="status_changes")
    from_status = models.CharField(max_length=20, choices=ClientStatus)
    to_status = models.CharField(max_length=20, choices=ClientStatus)
    reason = EncryptedCharField(scope="client_id", max_length=300)
    changed_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "client_status_changes"

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"


class EmergencyAccess(models.Model):
    """A clinician's reading of one chart in an emergency, without being on the care team; reviewed afterwards.

    It lasts from `began_at` until `ends_at` (not included), or until `ended_at`. The database keeps a row as it was
    begun, and its end and its review as they were first written, and asks for a reason (migration 0008).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="emergency_accesses")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = EncryptedCharField(scope="client_id", max_length=500)
    began_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField(help_text="When the time given is over.")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was ended before that.")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    note = EncryptedCharField(
        scope="client_id", max_length=500, blank=True, help_text="What the review found."
    )

    class Meta:
        db_table = "emergency_accesses"
        verbose_name = "emergency access"
        verbose_name_plural = "emergency accesses"
        indexes = [
            models.Index(fields=["user", "client", "ends_at"], name="emergency_accesses_of_user"),
            models.Index(
                fields=["began_at"],
                condition=Q(reviewed_at__isnull=True),
                name="emergency_accesses_unreviewed",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("began_at")), name="emergency_accesses_ends_after_beginning"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__gte=F("began_at"), ended_at__lte=F("ends_at"), ended_by__isnull=False),
                name="emergency_accesses_ended_within",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, verdict="")
                | Q(
                    reviewed_at__gte=Coalesce("ended_at", "ends_at"),
                    reviewed_by__isnull=False,
                    verdict__in=sorted(Verdict.values),
                ),
                name="emergency_accesses_reviewed_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
                name="emergency_accesses_not_reviewed_by_self",
            ),
            ExclusionConstraint(
                name="emergency_accesses_one_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (_span("began_at", Coalesce("ended_at", "ends_at")), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        """Without the client, whom a title or a log must not name."""
        return f"Emergency access {str(self.pk)[:8]}"

    @property
    def over_at(self) -> datetime:
        """When it ended, or ends by itself."""
        return self.ended_at or self.ends_at
