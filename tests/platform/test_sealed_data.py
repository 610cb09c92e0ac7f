"""What people tell their therapist is not readable in the database, its dump, its logs or the uploads on the disk.

Every encrypted field of every model takes part: a new one fails here until this file knows how to make a row of it.
"""

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from clients.choices import Verdict
from clients.member_ids import normalised
from documents.models import SealKey
from mentalspace.core import clock
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.fields import EncryptedField, encrypted_fields
from mentalspace.core.crypto.migrating import SealColumns
from mentalspace.core.crypto.parts import SealedPartsField
from mentalspace.core.crypto.sealing import is_envelope
from mentalspace.core.crypto.storage import SealedFileStorage
from mentalspace.core.database import as_owner
from mentalspace.dev.postgres import SUPERUSER, find_binaries
from psychotherapy.models import PsychotherapyNote
from tests.accounts.factories import UserFactory
from tests.clients.factories import CareTeamFactory, ClientFactory, ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import (
    ClientFileFactory,
    ConsentFactory,
    DisclosureFactory,
    DocumentFactory,
    MeasureFactory,
    PacketSignerFactory,
    VersionFactory,
)
from tests.messaging.factories import MessageFactory
from tests.scheduling.factories import AppointmentFactory, WaitlistFactory
from tests.staff.factories import StaffFactory

# Nobody but its author reads a row of the one left out: tests/psychotherapy says the same of it.
FIELDS = [field for field in encrypted_fields() if field.model is not PsychotherapyNote]
CANARY = "Kanarienvogel-7f3a-im-Bergwerk"

