"""Values of the document tables."""

from django.db import models


class DocumentType(models.TextChoices):
    PROGRESS_NOTE = "progress_note", "Progress note"
    INTAKE = "intake", "Intake assessment"
    TREATMENT_PLAN = "treatment_plan", "Treatment plan"
    CONTACT_NOTE = "contact_note", "Contact note"
    MISSED_NOTE = "missed_note", "Missed or cancelled session"
    DISCHARGE = "discharge_summary", "Discharge summary"
    SAFETY_PLAN = "safety_plan", "Safety plan"
    CONSULTATION = "consultation", "Consultation"
    COLLATERAL = "collateral_contact", "Collateral contact"
    SUPERVISION = "supervision_note", "Supervision note"
    BILLING = "billing_note", "Billing note"
    FREE = "free", "Document"


class ClientFormType(models.TextChoices):
    """Forms that clients fill in and sign themselves; no document is written with them."""

    CONSENT = "consent", "Consent or client form"


def form_type(value: str) -> DocumentType | ClientFormType:
    """What a form is for. Raises ValueError."""
    return ClientFormType(value) if value in ClientFormType.values else DocumentType(value)


# Written about one session: they need its appointment, of the same client and clinician.
SESSION_TYPES = frozenset({DocumentType.PROGRESS_NOTE, DocumentType.INTAKE, DocumentType.MISSED_NOTE})


class DocumentStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PENDING_COSIGN = "pending_cosign", "Awaiting co-signature"
    SIGNED = "signed", "Signed"


class SignatureRole(models.TextChoices):
    AUTHOR = "author", "Author"
    COSIGNER = "cosigner", "Co-signer"


class NoteReminderKind(models.TextChoices):
    OWN = "own", "To the author"
    ESCALATION = "escalation", "To the supervisor"


class UnlockState(models.TextChoices):
    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"


class FormState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "In use"
    RETIRED = "retired", "Retired"
