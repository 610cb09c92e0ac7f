"""Administrators change the practice's settings; what does not fit is said at the field and kept."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from billing.defaults import BillingDefaults
from documents.defaults import NoteDefaults
from mentalspace.core import practice
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.settings_forms import SectionForm
from tests.cast import Cast


def url(section: str) -> str:
    return reverse("workspace:settings_section", args=[section])


def values(cls: type[practice.Section]) -> dict[str, object]:
    """What the page's form posts when nothing is changed."""
    form = SectionForm(practice.get(cls))
    posted: dict[str, object] = {}
    for name in form.fields:
        value = form[name].value()
        if value is True:
            posted[name] = "on"
        elif value is not None and value is not False:
            posted[name] = value
    return posted


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("invoice_start", "", "Fill this in."),
        (
            "invoice_prefix",
            "IN\x07V-",
            "This text holds an invisible control character. Type it again, or paste it as plain text.",
        ),
    ],
)
def test_fields_answer_as_on_every_form(
    cast: Cast, client: Browser, name: str, typed: str, sentence: str
) -> None:
    client.force_login(cast.admin)
    answer = client.post(url("billing"), {**values(BillingDefaults), name: typed})
    assert answer.context["form"].errors == {name: [sentence]}


@pytest.mark.parametrize("section", sorted(practice.sections))
def test_every_section_shows_and_saves_unchanged(cast: Cast, client: Browser, section: str) -> None:
    client.force_login(cast.admin)
    assert client.get(url(section)).status_code == 200
    before = practice.get(practice.sections[section])
    answer = client.post(url(section), values(practice.sections[section]))
    assert (answer.status_code, answer.headers["Location"]) == (302, url(section))
    assert practice.get(practice.sections[section]) == before


def test_a_change_is_stored_and_recorded(cast: Cast, client: Browser) -> None:
    client.force_login(cast.admin)
    client.post(url("notes"), {**values(NoteDefaults), "due_days": "5"})
    assert practice.get(NoteDefaults).due_days == 5
    event = AuditEvent.objects.get(verb="settings.changed")
    assert (event.actor, event.changes["due_days"]) == (cast.admin, [3, 5])


def test_what_does_not_fit_is_said_at_the_field_and_kept(cast: Cast, client: Browser) -> None:
    client.force_login(cast.admin)
    answer = client.post(url("notes"), {**values(NoteDefaults), "due_days": "500"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="500"' in page
    assert "less than or equal to 60" in page
    assert practice.get(NoteDefaults).due_days == 3


def test_money_is_read_as_people_write_it(cast: Cast, client: Browser) -> None:
    client.force_login(cast.admin)
    client.post(url("billing"), {**values(BillingDefaults), "no_show_fee": "$1,075.50"})
    assert str(practice.get(BillingDefaults).no_show_fee) == "1075.50"


def test_an_unknown_section_is_not_found(cast: Cast, client: Browser) -> None:
    client.force_login(cast.admin)
    assert client.get(url("no-such")).status_code == 404


def test_a_stored_value_that_no_longer_fits_falls_back(db: None) -> None:
    practice.save(NoteDefaults())
    from mentalspace.core.models import PracticeSetting

    PracticeSetting.objects.filter(section="notes").update(values={"due_days": "soon", "warn_days": 9})
    assert (practice.get(NoteDefaults).due_days, practice.get(NoteDefaults).warn_days) == (3, 9)


@pytest.mark.parametrize("role", ["supervisor", "therapist", "associate", "biller", "front_desk"])
def test_nobody_else_opens_them(cast: Cast, client: Browser, role: str) -> None:
    client.force_login(cast.by_role()[role])
    assert client.get(url("notes")).status_code == 403
    assert client.post(url("notes"), {"due_days": "1"}).status_code == 403
    assert practice.get(NoteDefaults).due_days == 3