# How to make a row of a model that has no factory, from the texts that are to stand in it.
MAKERS: dict[str, Callable[..., models.Model]] = {
    "billing.leftcopay": lambda **texts: of_visit("billing.LeftCopay", amount=30, reason="later", **texts),
    "clients.careteammember": CareTeamFactory.create,
    "clients.clientflag": lambda **texts: make(
        "clients.ClientFlag", client=ClientFactory.create(), kind="allergy", **texts
    ),
    "clients.clientprofile": ClientProfileFactory.create,
    "clients.clientstatuschange": lambda **texts: make(
        "clients.ClientStatusChange", client=ClientFactory.create(), from_status="active", to_status="on_hold", **texts
    ),
    "clients.emergencyaccess": lambda **texts: make(
        "clients.EmergencyAccess", client=ClientFactory.create(), user=UserFactory.create(),
        began_at=clock.now() - timedelta(hours=2), ends_at=clock.now() - timedelta(hours=1),
        reviewed_at=clock.now(), reviewed_by=UserFactory.create(), verdict=Verdict.values[0], **texts
    ),
    "crm.lead": LeadFactory.create,
    "crm.leadactivity": lambda **texts: make(
        "crm.LeadActivity", lead=LeadFactory.create(), kind="call", outcome="reached", **texts
    ),
    "crm.leadstatuschange": lambda **texts: make(
        "crm.LeadStatusChange", lead=LeadFactory.create(), from_status="new", to_status="contacted", **texts
    ),
    "documents.clientfile": lambda **texts: ClientFileFactory.create(
        voided_at=clock.now(), voided_by=StaffFactory.create(), **texts
    ),
    "documents.fileversion": VersionFactory.create,
    "documents.consent": lambda **texts: ConsentFactory.create(
        settled_at=clock.now(), signed_at=clock.now(), withdrawn_at=clock.now(), withdrawn_on=clock.today(), **texts
    ),
    "documents.consentsignature": lambda **texts: make(
        "documents.ConsentSignature", consent=ConsentFactory.create(), signer=PacketSignerFactory.create(),
        relation="client", digest="0" * 64, key=SealKey.objects.get(), seal="0", **texts
    ),
    "documents.disclosure": lambda **texts: DisclosureFactory.create(
        voided_at=clock.now(), voided_by=StaffFactory.create(), **texts
    ),
    "documents.packetsigner": PacketSignerFactory.create,
    "documents.document": DocumentFactory.create,
    "documents.documentaddendum": lambda **texts: make(
        "documents.DocumentAddendum", document=DocumentFactory.create(), staff=StaffFactory.create(), **texts
    ),
    "documents.documentversion": lambda **texts: of_return("documents.DocumentVersion", **texts),
    "documents.documentcomment": lambda **texts: of_return("documents.DocumentComment", section="plan", **texts),
    "documents.documenterror": lambda **texts: make(
        "documents.DocumentError", document=DocumentFactory.create(), marked_by=StaffFactory.create(), **texts
    ),
    "documents.documentreview": lambda **texts: make(
        "documents.DocumentReview", document=DocumentFactory.create(), reviewer=StaffFactory.create(), **texts
    ),
    "documents.measure": lambda **texts: MeasureFactory.create(
        voided_at=clock.now(), voided_by=StaffFactory.create(), **texts
    ),
    "documents.riskresponse": lambda **texts: make(
        "documents.RiskResponse", measure=MeasureFactory.create(raises_risk=True), staff=StaffFactory.create(), **texts
    ),
    "documents.snippet": lambda **texts: make("documents.Snippet", staff=StaffFactory.create(), name="calm", **texts),
    "documents.unlockrequest": lambda **texts: make(
        "documents.UnlockRequest", document=DocumentFactory.create(), requested_by=StaffFactory.create(), **texts
    ),
    "messaging.message": MessageFactory.create,
    "scheduling.appointment": lambda **texts: AppointmentFactory.create(overbooked=True, **texts),
    "scheduling.appointmentevent": lambda **texts: make(
        "scheduling.AppointmentEvent", appointment=AppointmentFactory.create(), to_status="scheduled", **texts
    ),
    "scheduling.waitlistentry": WaitlistFactory.create,
}  # fmt: skip
# Columns that never held a plain value, so that no migration has to seal any: of tables that began with them.
BORN_SEALED = {
    "emergency_accesses.reason", "emergency_accesses.note", "appointments.overbook_reason",
    "measures.answers", "measures.result", "measures.void_reason", "measure_risk_responses.content",
    "waitlist_entries.note", "document_versions.content", "document_versions.answers", "document_comments.content",
    "document_comments.answer", "document_errors.reason",
    "documents.client_signature",
    "consents.answers", "consents.content", "consents.decline_reason", "consents.withdrawal",
    "consent_signatures.name", "consent_signatures.drawn", "packet_signers.name", "packet_signers.email",
    "disclosures.what", "disclosures.recipient", "disclosures.address", "disclosures.purpose", "disclosures.reason",
    "disclosures.void_reason",
    "snippets.text", "left_copays.note",
    "client_files.title", "client_files.note", "client_files.void_reason", "client_file_versions.name",
}  # fmt: skip
# What a JSON field of a declared shape may hold.
SHAPED = {
    "insurance_info": [{"provider": "Acme", "policy_number": CANARY, "group_number": CANARY}],
    "medical_history": {"conditions": [CANARY], "family_history": CANARY},
    "custom_fields": {"Referred by": CANARY},
}


def of_return(model: str, **values: Any) -> models.Model:
    """Something that a supervisor leaves with a note that they return."""
    document = DocumentFactory.create()
    review = make(
        "documents.DocumentReview", document=document, reviewer=StaffFactory.create(), comment=CANARY
    )
    return make(model, review=review, document=document, **values)


def of_visit(model: str, **values: Any) -> models.Model:
    """Something that is noted at the desk of a visit."""
    visit = AppointmentFactory.create()
    return make(model, appointment=visit, client=visit.client, left_at=clock.now(), **values)


def make(model: str, **values: Any) -> models.Model:
    return apps.get_model(model)._default_manager.create(**values)


def canary(field: EncryptedField) -> Any:
    if isinstance(field, models.JSONField):
        return SHAPED.get(field.name, {"answer": CANARY, "nested": [{"deeper": CANARY}]})
    return CANARY


