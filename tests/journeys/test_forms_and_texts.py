"""A question is added to a form, then asked; a kept text and a diagnosis go into a note. All by the keyboard."""

from __future__ import annotations

import re

import pytest
import time_machine
from playwright.sync_api import expect

from documents.choices import DocumentType, FormState
from documents.designs import services
from documents.designs.models import FormVersion
from documents.models import Document
from documents.services import start_document
from documents.snippets.services import create_snippet
from tests.cast import Cast
from tests.journeys.conftest import AtWork
from tests.journeys.work import said

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_from_a_forms_question_to_its_answer(
    at_work: AtWork, practice: Cast, clock: time_machine.Traveller
) -> None:
    discharge = FormVersion.objects.get(key="discharge_summary", state=FormState.PUBLISHED)
    draft = services.begin_version(actor=practice.admin, form_id=discharge.pk)
    practice.client.pronouns = "she/her"
    practice.client.save(update_fields=["pronouns"])
    create_snippet(actor=practice.therapist, name="calm", question="", text="{Client} says {they} {is} calm.")
    create_snippet(actor=practice.therapist, name="call", question="aftercare", text="Call.")

    page = at_work("admin").open(f"/forms/{draft.pk}/edit/")
    page.get_by_role("link", name="Add a question to Discharge").focus()
    page.keyboard.press("Enter")
    form = page.locator("dialog[open] form.form")
    expect(form.get_by_label("Choices")).to_be_hidden()
    form.get_by_label("Kind").select_option("one")
    form.get_by_label("Question").fill("Told the referrer?")
    form.get_by_label("Choices").fill("Yes\nNo")
    form.get_by_role("button", name="Save question").focus()
    page.keyboard.press("Enter")
    said(page, "The question was added.")
    page.get_by_role("link", name="Publish").focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open]").get_by_role("button", name="Publish").focus()
    page.keyboard.press("Enter")
    said(page, "The form is in use.")

    note = start_document(actor=practice.therapist, client=practice.client, type=DocumentType.DISCHARGE)
    page = at_work("therapist").open(f"/documents/{note.pk}/edit/")
    page.get_by_role("group", name="Told the referrer?").get_by_label("Yes").focus()
    page.keyboard.press("Space")
    course = page.get_by_label(re.compile("^Course of treatment"))
    course.focus()
    page.keyboard.type("Went well. ;ca")
    expect(page.locator("#snippet-list [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(course).to_have_value("Went well. Clara says she is calm.")
    page.locator("[data-codes] input").first.focus()
    page.keyboard.type("gad")
    expect(page.locator("[data-code-list] [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-codes] input").first).to_have_value("F41.1 Generalized anxiety disorder")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-said]")).to_have_text(re.compile("^Saved"))
    saved = Document.objects.get(pk=note.pk)
    assert saved.answers == {
        "told_the_referrer": "yes",
        "course": "Went well. Clara says she is calm.",
        "diagnoses": [{"code": "F41.1", "text": "Generalized anxiety disorder"}],
    }
