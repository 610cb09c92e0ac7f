"""ICD-10-CM: the shipped release is searched by code, words and abbreviations; only billable codes are offered."""

import datetime as dt
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from documents import diagnoses
from documents.answers import problems
from documents.errors import SomethingMissing
from documents.forms_data import SHIPPED
from documents.icd10 import releases, search
from documents.icd10.models import Icd10Release
from documents.models import Document
from documents.services import save_draft, sign_document
from tests.cast import Cast
from tests.documents.conftest import SOAP

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 5, 4)
TABULAR = """<?xml version="1.0" encoding="utf-8"?>
<ICD10CM.tabular><chapter><name>5</name><section id="F40-F48">
  <diag><name>F41</name><desc>Other anxiety disorders</desc>
    <diag><name>F41.1</name><desc>Worry that does not end</desc>
      <inclusionTerm><note>Anxiety state</note></inclusionTerm></diag>
  </diag>
  <diag><name>S06.0</name><desc>Concussion</desc>
    <sevenChrDef><extension char="A">initial encounter</extension><extension char="S">sequela</extension></sevenChrDef>
  </diag>
</section></chapter></ICD10CM.tabular>
"""


def codes(text: str, day: dt.date = DAY) -> list[str]:
    return [found.code for found in search.find(text, day)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("GAD", ["F41.1"]),
        ("PTSD", ["F43.10", "F43.11", "F43.12"]),
        ("ptsd chronic", ["F43.12"]),
        ("mdd recurrent moderate", ["F33.1"]),
        ("ADHD combined", ["F90.2"]),
        ("OCD", ["F42.2", "F42.3"]),
        ("BPD", ["F60.3"]),
        ("F41.1", ["F41.1"]),
        ("f411", ["F41.1"]),
        ("F43.1", ["F43.10", "F43.11", "F43.12"]),
        ("generalized anx", ["F41.1"]),
        ("relationship spouse", ["Z63.0"]),
        ("dysthymia", ["F34.1"]),
        ("persistent depressive", ["F34.1"]),
        ("ocpd", ["F60.5"]),
        ("type 2 diabetes without complications", ["E11.9"]),
    ],
)
def test_the_likeliest_code_comes_first(typed, first):
    assert codes(typed)[: len(first)] == first


@pytest.mark.parametrize("typed", ["", " ", "f", "zzzz", "F41.1 xyz"])
def test_what_fits_nothing_finds_nothing(typed):
    assert codes(typed) == []


def test_a_category_is_no_code():
    release = releases.on(DAY)
    assert release.text_of("F41") is None
    assert release.text_of("F41.1") == "Generalized anxiety disorder"
    assert all(not codes(found.code)[1:] for found in search.find("f4", DAY, most=8))


def test_the_codes_known_by_heart_are_in_the_release():
    release = releases.on(DAY)
    assert {code: release.text_of(code) for code in diagnoses.COMMON} == diagnoses.COMMON


def test_the_next_release_counts_from_its_first_day(tmp_path: Path):
    file = tmp_path / "tabular.xml"
    file.write_text(TABULAR, encoding="utf-8")
    said = io.StringIO()
    call_command("icd10", "load", str(file), "--from", "2026-10-01", stdout=said)
    assert "2026-10-01 to 2027-09-30: 3 codes, tabular.xml" in said.getvalue()
    october = dt.date(2026, 10, 1)
    assert codes("anxiety", october) == ["F41.1"]
    assert [str(found) for found in search.find("s060", october)] == [
        "S06.0XXA Concussion, initial encounter",
        "S06.0XXS Concussion, sequela",
    ]
    assert codes("ptsd", october) == []
    assert codes("ptsd", dt.date(2026, 9, 30)) == ["F43.10", "F43.11", "F43.12"]
    with pytest.raises(CommandError, match="loaded already"):
        call_command("icd10", "load", str(file), "--from", "2026-10-01", stdout=said)
    releases._opened.pop(october)


def test_a_file_that_is_no_tabular_list_is_refused(tmp_path: Path):
    file = tmp_path / "other.xml"
    file.write_text("<a></a>", encoding="utf-8")
    with pytest.raises(CommandError, match="holds no codes"):
        call_command("icd10", "load", str(file), "--from", "2026-10-01")


def test_a_release_never_changes():
    with pytest.raises(DatabaseError), transaction.atomic():
        Icd10Release.objects.update(source="Another")
    with pytest.raises(DatabaseError), transaction.atomic():
        Icd10Release.objects.all().delete()


def test_clinicians_search_and_others_do_not(cast: Cast):
    browser = Browser()
    browser.force_login(cast.therapist)
    answer = browser.get(reverse("documents:diagnosis_search"), {"q": "gad", "on": "2026-05-04"})
    assert answer.json() == {"found": ["F41.1 Generalized anxiety disorder"]}
    browser.force_login(cast.biller)
    assert browser.get(reverse("documents:diagnosis_search"), {"q": "gad"}).status_code == 403


def test_a_note_is_signed_with_billable_codes_only(cast: Cast, draft: Document):
    answers = {**SOAP, "diagnoses": [{"code": "F41", "text": "Other anxiety disorders"}]}
    saved = save_draft(actor=cast.therapist, document_id=draft.pk, version=draft.version, answers=answers)
    with pytest.raises(SomethingMissing):
        sign_document(actor=cast.therapist, document_id=draft.pk)
    browser = Browser()
    browser.force_login(cast.therapist)
    page = browser.get(reverse("documents:document_sign", args=[draft.pk])).content.decode()
    assert "F41 is no complete ICD-10-CM code that is valid on 03/04/2026." in page
    save_draft(actor=cast.therapist, document_id=draft.pk, version=saved.version, answers=SOAP)
    assert sign_document(actor=cast.therapist, document_id=draft.pk).is_signed


def test_each_note_is_judged_by_the_release_of_its_own_day(cast: Cast, tmp_path: Path) -> None:
    """The next release ends F43.10: a session before it is still coded so, one after it is not."""
    file = tmp_path / "tabular.xml"
    file.write_text(TABULAR, encoding="utf-8")
    soap = next(form for form in SHIPPED if form.key == "progress_soap")
    ended = {**SOAP, "diagnoses": [{"code": "F43.10", "text": "Post-traumatic stress disorder, unspecified"}]}

    def said(day: dt.date) -> list[str]:
        return [each.text for each in problems(soap, ended, day=day)]

    before, after = dt.date(2026, 9, 30), dt.date(2026, 10, 1)
    assert (said(before), said(after)) == ([], [])
    call_command("icd10", "load", str(file), "--from", "2026-10-01", stdout=io.StringIO())
    try:
        refused = ["F43.10 is no complete ICD-10-CM code that is valid on 10/01/2026."]
        assert (said(before), said(after)) == ([], refused)
    finally:
        releases._opened.pop(after)
