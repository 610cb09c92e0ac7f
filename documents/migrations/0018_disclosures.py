"""What left the charts; the database keeps each row as it was written, but for its being entered in error, once."""

import django.db.models.deletion
import mentalspace.core.clock
import uuid
from django.db import migrations, models

DISCLOSURES_STAY = """
    CREATE TRIGGER disclosures_no_change BEFORE UPDATE ON disclosures
        FOR EACH ROW WHEN (
            OLD.voided_at IS NOT NULL
            OR (OLD.id, OLD.client_id, OLD.released_at, OLD.kind, OLD.what, OLD.way, OLD.recipient, OLD.address,
                OLD.purpose, OLD.ground, OLD.reason, OLD.consent_id, OLD.disclosed_by_id, OLD.recorded_at, OLD.digest)
                IS DISTINCT FROM
                (NEW.id, NEW.client_id, NEW.released_at, NEW.kind, NEW.what, NEW.way, NEW.recipient, NEW.address,
                NEW.purpose, NEW.ground, NEW.reason, NEW.consent_id, NEW.disclosed_by_id, NEW.recorded_at, NEW.digest)
        ) EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER disclosures_no_delete BEFORE DELETE ON disclosures
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    CREATE TRIGGER disclosures_no_truncate BEFORE TRUNCATE ON disclosures
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
DISCLOSURES_STAY_NO_MORE = """
    DROP TRIGGER disclosures_no_change ON disclosures;
    DROP TRIGGER disclosures_no_delete ON disclosures;
    DROP TRIGGER disclosures_no_truncate ON disclosures;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_reminder_hours"),
        ("documents", "0017_consents_renewed"),
        ("staff", "0003_american_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("released_at", models.DateTimeField(help_text="When it left.")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("whole_chart", "Whole chart"),
                            ("chart_part", "Part of the chart"),
                            ("document", "One document"),
                            ("letter", "Letter or form"),
                            ("billing", "Superbill, statement, bill"),
                            ("attendance", "Dates of sessions, attendance"),
                            ("spoken", "Information, told"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("what", models.TextField(max_length=500)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("electronic", "Electronically, as a file"),
                            ("post", "By post"),
                            ("fax", "By fax"),
                            ("telephone", "By telephone"),
                            ("in_person", "In person"),
                        ],
                        default="electronic",
                        max_length=20,
                    ),
                ),
                ("recipient", models.TextField(max_length=200)),
                ("address", models.TextField(blank=True, max_length=300)),
                ("purpose", models.TextField(max_length=500)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("release", "Release signed by the client (164.508)"),
                            ("client", "The client, or who acts for them (164.524)"),
                            ("internal", "Use within the practice"),
                            ("treatment", "Treatment (164.506)"),
                            ("payment", "Payment (164.506)"),
                            ("operations", "Health care operations (164.506)"),
                            ("emergency", "Treatment in an emergency (164.506)"),
                            ("involved", "Somebody involved in care, the client agreeing (164.510)"),
                            ("court", "Court order or subpoena (164.512(e))"),
                            ("required_by_law", "Required by law (164.512(a))"),
                            ("public_health", "Public health (164.512(b))"),
                            ("abuse", "Report of abuse or neglect (164.512(b), (c))"),
                            ("oversight", "Health oversight (164.512(d))"),
                            ("law_enforcement", "Law enforcement (164.512(f))"),
                            ("death", "Coroner, medical examiner, funeral director (164.512(g))"),
                            ("threat", "To avert a serious threat (164.512(j))"),
                            ("workers_compensation", "Workers’ compensation (164.512(l))"),
                            ("mistake", "Disclosed by mistake"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "reason",
                    models.TextField(blank=True, help_text="Why it left without a release.", max_length=500),
                ),
                ("recorded_at", models.DateTimeField(default=mentalspace.core.clock.now)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("voided_at", models.DateTimeField(blank=True, null=True)),
                ("void_reason", models.TextField(blank=True, max_length=500)),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="clients.client",
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        blank=True,
                        help_text="The release that it rests on.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disclosures",
                        to="documents.consent",
                    ),
                ),
                (
                    "disclosed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="staff.staff"
                    ),
                ),
                (
                    "voided_by",
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
                "db_table": "disclosures",
                "indexes": [
                    models.Index(fields=["client", "-released_at"], name="disclosures_client"),
                    models.Index(fields=["-released_at"], name="disclosures_released"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "attendance",
                                    "billing",
                                    "chart_part",
                                    "document",
                                    "letter",
                                    "other",
                                    "spoken",
                                    "whole_chart",
                                ],
                            )
                        ),
                        name="disclosures_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("way__in", ["electronic", "fax", "in_person", "post", "telephone"])
                        ),
                        name="disclosures_way_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ground__in",
                                [
                                    "abuse",
                                    "client",
                                    "court",
                                    "death",
                                    "emergency",
                                    "internal",
                                    "involved",
                                    "law_enforcement",
                                    "mistake",
                                    "operations",
                                    "oversight",
                                    "payment",
                                    "public_health",
                                    "release",
                                    "required_by_law",
                                    "threat",
                                    "treatment",
                                    "workers_compensation",
                                ],
                            )
                        ),
                        name="disclosures_ground_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("consent__isnull", False), ("ground", "release")),
                            models.Q(
                                models.Q(("ground", "release"), _negated=True), ("consent__isnull", True)
                            ),
                            _connector="OR",
                        ),
                        name="disclosures_release_named",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ground__in", ["release", "client", "internal"]),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="disclosures_without_release_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("void_reason", ""), ("voided_at__isnull", True), ("voided_by__isnull", True)
                            ),
                            models.Q(
                                ("voided_at__isnull", False),
                                ("voided_by__isnull", False),
                                models.Q(("void_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="disclosures_voided_with_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(DISCLOSURES_STAY, DISCLOSURES_STAY_NO_MORE),
    ]
