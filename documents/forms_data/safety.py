"""The safety plan: six steps, after Stanley and Brown, in our own words and layout."""

from documents.choices import DocumentType
from documents.definitions import FormDefinition, FormField, FormSection
from documents.forms_data.builders import day, items, long, one, short


def _people(key: str, label: str, item: str, *further: FormField, required: bool = False) -> FormField:
    return items(
        key, label, item, short(f"{key}_name", "Name", required=True), short(f"{key}_phone", "Telephone"), *further,
        required=required,
    )  # fmt: skip


STEPS = (
    FormSection(key="warning", title="1. Warning signs", fields=(
        long("warning_signs", "How do I notice that a crisis begins?", required=True, carry=True,
             help="Thoughts, pictures, moods, situations, behavior; in the client’s own words."),
    )),
    FormSection(key="coping", title="2. What I can do by myself", fields=(
        long("own_coping", "Things that take my mind off it without anybody else", required=True, carry=True),
    )),
    FormSection(key="distraction", title="3. People and places that distract me", fields=(
        _people("company", "People", "Person"),
        long("places", "Places", rows=2, carry=True),
    )),
    FormSection(key="asking", title="4. People I can ask for help", fields=(
        _people("helpers", "People who know and whom I may ask", "Person",
                short("helpers_relationship", "Relationship"), required=True),
    )),
    FormSection(
        key="professionals_section", title="5. Professionals and services",
        text="In danger of life: 911. Suicide and Crisis Lifeline, day and night: call or text 988.",
        fields=(
            _people("professionals", "Clinicians and services", "Contact", short("professionals_hours", "When"),
                    required=True),
            one("lifeline", "The client has the number 988", "Yes, saved in the telephone", "Yes, on paper", "Declined",
                required=True),
        ),
    ),
    FormSection(key="environment", title="6. Making the place safe", fields=(
        one("means", "Means at hand", "None identified", "Has access", required=True),
        long("safer_place", "What is put out of reach, by whom and until when", required=True, carry=True),
        short("reason_to_live", "What matters most to me", carry=True),
    )),
    FormSection(key="agreement", title="Agreement", fields=(
        day("safety_plan_date", "Date of the plan", required=True),
        one("client_copy", "The client’s copy", "Given on paper", "Sent", "Read out by telephone", "Declined",
            required=True),
        long("safety_remarks", "Remarks", rows=2),
    )),
)  # fmt: skip

FORMS = (
    FormDefinition(
        key="safety_plan", version=1, type=DocumentType.SAFETY_PLAN, title="Safety plan", plan_section="coping",
        sections=STEPS,
    ),
)  # fmt: skip
