"""Administrators change forms in the browser: copy, change, preview, compare, publish, retire. No script is needed."""

import html
import re

import pytest
from django.test import Client as Browser
from django.urls import reverse

from documents.choices import DocumentType, FormState
from documents.definitions import FormField
from documents.designs import catalogue, outline, services
from documents.designs.comparing import lines_of
from documents.designs.errors import (
    AskedAlready,
    FormIncomplete,
    FormNeeded,
    ListNeedsQuestion,
    NotADraftForm,
)
from documents.designs.models import FormVersion
from documents.forms_data import SHIPPED
from documents.groups.naming import shared_keys
from documents.services import save_draft, start_document
from documents.services.drafts import form_of
from mentalspace.core.errors import NotPermitted, StaleVersion
from tests.cast import Cast
from tests.documents.factories import FormDraftFactory

pytestmark = pytest.mark.django_db
INTAKE = next(form for form in SHIPPED if form.key == "intake" and form.version == 2)
PLAN = next(form for form in SHIPPED if form.key == "treatment_plan")


@pytest.fixture
def desk(cast: Cast) -> Browser:
    """The administrator's browser."""
    browser = Browser()
    browser.force_login(cast.admin)
    return browser


@pytest.fixture
def draft_form(cast: Cast) -> FormVersion:
    """The next version of the contact note, begun."""
    in_use = FormVersion.objects.get(key="contact_note", state=FormState.PUBLISHED)
    return services.begin_version(actor=cast.admin, form_id=in_use.pk)


def address(name: str, row: FormVersion, *further: object) -> str:
    return reverse(f"documents:{name}", args=[row.pk, *further])


def question(row: FormVersion, **values: object) -> dict[str, object]:
    """What the page of a question posts."""
    return {"version": row.version, "label": "Danger", "kind": "one", "choices": "None\nSome", **values}


def labels(row: FormVersion) -> list[str]:
    row.refresh_from_db()
    return [field.label for field in row.form.fields()]


def test_the_list_says_how_many_documents_use_each(desk, cast, draft):
    page = desk.get(reverse("documents:form_list")).content.decode()
    rows = [re.sub(r"<[^>]+>", " ", row) for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)]
    soap = next(text for text in rows if "Progress note (SOAP)" in text)
    assert soap.split()[-1] == "1"
    assert "In use" in soap
    assert len([text for text in rows if "In use" in text]) == len(catalogue.menu().forms)


def test_a_form_of_ones_own_from_copy_to_document(desk, cast):
    made = desk.post(
        reverse("documents:form_create"),
        {"title": "Crisis call", "kind": "contact_note", "like": "contact_note"},
    )
    row = FormVersion.objects.get(state=FormState.DRAFT)
    assert made.url == address("form_edit", row)
    assert (row.key, row.number, row.form.title) == ("crisis_call", 1, "Crisis call")
    desk.post(
        address("form_section_create", row), {"version": row.version, "title": "Danger", "folded": "on"}
    )
    row.refresh_from_db()
    desk.post(
        address("form_question_create", row, "danger"),
        question(row, label="How great is the danger?", other="on", safe="None"),
    )
    row.refresh_from_db()
    (made_question,) = row.form.sections[-1].fields
    assert made_question.key == "how_great_is_the_danger"
    assert [choice.value for choice in made_question.choices] == ["none", "some", "other"]
    assert made_question.safe == ("none",)
    preview = desk.get(address("form_preview", row)).content.decode()
    assert "How great is the danger?" in preview
    assert preview.count('type="radio"') > 3
    desk.post(address("form_publish", row), {"version": row.version})
    note = start_document(
        actor=cast.therapist, client=cast.client, type=DocumentType.CONTACT_NOTE, form_key="crisis_call"
    )
    assert form_of(note).title == "Crisis call"


def test_new_documents_begin_with_the_new_version_and_drafts_keep_theirs(cast, draft_form):
    old = start_document(actor=cast.therapist, client=cast.client, type=DocumentType.CONTACT_NOTE)
    row = services.change_form(
        actor=cast.admin,
        form_id=draft_form.pk,
        version=draft_form.version,
        change=lambda form: form.model_copy(update={"title": "Call"}),
    )
    services.publish_form(actor=cast.admin, form_id=row.pk, version=row.version)
    new = start_document(actor=cast.therapist, client=cast.client, type=DocumentType.CONTACT_NOTE)
    assert (old.form_version, new.form_version) == (1, 2)
    saved = save_draft(
        actor=cast.therapist, document_id=old.pk, version=old.version, answers={"summary_text": "A"}
    )
    assert (saved.form_version, form_of(saved).title, form_of(new).title) == (1, "Contact note", "Call")


