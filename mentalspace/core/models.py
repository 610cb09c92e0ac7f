"""What the kernel stores: the practice's settings, the trail and its chain, wrapped keys, and forms that were sent."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from mentalspace.core import clock
from mentalspace.core.constraints import known_value


class Record(models.Model):
    """What the documented tables share: an application-made UUID and the two timestamps."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class PracticeSetting(models.Model):
    """One section of the practice's settings (see `core.practice`)."""

    section = models.CharField(max_length=50, primary_key=True)
    values = models.JSONField(default=dict)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "practice_settings"
        verbose_name = "practice setting"

    def __str__(self) -> str:
        return self.section


class Outcome(models.TextChoices):
    """What became of what somebody set out to do."""

    DONE = "done", "Done"
    REFUSED = "refused", "Refused"


class AuditEvent(models.Model):
    """Something a person did, saw or was refused. Rows are only ever added; a trigger refuses the rest.

    Name and roles are those of the moment. `basis` is the right under which it was done where a role alone does not
    give it. `client_id` is a plain id: the kernel knows no clients. `clients` are the others whose names were on the
    page, `page` is the name of the address that was asked for. `changes` maps a field to its value before and after,
    and never holds clinical text.

    A column added later must be empty (NULL or '') in the rows there are: what is empty is not part of the hash.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        # Found by its index with the time.
        db_index=False,
    )
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True, db_index=True)
    client_id = models.UUIDField(null=True, blank=True)
    changes = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=32, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    actor_name = models.CharField(max_length=255, blank=True)
    actor_roles = models.CharField(max_length=255, blank=True)
    basis = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.DONE)
    session = models.CharField(max_length=16, blank=True)
    clients = ArrayField(models.UUIDField(), null=True, blank=True)
    page = models.CharField(max_length=80, blank=True, db_default="")

    class Meta:
        db_table = "audit_events"
        # Each search of the log has an index that gives the newest first.
        indexes = [
            models.Index(fields=["-at", "-id"], name="audit_at"),
            models.Index(fields=["client_id", "-at", "-id"], name="audit_client_at"),
            models.Index(fields=["actor", "-at", "-id"], name="audit_actor_at"),
            models.Index(fields=["verb", "-at", "-id"], name="audit_verb_at"),
            models.Index(
                fields=["-at", "-id"], name="audit_refused_at", condition=models.Q(outcome=Outcome.REFUSED)
            ),
            models.Index(fields=["request_id"], name="audit_request"),
            GinIndex(fields=["clients"], name="audit_clients"),
        ]
        constraints = [known_value("outcome", Outcome, "audit_events")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type}".strip()


class AuditAlert(models.Model):
    """Unusual reading that a rule found in the log: by whom, within which time, how often. Added and never changed.

    Its events are those of this person within this time. `client_id` is set where one record is meant.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=30)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    client_id = models.UUIDField(null=True, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField()
    count = models.PositiveIntegerField()
    raised_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "audit_alerts"
        indexes = [models.Index(fields=["-raised_at"], name="audit_alerts_raised")]
        constraints = [
            # The same is found again by each run: it is one alert.
            models.UniqueConstraint(
                fields=["kind", "actor", "since", "client_id"],
                name="audit_alerts_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.since:%Y-%m-%d %H:%M}"


class AuditAlertReview(models.Model):
    """What an administrator found about an alert. Added and never changed; a second look is a second row."""

    id = models.BigAutoField(primary_key=True)
    alert = models.ForeignKey(AuditAlert, on_delete=models.PROTECT, related_name="reviews")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    note = models.CharField(max_length=500)

    class Meta:
        db_table = "audit_alert_reviews"

    def __str__(self) -> str:
        return f"Review of {self.alert_id}"


class AuditLink(models.Model):
    """An event's place in the chain: its number, and a hash over the event and the hash before it.

    Written by the database when the transaction of an event ends (see migration 0005), and by nobody else.
    """

    seq = models.BigIntegerField(primary_key=True)
    # No constraint: a row that is gone is what the chain is to show, not what is to hide behind a refusal.
    event = models.OneToOneField(
        AuditEvent, on_delete=models.DO_NOTHING, db_constraint=False, related_name="link"
    )
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_chain"

    def __str__(self) -> str:
        return f"{self.seq}: {bytes(self.hash).hex()}"


class AuditUnlinked(models.Model):
    """An event whose transaction ended while another one was linking: the next to link takes it along."""

    event = models.OneToOneField(
        AuditEvent, on_delete=models.DO_NOTHING, db_constraint=False, primary_key=True, related_name="+"
    )

    class Meta:
        db_table = "audit_unlinked"

    def __str__(self) -> str:
        return str(self.event_id)


class DataKey(models.Model):
    """A key that seals one client's data, or those of another scope, wrapped by a master key (see `core.crypto`).

    `scope` is a plain id: the kernel knows no clients. Rows are never removed; changing the master key re-wraps them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    scope = models.UUIDField()
    wrapped = models.BinaryField(help_text="AES-256-GCM: nonce, ciphertext and tag.")
    master_key = models.CharField(max_length=40, help_text="Name of the key in the key file that opens it.")
    created_at = models.DateTimeField(default=clock.now)
    rotated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "data_keys"
        constraints = [models.UniqueConstraint(fields=["kind", "scope"], name="data_keys_scope_unique")]
        indexes = [models.Index(fields=["master_key"], name="data_keys_master_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope}"


class FormSubmission(models.Model):
    """A form that was sent once: the same form sent again answers what the first one answered (see `core.once`)."""

    key = models.UUIDField(primary_key=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    class Meta:
        db_table = "form_submissions"

    def __str__(self) -> str:
        return str(self.key)
