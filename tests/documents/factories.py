"""Documents: drafts of a session note of their own appointment."""

import io
from datetime import date, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory
from PIL import Image

from documents.choices import DocumentType
from documents.disclosures.choices import DisclosureKind, Ground
from documents.files import storing
from documents.files.contents import Sent, read
from documents.models import (
    ClientFile,
    Consent,
    Disclosure,
    Document,
    FileVersion,
    FormVersion,
    Measure,
    MeasureLink,
    OwnInstrument,
    PacketRequest,
    PacketSigner,
)
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


class PacketRequestFactory(DjangoModelFactory[PacketRequest]):
    """Forms that a client was asked to sign."""

    class Meta:
        model = PacketRequest

    client = factory.SubFactory(ClientFactory)
    name = "Telehealth"


class PacketSignerFactory(DjangoModelFactory[PacketSigner]):
    """With a link that works."""

    class Meta:
        model = PacketSigner

    request = factory.SubFactory(PacketRequestFactory)
    name = "Clara Cole"
    email = "clara@clients.example"
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=14))


class ConsentFactory(DjangoModelFactory[Consent]):
    """A consent to telehealth that nobody has signed."""

    class Meta:
        model = Consent

    request = factory.SubFactory(PacketRequestFactory)
    client = factory.SelfAttribute("request.client")
    form_key = "consent_telehealth"
    form_version = 1
    title = "Consent to telehealth"


class DisclosureFactory(DjangoModelFactory[Disclosure]):
    """A letter to a court."""

    class Meta:
        model = Disclosure

    client = factory.SubFactory(ClientFactory)
    disclosed_by = factory.SubFactory(StaffFactory)
    released_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=2))
    kind = DisclosureKind.LETTER
    what = "Letter about attendance"
    recipient = "Superior Court of Example County"
    purpose = "File 26-1234"
    ground = Ground.COURT
    reason = "Order of the court"


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


def picture(kind: str = "PNG", color: str = "teal", size: tuple[int, int] = (60, 40), **fields: Any) -> bytes:
    """A picture of one colour."""
    made = io.BytesIO()
    Image.new("RGB", size, color).save(made, kind, **fields)
    return made.getvalue()


class ClientFileFactory(DjangoModelFactory[ClientFile]):
    """A lab result, without a version; `VersionFactory` makes both."""

    class Meta:
        model = ClientFile

    client = factory.SubFactory(ClientFactory)
    kind = "lab"
    title = "Thyroid panel"
    added_by = factory.SubFactory(StaffFactory)


class VersionFactory(DjangoModelFactory[FileVersion]):
    """The first version of a file: a small picture, in the storage."""

    class Meta:
        model = FileVersion

    file = factory.SubFactory(ClientFileFactory)
    number = 1
    added_by = factory.SelfAttribute("file.added_by")
    origin = "chosen"
    name = "scan.png"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        content = read(Sent("scan.png", picture()))
        with storing.kept(kwargs["file"].client_id, [content]) as (name,):
            stored = {
                "stored_as": name,
                "content_type": content.type,
                "size": len(content.data),
                "digest": content.digest,
                "sent_digest": content.sent.digest,
            }
            return super()._create(model_class, *args, **stored | kwargs)


def own_definition(**said: Any) -> dict[str, Any]:
    """Four questions of 0 to 4 points, two of them reversed, in two bands."""
    choices = ("Never", "Almost never", "Sometimes", "Fairly often", "Very often")
    return {
        "name": "Stress-4",
        "title": "Stress in four questions",
        "intro": "In the last month, how often",
        "choices": [{"points": points, "label": label} for points, label in enumerate(choices)],
        "questions": [
            {"text": "did things pile up?"},
            {"text": "did you feel on top of things?", "reverse": True},
            {"text": "did things go your way?", "reverse": True},
            {"text": "were you unable to cope?"},
        ],
        "bands": [
            {"start": 0, "name": "Usual", "tone": "success"},
            {"start": 8, "name": "High", "tone": "warning"},
        ],
    } | said


class OwnInstrumentFactory(DjangoModelFactory[OwnInstrument]):
    """A draft."""

    class Meta:
        model = OwnInstrument

    key = factory.Sequence(lambda n: f"own_stress_{n}")
    number = 1
    definition = factory.LazyFunction(own_definition)
