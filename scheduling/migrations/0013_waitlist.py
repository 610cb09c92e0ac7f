"""Who waits for a time, and times that opened."""

import django.contrib.postgres.fields
import django.db.models.deletion
import mentalspace.core.clock
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0009_member_ids"),
        ("scheduling", "0012_calendar_choices"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Opening",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("start_time", models.DateTimeField()),
                ("end_time", models.DateTimeField()),
                (
                    "opened_by",
                    models.CharField(
                        choices=[
                            ("cancelled", "Cancelled"),
                            ("moved", "Moved elsewhere"),
                            ("time_off", "Time off taken back"),
                        ],
                        max_length=10,
                    ),
                ),
                ("opened_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                (
                    "dismissed_at",
                    models.DateTimeField(
                        blank=True, help_text="Somebody decided to leave it free.", null=True
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="openings", to="staff.staff"
                    ),
                ),
            ],
            options={
                "verbose_name": "time that opened",
                "verbose_name_plural": "times that opened",
                "db_table": "waitlist_openings",
                "indexes": [models.Index(fields=["start_time"], name="waitlist_openings_start")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("opened_by__in", ["cancelled", "moved", "time_off"])),
                        name="waitlist_openings_opened_by_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end_time__gt", models.F("start_time"))),
                        name="waitlist_openings_end_after_start",
                    ),
                    models.UniqueConstraint(fields=("staff", "start_time"), name="waitlist_openings_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(default=mentalspace.core.clock.now, editable=False)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "types",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
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
                        size=None,
                    ),
                ),
                (
                    "locations",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
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
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("minutes", models.PositiveSmallIntegerField()),
                ("windows", models.JSONField(blank=True, default=list)),
                (
                    "urgency",
                    models.CharField(
                        choices=[("urgent", "Urgent"), ("soon", "Soon"), ("routine", "Routine")],
                        default="routine",
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=500)),
                ("expires_on", models.DateField(help_text="The last day on which they wait.")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("booked", "Booked"), ("closed", "Closed")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("not_wanted", "No longer wants a time"),
                            ("booked_elsewhere", "Has a time by other means"),
                            ("not_reached", "Could not be reached"),
                            ("mistake", "Entered by mistake"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "appointment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waited",
                        to="scheduling.appointment",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="clients.client"
                    ),
                ),
                (
                    "clinicians",
                    models.ManyToManyField(
                        blank=True, db_table="waitlist_clinicians", related_name="+", to="staff.staff"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="staff.staff",
                    ),
                ),
            ],
            options={
                "verbose_name": "waitlist entry",
                "verbose_name_plural": "waitlist entries",
                "db_table": "waitlist_entries",
                "indexes": [
                    models.Index(fields=["client", "-created_at"], name="waitlist_entries_client"),
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["expires_on"],
                        name="waitlist_entries_waiting",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("urgency__in", ["routine", "soon", "urgent"])),
                        name="waitlist_entries_urgency_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["booked", "closed", "waiting"])),
                        name="waitlist_entries_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "closed_because__in",
                                ["", "booked_elsewhere", "mistake", "not_reached", "not_wanted", "other"],
                            )
                        ),
                        name="waitlist_entries_closed_because_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("types__len__gte", 1)), name="waitlist_entries_for_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minutes__gte", 5), ("minutes__lte", 480)),
                        name="waitlist_entries_minutes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("appointment__isnull", True),
                                ("closed_at__isnull", True),
                                ("closed_because", ""),
                                ("state", "waiting"),
                            ),
                            models.Q(
                                ("appointment__isnull", False),
                                ("closed_at__isnull", False),
                                ("closed_because", ""),
                                ("state", "booked"),
                            ),
                            models.Q(
                                ("appointment__isnull", True),
                                ("closed_at__isnull", False),
                                ("state", "closed"),
                                models.Q(("closed_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="waitlist_entries_state_fits",
                    ),
                ],
            },
        ),
    ]
