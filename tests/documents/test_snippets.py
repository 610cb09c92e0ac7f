"""Kept texts: own and shared, offered while writing, with the client's name and pronouns."""

import html
import json

import pytest
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from documents.snippets.errors import NameTaken
from documents.snippets.models import Snippet
from documents.snippets.services import create_snippet, remove_snippet, update_snippet
from documents.snippets.words import words_for
from mentalspace.core.errors import NotPermitted
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def offered(user) -> list[str]:
    found = browser_of(user).get(reverse("documents:snippets_offered")).json()["snippets"]
    return [f"{each['name']}: {each['text']}" for each in found]


def keep(user, name="calm", text="Breathed with {them}.", **further) -> Snippet:
    return create_snippet(actor=user, name=name, question="", text=text, **further)


def test_one_sees_ones_own_and_the_practices(cast: Cast):
    keep(cast.therapist)
    keep(cast.stranger, text="Another’s.")
    keep(cast.admin, name="safety", text="Call 988.", shared=True)
    assert offered(cast.therapist) == ["calm: Breathed with {them}.", "safety: Call 988."]
    assert offered(cast.associate) == ["safety: Call 988."]
    page = browser_of(cast.therapist).get(reverse("documents:snippet_list")).content.decode()
    assert ("Breathed with" in page, "Another’s." in page) == (True, False)


def test_ones_own_text_hides_the_practices_of_that_name(cast: Cast):
    keep(cast.admin, name="Calm", text="Shared.", shared=True)
    keep(cast.therapist, text="Own.")
    assert offered(cast.therapist) == ["calm: Own."]


def test_a_name_is_given_once(cast: Cast):
    keep(cast.therapist)
    with pytest.raises(NameTaken):
        keep(cast.therapist, name="CALM")
    keep(cast.stranger)


def test_only_administrators_share_and_only_owners_change(cast: Cast):
    with pytest.raises(NotPermitted):
        keep(cast.therapist, shared=True)
    shared, own = keep(cast.admin, shared=True), keep(cast.therapist, name="own")
    for user, snippet in ((cast.therapist, shared), (cast.stranger, own), (cast.admin, own)):
        with pytest.raises(NotPermitted):
            update_snippet(actor=user, snippet_id=snippet.pk, name="x", question="", text="x")
        with pytest.raises(NotPermitted):
            remove_snippet(actor=user, snippet_id=snippet.pk)
    remove_snippet(actor=cast.admin, snippet_id=shared.pk)
    assert [each.name for each in Snippet.objects.all()] == ["own"]


def test_a_text_is_kept_changed_and_removed_on_its_pages(cast: Cast):
    browser = browser_of(cast.therapist)
    new = reverse("documents:snippet_create")
    values = {"name": "calm", "question": "plan_text", "text": "{They} breathed."}
    refused = browser.post(new, {**values, "text": "{Patient} breathed.", "name": "a b"})
    said = html.unescape(refused.content.decode())
    assert "{Patient} stands for nothing" in said
    assert "Use letters and digits, with hyphens between words." in said
    assert "{Patient} breathed." in said
    browser.post(new, values)
    row = Snippet.objects.get()
    assert (row.staff, row.name, row.question, row.text) == (
        cast.therapist.staff, "calm", "plan_text", "{They} breathed.",
    )  # fmt: skip
    browser.post(reverse("documents:snippet_edit", args=[row.pk]), {**values, "name": "breath"})
    assert Snippet.objects.get().name == "breath"
    browser.post(reverse("documents:snippet_remove", args=[row.pk]))
    assert not Snippet.objects.exists()


def test_what_the_administrator_keeps_is_shared(cast: Cast):
    browser_of(cast.admin).post(reverse("documents:snippet_create"), {"name": "calm", "text": "Calm."})
    assert Snippet.objects.get().staff is None
    assert browser_of(cast.biller).get(reverse("documents:snippet_list")).status_code == 403


@pytest.mark.parametrize(
    ("pronouns", "said"),
    [
        ("she/her", "she her has"),
        ("He/Him", "he him has"),
        ("they/them", "they them have"),
        ("ze/zir", "they them have"),
        ("", "they them have"),
    ],
)
def test_words_follow_the_clients_pronouns(pronouns, said):
    words = words_for(Client(first_name="Ada", preferred_name="Addie", pronouns=pronouns))
    assert words["client"] == "Addie"
    assert f"{words['they']} {words['them']} {words['has']}" == said


def test_the_editor_of_a_note_knows_the_words(cast: Cast, draft):
    page = (
        browser_of(cast.therapist).get(reverse("documents:document_edit", args=[draft.pk])).content.decode()
    )
    words = json.loads(html.unescape(page.split('data-words="')[1].split('"')[0]))
    assert words == words_for(cast.client)
