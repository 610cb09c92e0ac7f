"""Documents: drafts of a session note of their own appointment."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from documents.choices import DocumentType
from documents.models import Document, FormVersion, Measure, MeasureLink
from mentalspace.core import clock
from tests.clients.factories import ClientFactory
from tests.scheduling.factories import AppointmentFactory
from tests.staff.factories import StaffFactory


class DocumentFactory(DjangoModelFactory[Document]):
    class Meta:
        model = Document

    appointment = factory.SubFactory(AppointmentFactory)
    client = factory.SelfAttribute("appointment.client")
    staff = factory.SelfAttribute("appointment.staff")
    type = DocumentType.PROGRESS_NOTE
    title = "Progress note"
    service_date = date(2026, 3, 2)
    due_on = date(2026, 3, 5)


class MeasureFactory(DjangoModelFactory[Measure]):
    """A GAD-7 of 7 points, entered by a clinician."""

    class Meta:
        model = Measure

    client = factory.SubFactory(ClientFactory)
    entered_by = factory.SubFactory(StaffFactory)
    instrument = "gad7"
    version = 1
    taken_on = date(2026, 3, 2)
    answers = factory.LazyFunction(lambda: {f"q{place}": 1 for place in range(1, 8)})
    result = factory.LazyFunction(lambda: {"score": 7, "band": "Mild", "tone": "info", "findings": []})


class RiskFactory(MeasureFactory):
    """A PHQ-9 whose last question says that somebody must ask."""

    instrument = "phq9"
    raises_risk = True
    answers = factory.LazyFunction(lambda: {f"q{place}": int(place == 9) for place in range(1, 10)})
    result = factory.LazyFunction(
        lambda: {"score": 1, "band": "Minimal", "tone": "success", "findings": ["Question 9 was answered."]}
    )


class MeasureLinkFactory(DjangoModelFactory[MeasureLink]):
    """An open one to a GAD-7."""

    class Meta:
        model = MeasureLink

    client = factory.SubFactory(ClientFactory)
    instruments = factory.LazyFunction(lambda: ["gad7"])
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=7))


class FormDraftFactory(DjangoModelFactory[FormVersion]):
    """A form of the practice's own, not published: one section with one question."""

    class Meta:
        model = FormVersion

    key = factory.Sequence(lambda n: f"own_form_{n}")
    number = 1
    position = 90
    definition = factory.LazyAttribute(
        lambda row: {
            "key": row.key,
            "version": 1,
            "type": "contact_note",
            "title": "Crisis call",
            "sections": [
                {
                    "key": "section",
                    "title": "The call",
                    "fields": [{"key": "what", "label": "What happened", "kind": "long"}],
                }
            ],
        }
    )
