"""What files are, and how they came."""

from django.db.models import TextChoices


class FileKind(TextChoices):
    """What a file of a chart is. The office's papers come first; the rest belongs to the clinical record."""

    INSURANCE_CARD = "insurance_card", "Insurance card"
    IDENTIFICATION = "identification", "Photo ID"
    SIGNED_FORM = "signed_form", "Signed paper form"
    FINANCIAL = "financial", "Proof of income, fee agreement"
    LETTER = "letter", "Letter"
    REFERRAL = "referral", "Referral"
    LAB = "lab", "Lab result"
    PREVIOUS_RECORDS = "previous_records", "Records from elsewhere"
    TESTING = "testing", "Test or questionnaire on paper"
    COURT = "court", "Court paper"
    SCHOOL = "school", "School paper"
    ART = "art", "Client’s drawing or writing"
    PHOTO = "photo", "Photo"
    OTHER = "other", "Other"


# What the front desk takes in and billers look at; everything else is clinical.
OF_THE_OFFICE = frozenset(
    {FileKind.INSURANCE_CARD, FileKind.IDENTIFICATION, FileKind.SIGNED_FORM, FileKind.FINANCIAL}
)


class FileOrigin(TextChoices):
    """How a version came into the chart."""

    CHOSEN = "chosen", "Scanned or received"
    PHOTOGRAPHED = "photographed", "Photographed"
    TYPED = "typed", "Typed"


class FileType(TextChoices):
    """What is kept: media types."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "JPEG picture"
    PNG = "image/png", "PNG picture"
    WEBP = "image/webp", "WebP picture"
    TEXT = "text/plain", "Text"


ENDINGS = {
    FileType.PDF: "pdf",
    FileType.JPEG: "jpg",
    FileType.PNG: "png",
    FileType.WEBP: "webp",
    FileType.TEXT: "txt",
}
