"""A chart that leaves: complete, readable by people and programs, without psychotherapy notes, and recorded."""

import hashlib
import io
import json
import shutil
import subprocess
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from documents.files.contents import Sent
from documents.files.services import Label, add_version, upload_files
from documents.models import Document
from mentalspace.core.models import AuditEvent
from tests.documents.conftest import CANARY
from tests.documents.factories import MeasureFactory, VersionFactory, picture
from tests.psychotherapy.factories import make_note

SECRET = "a dream of stairs without end"


@pytest.fixture
def chart(cast, whole, make_plan):
    """A signed note with an addendum, a signed plan, a measure, and a psychotherapy note that nobody may take along."""
    make_plan()
    MeasureFactory.create(client=cast.client, entered_by=cast.therapist.staff)
    make_note(cast.therapist, cast.client, text=SECRET)
    return cast.client


def exported(client, cast, chart, **chosen):
    client.force_login(cast.admin)
    return client.post(
        reverse("documents:chart_export", args=[chart.pk]),
        {"to": "client", "form": "zip", "drafts": "on", "with_files": "on", **chosen},
    )


def folder(answer):
    held = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    return {name: held.read(name) for name in held.namelist()}


def test_the_folder_holds_what_the_database_does(client, cast, chart, whole):
    files = folder(exported(client, cast, chart))
    documents = {
        held["id"]: held
        for name, text in files.items()
        if name.startswith("documents/")
        for held in [json.loads(text)]
    }
    assert set(documents) == {str(each.pk) for each in Document.objects.filter(client=chart)}
    note = documents[str(whole.pk)]
    stored = Document.objects.get(pk=whole.pk)
    assert (note["content"], note["answers"], note["digest"]) == (
        stored.content,
        stored.answers,
        stored.digest,
    )
    assert note["verified"] is True
    assert [each["digest"] for each in note["signatures"]] == [
        each.digest for each in stored.signatures.all()
    ]
    assert [each["content"] for each in note["addenda"]] == ["Client called back."]
    assert json.loads(note["sealed_document"]["document"])["content"] == stored.content
    assert [each["result"]["score"] for each in json.loads(files["measures.json"])] == [7]
    assert [each["id"] for each in json.loads(files["appointments.json"])] == [str(whole.appointment_id)]
    assert json.loads(files["client.json"])["last_name"] == chart.last_name


def test_the_manifest_names_every_file_with_its_digest(client, cast, chart):
    files = folder(exported(client, cast, chart))
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["sha256"] == {name: hashlib.sha256(held).hexdigest() for name, held in files.items()}
    assert manifest["client"] == str(chart.pk)


def test_files_go_along_with_every_version_as_they_are_kept(client, cast, chart):
    (file,) = upload_files(
        actor=cast.therapist,
        client_id=chart.pk,
        label=Label("lab", "Panel"),
        uploads=[Sent("a.png", picture())],
    )
    add_version(actor=cast.therapist, file_id=file.pk, upload=Sent("b.png", picture(color="red")))
    files = folder(exported(client, cast, chart))
    (told,) = json.loads(files["files.json"])
    assert (told["title"], [each["number"] for each in told["versions"]]) == ("Panel", [2, 1])
    for each in told["versions"]:
        assert hashlib.sha256(files[each["path"]]).hexdigest() == each["digest"]
    left = folder(exported(client, cast, chart, with_files=""))
    assert (json.loads(left["files.json"]), [name for name in left if name.startswith("files/")]) == ([], [])


def test_an_export_that_would_lack_a_file_says_so_instead(client, cast, chart):
    default_storage.delete(VersionFactory.create(file__client=chart).stored_as)
    answer = exported(client, cast, chart)
    assert answer.status_code == 422
    assert "not in the storage" in answer.content.decode()
    assert not AuditEvent.objects.filter(verb="chart.exported").exists()


def test_psychotherapy_notes_stay_behind(client, cast, chart):
    files = folder(exported(client, cast, chart))
    assert not any(SECRET.encode() in held for held in files.values())
    assert not any("psychotherapy" in name for name in files)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext to read the paper")
def test_the_pdf_has_contents_with_pages_and_every_text(client, cast, chart, tmp_path):
    answer = exported(client, cast, chart, form="pdf")
    assert answer["Content-Type"] == "application/pdf"
    (tmp_path / "chart.pdf").write_bytes(answer.getvalue())
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "chart.pdf", "-"], capture_output=True, check=True
    ).stdout.decode()
    contents = text.split("\f")[0]
    for heading in ("03/04/2026 Progress note", "03/04/2026 Treatment plan", "Appointments", "Measures"):
        assert heading in contents
    pages = text.split("\f")
    note = next(number for number, page in enumerate(pages, start=1) if CANARY in page)
    assert any("Progress note" in line and line.strip().endswith(str(note)) for line in contents.splitlines())
    for said in (CANARY, "Client called back.", "Sleep through the night", "GAD-7", "Page 1 of"):
        assert said in text


def test_a_chosen_part_is_that_part(client, cast, chart):
    of_kind = folder(exported(client, cast, chart, kinds=["treatment_plan"]))
    assert [name.split("-", 3)[3][:14] for name in of_kind if name.startswith("documents/")] == [
        "treatment_plan"
    ]
    later = folder(exported(client, cast, chart, first="03/05/2026"))
    assert not any(name.startswith("documents/") for name in later)
    assert json.loads(later["appointments.json"]) == []
    wrong = exported(client, cast, chart, first="03/05/2026", last="03/04/2026")
    assert wrong.status_code == 422


def test_drafts_go_along_or_stay(client, cast, chart, draft):
    count = lambda **chosen: sum(  # noqa: E731
        name.startswith("documents/") for name in folder(exported(client, cast, chart, **chosen))
    )
    before = Document.objects.filter(client=chart).count()
    Document.objects.create(
        client=chart, staff=cast.therapist.staff, type="free", title="Begun", service_date=draft.service_date
    )
    assert (count(), count(drafts="")) == (before + 1, before)


def test_an_export_is_recorded_and_only_administrators_have_one(client, cast, chart):
    exported(client, cast, chart).getvalue()
    event = AuditEvent.objects.get(verb="chart.exported")
    assert (event.client_id, event.changes["documents"]) == (chart.pk, ["", Document.objects.count()])
    for who in ("therapist", "supervisor", "associate", "biller", "front_desk"):
        client.force_login(getattr(cast, who))
        address = reverse("documents:chart_export", args=[chart.pk])
        assert client.get(address).status_code == 403
        assert client.post(address, {"form": "zip"}).status_code == 403
