"""Answered questionnaires, what was done about answers that told of risk, and links by which clients answer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from documents.measures.catalogue import instrument
from documents.measures.instruments import Instrument
from documents.measures.scoring import Result
from mentalspace.core import clock
from mentalspace.core.crypto.fields import EncryptedJSONField, EncryptedTextField
from mentalspace.core.models import Record


class MeasureLink(Record):
    """A link to questionnaires, mailed to a client who needs no account. It works once; only its hash is kept."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="measure_links")
    instruments = ArrayField(
        models.CharField(max_length=40), help_text="Keys, in the order they are asked in."
    )
    token_hash = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField(help_text="From then on it no longer works.")
    answered_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "measure_links"
        verbose_name = "link to questionnaires"
        verbose_name_plural = "links to questionnaires"
        indexes = [models.Index(fields=["client", "-created_at"], name="measure_links_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(revoked_at__isnull=True),
                name="measure_links_one_end",
            ),
            models.CheckConstraint(condition=Q(instruments__len__gte=1), name="measure_links_ask_something"),
        ]

    def __str__(self) -> str:
        return f"Link of {self.created_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Can it still be answered?"""
        return self.answered_at is None and self.revoked_at is None and clock.now() < self.expires_at


class Measure(Record):
    """One instrument, answered on one day by one client; entered by `entered_by`, or by the client through `link`.

    Its row never changes, except that it can be marked once as entered in error. `raises_risk` is kept beside the
    sealed answers so that what waits for a response is found; it stays whatever becomes of the row.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="measures")
    instrument = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    taken_on = models.DateField(help_text="The day on which it was answered, on the practice's calendar.")
    answers = EncryptedJSONField(scope="client_id")
    result = EncryptedJSONField(scope="client_id")
    raises_risk = models.BooleanField(default=False)
    entered_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    link = models.ForeignKey(
        MeasureLink, on_delete=models.PROTECT, null=True, blank=True, related_name="measures"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = EncryptedTextField(scope="client_id", blank=True)

    class Meta:
        db_table = "measures"
        indexes = [
            models.Index(fields=["client", "instrument", "taken_on"], name="measures_client_course"),
            models.Index(fields=["created_at"], condition=Q(raises_risk=True), name="measures_risk"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True, link__isnull=False)
                | Q(entered_by__isnull=False, link__isnull=True),
                name="measures_by_staff_or_link",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="measures_voided_with_reason",
            ),
            models.UniqueConstraint(fields=["link", "instrument"], name="measures_once_by_link"),
        ]

    def __str__(self) -> str:
        return f"{self.asked.name}, {self.taken_on:%Y-%m-%d}"

    @property
    def asked(self) -> Instrument:
        """The instrument in the version that was answered."""
        return instrument(self.instrument, self.version)

    @property
    def outcome(self) -> Result:
        """The score as it was computed when the answers came."""
        return Result.read(self.result, risk=self.raises_risk)

    @property
    def is_open_risk(self) -> bool:
        """Did an answer tell of risk, and has nobody signed what was done? Asks unless the response was selected."""
        return self.raises_risk and not hasattr(self, "response")


class RiskResponse(models.Model):
    """What a clinician did about an answer that told of risk, signed; it can be neither changed nor deleted.

    `digest` is the SHA-256, in hex, of measure, text, signer and time.
    """

    measure = models.OneToOneField(
        Measure, on_delete=models.PROTECT, primary_key=True, related_name="response"
    )
    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    content = EncryptedTextField(scope="measure.client_id")
    printed_name = models.CharField(max_length=255)
    license = models.CharField("license", max_length=140, blank=True)
    signed_at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "measure_risk_responses"
        verbose_name = "response to a risk answer"
        verbose_name_plural = "responses to risk answers"

    def __str__(self) -> str:
        return f"Response {self.signed_at:%Y-%m-%d}"