def test_what_does_not_fit_is_said_where_it_stands_and_kept(desk, draft_form):
    url = address("form_question_create", draft_form, "contact")
    page = desk.post(
        url, question(draft_form, label="Pain", kind="scale", choices="", minimum="5", maximum="1")
    )
    text = html.unescape(page.content.decode())
    assert page.status_code == 422
    assert "This is to be more than the least." in text
    assert 'value="Pain"' in text
    page = desk.post(url, question(draft_form, choices="Yes\nyes"))
    assert "Two choices say the same." in html.unescape(page.content.decode())
    page = desk.post(url, question(draft_form, safe="Never"))
    assert "“Never” is not among the choices." in html.unescape(page.content.decode())
    page = desk.post(url, question(draft_form, kind="diagnosis", choices=""))
    assert page.status_code == 302
    draft_form.refresh_from_db()
    page = desk.post(url, question(draft_form, kind="diagnosis", choices=""))
    assert AskedAlready.message in html.unescape(page.content.decode())


def test_two_administrators_do_not_overwrite_each_other(desk, draft_form):
    url = address("form_part_edit", draft_form, "contact.purpose")
    opened = html.unescape(desk.get(url).content.decode())
    assert 'value="Purpose"' in opened
    stale = question(draft_form, label="Mine")
    desk.post(url, question(draft_form, label="Theirs"))
    page = desk.post(url, stale)
    text = html.unescape(page.content.decode())
    assert StaleVersion.message in text
    assert 'value="Mine"' in text
    assert "Theirs" in labels(draft_form)
    [sent] = re.findall(r'name="version" value="(\d+)"', text)
    desk.post(url, {**stale, "version": sent})
    assert "Mine" in labels(draft_form)


def test_questions_move_and_go(desk, draft_form):
    before = labels(draft_form)
    desk.post(address("form_part_up", draft_form, "contact.purpose"), {"version": draft_form.version})
    moved = labels(draft_form)
    assert moved.index("Purpose") == before.index("Purpose") - 1
    desk.post(address("form_part_up", draft_form, "contact.purpose"), {"version": 1})
    assert labels(draft_form) == moved
    desk.post(address("form_part_remove", draft_form, "contact.purpose"), {"version": draft_form.version})
    assert labels(draft_form) == [label for label in before if label != "Purpose"]


def test_an_answer_keeps_its_key_when_its_words_change(desk, draft_form):
    url = address("form_part_edit", draft_form, "contact.purpose")
    choices = "Clinical\nScheduling\nIn a crisis"
    desk.post(url, question(draft_form, label="What for", kind="many", choices=choices, other="on"))
    draft_form.refresh_from_db()
    field = next(field for field in draft_form.form.fields() if field.label == "What for")
    assert field.key == "what_for"
    desk.post(
        address("form_part_edit", draft_form, "contact.what_for"),
        question(draft_form, label="Aim", kind="many", choices=choices),
    )
    draft_form.refresh_from_db()
    field = outline.part_at(draft_form.form, ("contact", "what_for"))
    assert isinstance(field, FormField)
    assert field.label == "Aim"
    assert [choice.value for choice in field.choices] == ["clinical", "scheduling", "in_a_crisis"]


def test_versions_are_compared_line_by_line(desk, cast, draft_form):
    services.change_form(
        actor=cast.admin,
        form_id=draft_form.pk,
        version=draft_form.version,
        change=lambda form: outline.removed(form, ("contact", "contact_with")),
    )
    page = html.unescape(desk.get(address("form_compare", draft_form, 1)).content.decode())
    assert re.findall(r"<del>.*?</span>(.*?)</del>", page) == ["With whom (line of text)"]
    assert re.findall(r"<ins>.*?</span>(.*?)</ins>", page) == []
    assert "1 line differs." in page
    assert desk.get(address("form_compare", draft_form, 9)).status_code == 404


def test_an_empty_section_is_not_published(cast):
    row = services.create_form(actor=cast.admin, title="Nothing yet", kind=DocumentType.FREE)
    with pytest.raises(FormIncomplete, match="asks nothing yet"):
        services.publish_form(actor=cast.admin, form_id=row.pk, version=row.version)
    with pytest.raises(StaleVersion):
        services.publish_form(actor=cast.admin, form_id=row.pk, version=row.version + 1)


