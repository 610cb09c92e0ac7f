"""Contact notes, missed sessions and free documents."""

from documents.choices import DocumentType
from documents.definitions import FormDefinition, FormSection
from documents.forms_data.builders import day, long, one, short, time

FORMS = (
    FormDefinition(
        key="contact_note", version=1, type=DocumentType.CONTACT_NOTE, title="Contact note",
        plan_section="outcome_section",
        sections=(
            FormSection(key="contact", title="Contact", fields=(
                one("contact_kind", "Kind of contact", "Call by the client", "Call by the clinician", "Message",
                    "Other provider", other=True, required=True),
                time("contact_time", "Time"),
                short("contact_with", "With whom"),
                one("purpose", "Purpose", "Scheduling", "Clinical", "Crisis", "Medication", "Insurance", "Follow-up",
                    other=True, required=True),
                long("summary_text", "Summary", required=True, rows=5),
            )),
            FormSection(key="outcome_section", title="Outcome", fields=(long("outcome", "Outcome"),)),
        ),
    ),
    FormDefinition(
        key="missed_note", version=1, type=DocumentType.MISSED_NOTE, title="Missed or cancelled session",
        sections=(
            FormSection(key="missed", title="Missed or cancelled", fields=(
                one("missed_reason", "Reason", "Cancelled 24 hours ahead", "Cancelled later", "No-show",
                    "Cancelled by the clinician", "Technical problem", other=True, required=True),
                one("fee", "Fee", "None", "Charged", "Waived"),
                long("waiver_reason", "Why the fee was waived", rows=2),
                day("rescheduled_to", "Rescheduled to"),
                long("remarks", "Remarks", help="What was done to reach the client, and any concern."),
            )),
        ),
    ),
    FormDefinition(
        key="free", version=1, type=DocumentType.FREE, title="Document",
        sections=(
            FormSection(key="text_section", title="Text", fields=(
                long("text", "Text", required=True, rows=20),
            )),
        ),
    ),
    # Version 2: called what it is, and says what it is about.
    FormDefinition(
        key="free", version=2, type=DocumentType.FREE, title="Miscellaneous note",
        sections=(
            FormSection(key="text_section", title="Text", fields=(
                short("about", "What it is about"),
                long("text", "Text", required=True, rows=20),
            )),
        ),
    ),
)  # fmt: skip
