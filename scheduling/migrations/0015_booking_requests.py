"""Requests of the public booking page."""

import django.db.models.deletion
import django.db.models.functions.text
import mentalspace.core.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scheduling", "0014_group_series"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("intake", "Intake assessment"),
                            ("individual", "Individual therapy"),
                            ("couples", "Couples therapy"),
                            ("family", "Family therapy"),
                            ("group", "Group therapy"),
                            ("medication", "Medication management"),
                            ("consultation", "Consultation"),
                            ("crisis", "Crisis intervention"),
                            ("psychiatric", "Psychiatric evaluation"),
                            ("other", "Other"),
                        ],
                        max_length=50,
                    ),
                ),
                (
                    "location",
                    models.CharField(
                        choices=[
                            ("telehealth", "Telehealth"),
                            ("office", "Office"),
                            ("phone", "Phone"),
                            ("home", "Home visit"),
                            ("school", "School"),
                            ("other", "Other"),
                        ],
                        max_length=100,
                    ),
                ),
                (
                    "any_clinician",
                    models.BooleanField(
                        default=False, help_text="They asked for anybody; this one was free then."
                    ),
                ),
                ("start_time", models.DateTimeField()),
                ("end_time", models.DateTimeField()),
                ("first_name", models.CharField(blank=True, max_length=100)),
                ("last_name", models.CharField(blank=True, max_length=100)),
                ("email", models.EmailField(blank=True, max_length=255, verbose_name="e-mail")),
                ("phone", models.CharField(blank=True, max_length=20)),
                ("date_of_birth", models.DateField(blank=True, null=True)),
                (
                    "consented_to",
                    models.TextField(help_text="The sentence that was ticked, as it read then."),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("moved", "Approved, at another time"),
                            ("declined", "Declined"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "declined_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_time", "No time free at present"),
                            ("not_offered", "Not what the practice offers"),
                            ("not_reached", "Could not be reached"),
                            ("twice", "Asked twice"),
                            ("misuse", "Misuse of the page (no mail is sent)"),
                        ],
                        max_length=20,
                    ),
                ),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "told",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("moved", "Approved, at another time"),
                            ("declined", "Declined"),
                        ],
                        help_text="The state of which they were told last.",
                        max_length=10,
                    ),
                ),
                (
                    "looked_up_at",
                    models.DateTimeField(
                        blank=True, help_text="When it was looked up whether the person is known.", null=True
                    ),
                ),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="asked_by",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="requests", to="staff.staff"
                    ),
                ),
            ],
            options={
                "verbose_name": "booking request",
                "db_table": "booking_requests",
                "indexes": [
                    models.Index(fields=["-created_at"], name="booking_requests_recent"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["start_time"],
                        name="booking_requests_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                [
                                    "consultation",
                                    "couples",
                                    "crisis",
                                    "family",
                                    "group",
                                    "individual",
                                    "intake",
                                    "medication",
                                    "other",
                                    "psychiatric",
                                ],
                            )
                        ),
                        name="booking_requests_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("location__in", ["home", "office", "other", "phone", "school", "telehealth"])
                        ),
                        name="booking_requests_location_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["approved", "declined", "moved", "waiting"])),
                        name="booking_requests_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("told__in", ["", "approved", "declined", "moved", "waiting"])),
                        name="booking_requests_told_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "declined_because__in",
                                ["", "misuse", "no_time", "not_offered", "not_reached", "twice"],
                            )
                        ),
                        name="booking_requests_declined_because_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", django.db.models.functions.text.Lower(models.F("email")))
                        ),
                        name="booking_requests_email_lower",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end_time__gt", models.F("start_time"))),
                        name="booking_requests_end_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appointment__isnull", True),
                                ("declined_because", ""),
                                ("handled_at__isnull", True),
                                ("state", "waiting"),
                            ),
                            models.Q(
                                ("appointment__isnull", False),
                                ("declined_because", ""),
                                ("handled_at__isnull", False),
                                ("state__in", ["approved", "moved"]),
                            ),
                            models.Q(
                                ("appointment__isnull", True),
                                ("handled_at__isnull", False),
                                ("state", "declined"),
                                models.Q(("declined_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="booking_requests_state_fits",
                    ),
                ],
            },
        ),
    ]