def test_a_form_is_retired_and_an_earlier_version_put_in_use(cast, draft_form):
    services.publish_form(actor=cast.admin, form_id=draft_form.pk, version=draft_form.version)
    with pytest.raises(NotADraftForm):
        services.change_form(
            actor=cast.admin, form_id=draft_form.pk, version=draft_form.version, change=lambda form: form
        )
    services.retire_form(actor=cast.admin, form_id=draft_form.pk)
    assert catalogue.menu().get("contact_note") is None
    first = FormVersion.objects.get(key="contact_note", number=1)
    services.use_form(actor=cast.admin, form_id=first.pk)
    used = catalogue.menu().get("contact_note")
    assert used is not None
    assert used.version == 1
    intake = FormVersion.objects.get(key="intake", state=FormState.PUBLISHED)
    with pytest.raises(FormNeeded):
        services.retire_form(actor=cast.admin, form_id=intake.pk)


def test_only_administrators_change_forms(cast, draft_form):
    for user in (cast.therapist, cast.supervisor, cast.biller, cast.front_desk):
        browser = Browser()
        browser.force_login(user)
        assert browser.get(reverse("documents:form_list")).status_code == 403
        assert browser.get(address("form_edit", draft_form)).status_code == 403
        with pytest.raises(NotPermitted):
            services.publish_form(actor=user, form_id=draft_form.pk, version=draft_form.version)


def test_a_draft_is_discarded(desk, draft_form):
    desk.post(address("form_discard", draft_form))
    assert not FormVersion.objects.filter(pk=draft_form.pk).exists()


def test_lists_are_changed_from_inside():
    form = outline.removed(PLAN, ("goals_section", "goals", "objectives", "rating"))
    assert "rating" not in {
        field.key for field in outline.part_at(form, ("goals_section", "goals", "objectives")).fields
    }
    first, *others = [
        field.key for field in outline.part_at(PLAN, ("goals_section", "goals", "interventions")).fields
    ]
    for key in others:
        form = outline.removed(form, ("goals_section", "goals", "interventions", key))
    with pytest.raises(ListNeedsQuestion):
        outline.removed(form, ("goals_section", "goals", "interventions", first))
    assert outline.checked(form).sections[0] == PLAN.sections[0]


def test_a_new_key_is_nobody_elses():
    assert outline.free_key(INTAKE, ("summary",), "Mood") == "mood_2"
    assert outline.free_key(INTAKE, ("summary",), "Chief complaint other") == "chief_complaint_other_2"
    assert outline.free_key(INTAKE, ("summary",), "¿Qué pasó?") == "que_paso"
    assert outline.free_key(INTAKE, ("summary",), "…") == "part"


def test_the_editor_opens_for_every_form(desk, cast):
    for row in FormVersion.objects.filter(state=FormState.PUBLISHED):
        made = services.begin_version(actor=cast.admin, form_id=row.pk)
        page = html.unescape(desk.get(address("form_edit", made)).content.decode())
        assert all(field.label in page for field in row.form.fields())
        assert desk.get(address("form_preview", made)).status_code == 200


def test_a_draft_of_the_practice_is_valid():
    assert outline.faults(FormDraftFactory.create().form) == []


def test_the_group_note_says_which_sections_are_written_once(desk, cast):
    used = FormVersion.objects.get(key="progress_group", state=FormState.PUBLISHED)
    desk.post(reverse("documents:form_begin", args=[used.pk]))
    row = FormVersion.objects.get(key="progress_group", state=FormState.DRAFT)
    edit = reverse("documents:form_part_edit", args=[row.pk, "group"])
    assert re.search(r'name="shared"[^>]* checked', desk.get(edit).content.decode())
    desk.post(edit, {"version": row.version, "title": "The group today"})
    row.refresh_from_db()
    assert shared_keys(row.form) == set()
    desk.post(edit, {"version": row.version, "title": "The group today", "shared": "on"})
    row.refresh_from_db()
    assert shared_keys(row.form) == shared_keys(used.form)
    assert "The group today (once for the whole group)" in [line.text for line in lines_of(row.form)]
    # Risk is asked of each member, so its section is nobody else's.
    (own,) = [each.key for each in row.form.sections if any(field.key == "risk" for field in each.fields)]
    desk.post(
        reverse("documents:form_part_edit", args=[row.pk, own]),
        {"version": row.version, "title": "Member", "shared": "on"},
    )
    row.refresh_from_db()
    assert "“Risk” differs from member to member: ask it outside of what is written for the whole group." in (
        outline.faults(row.form)
    )


def test_other_forms_are_not_for_groups(desk, draft_form):
    page = desk.get(reverse("documents:form_section_create", args=[draft_form.pk])).content.decode()
    assert 'name="folded"' in page
    assert 'name="shared"' not in page