def plant() -> dict[str, models.Model]:
    """A row with the canary in every encrypted field of every model, by the model's label."""
    rows = {}
    for model in {field.model for field in FIELDS}:
        fields = [field for field in FIELDS if field.model is model]
        label = model._meta.label_lower
        assert label in MAKERS, f"Say in MAKERS how to make a row of {label}, which has encrypted fields."
        rows[label] = MAKERS[label](**{field.name: canary(field) for field in fields})
    return rows


def stored(field: EncryptedField) -> list[str]:
    """What the column holds, as the database would print it."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{field.column}"::text FROM "{field.model._meta.db_table}"')
        return [text for (text,) in cursor.fetchall() if text]


def sealed_texts(field: EncryptedField) -> list[str]:
    """What must be an envelope in the column: the whole value, or its parts."""
    if isinstance(field, SealedPartsField):
        return [entry[part] for text in stored(field) for entry in json.loads(text) for part in field.parts]
    return [text.strip('"') for text in stored(field)]


def dump() -> str:
    settings = connection.settings_dict
    command = [find_binaries() / "pg_dump", "-h", settings["HOST"], "-U", SUPERUSER, "-d", settings["NAME"]]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.django_db(transaction=True)
def test_a_dump_of_the_database_holds_none_of_the_canaries(caplog: pytest.LogCaptureFixture) -> None:
    rows = plant()
    data_keys.forget()
    for field in FIELDS:
        again = field.model._default_manager.get(pk=rows[field.model._meta.label_lower].pk)
        assert CANARY in str(getattr(again, field.attname))
    text = dump()
    assert all(str(row.pk) in text for row in rows.values())
    assert CANARY not in text
    # Nor in the spelling in which member numbers are looked up.
    assert normalised(CANARY) not in text.upper()
    assert CANARY not in caplog.text
    # The same search does find what is stored plainly.
    ClientFactory.create(first_name=CANARY)
    assert dump().count(CANARY) == 1


@pytest.mark.django_db
def test_every_encrypted_column_holds_envelopes() -> None:
    plant()
    for field in FIELDS:
        texts = sealed_texts(field)
        assert texts, field.named
        assert [text for text in texts if not is_envelope(text) and text not in ("{}", "[]")] == [], (
            field.named
        )


@pytest.mark.django_db
def test_an_upload_is_unreadable_on_the_disk_and_whole_when_opened(tmp_path: Path) -> None:
    storage = SealedFileStorage(location=tmp_path)
    name = storage.save("photos/one.webp", ContentFile(CANARY.encode() * 50))
    on_disk = (tmp_path / name).read_bytes()
    assert CANARY.encode() not in on_disk
    assert storage.open(name).read() == CANARY.encode() * 50


def sealings() -> list[tuple[str, SealColumns]]:
    """Each step of each migration that seals what was written before."""
    migrations = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    return [
        (f"{each.app_label}.{each.name}", operation)
        for each in migrations
        for operation in each.operations
        if isinstance(operation, SealColumns)
    ]


@pytest.mark.django_db(transaction=True)
def test_what_was_written_before_is_sealed_by_the_migration_and_opened_by_its_way_back() -> None:
    rows = plant()
    steps = [operation for _name, operation in sealings()]
    covered = {f"{step.table}.{column}" for step in steps for column in step.columns}
    assert covered | BORN_SEALED == {field.named for field in FIELDS}
    with as_owner():
        for step in steps:
            with connection.schema_editor() as editor:
                step.open(apps, editor)
    opened = [field for field in FIELDS if field.named not in BORN_SEALED]
    assert all(CANARY in text for field in opened for text in stored(field) if text not in ("{}", "[]"))
    with as_owner():
        for step in steps:
            with connection.schema_editor() as editor:
                step.seal(apps, editor)
    for field in FIELDS:
        assert not any(CANARY in text for text in stored(field))
        again = field.model._default_manager.get(pk=rows[field.model._meta.label_lower].pk)
        assert CANARY in str(getattr(again, field.attname))
