"""A form of the practice's own, the draft of another, and texts that clinicians insert while writing."""

from documents.choices import DocumentType, FormState
from documents.definitions import FormSection
from documents.designs import outline, services
from documents.designs.models import FormVersion
from documents.forms_data.builders import long, one, short
from documents.snippets.services import create_snippet
from mentalspace.workspace.demo.people import People

CALL = FormSection(key="call", title="The call", fields=(
    short("caller", "Who called", required=True),
    long("what_happened", "What happened", required=True, rows=4),
    one("danger", "Danger now", "None", "Possible", "Immediate", required=True, safe=("none",)),
    long("risk_action", "Action taken on risk", required_at_risk=True, rows=3),
    one("agreed", "Agreed on", "Session moved up", "Call again tomorrow", "Emergency services", "Hospital", other=True,
        required=True),
))  # fmt: skip
SHARED = (
    ("crisis", "Gave {client} the number of the Suicide and Crisis Lifeline, 988, and agreed when to call it."),
    ("telehealth", "{Client} was alone in a private room; {they} {has} agreed to meet by video and said where {they} {is}."),
    ("late-cancel", "Called {client} about the missed session and offered {them} the next free time."),
)  # fmt: skip
OWN = (
    ("grounding", "", "Practiced grounding (5-4-3-2-1). {Client} rated {their} distress before and after."),
    ("sleep-diary", "tasks", "{Client} keeps a sleep diary until the next session and brings it along."),
    (
        "homework",
        "tasks",
        "Homework: one page of the thought record on {their} most difficult moment of the week.",
    ),
)


def make_own_forms(people: People) -> None:
    """Published by the administrator; the next contact note is on its way."""
    admin = people.staff["admin"].user
    form = services.create_form(actor=admin, title="Crisis call", kind=DocumentType.CONTACT_NOTE)
    form = services.change_form(
        actor=admin,
        form_id=form.pk,
        version=form.version,
        change=lambda old: old.model_copy(update={"sections": (CALL,), "plan_section": CALL.key}),
    )
    services.publish_form(actor=admin, form_id=form.pk, version=form.version)
    contact = FormVersion.objects.get(key="contact_note", state=FormState.PUBLISHED)
    draft = services.begin_version(actor=admin, form_id=contact.pk)
    services.change_form(
        actor=admin,
        form_id=draft.pk,
        version=draft.version,
        change=lambda old: outline.added(old, ("contact",), short("called_back", "Number to call back")),
    )


def make_snippets(people: People) -> None:
    """The practice's, and the demo therapist's own."""
    for name, text in SHARED:
        create_snippet(actor=people.staff["admin"].user, name=name, question="", text=text, shared=True)
    for name, question, text in OWN:
        create_snippet(actor=people.staff["therapist"].user, name=name, question=question, text=text)
