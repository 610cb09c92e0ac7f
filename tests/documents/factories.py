"""Documents: drafts of a session note of their own appointment."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from documents.choices import DocumentType
from documents.models import Document
from tests.scheduling.factories import AppointmentFactory


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
