"""Forms in the database: loaded with the migrations, frozen once published."""

import pytest
from django.db import DatabaseError, transaction

from documents.choices import FormState
from documents.definitions import FormDefinition
from documents.designs import catalogue, shipping
from documents.designs.models import FormVersion
from documents.forms_data import SHIPPED, short_notes
from mentalspace.core import clock

pytestmark = pytest.mark.django_db


def in_use(key: str) -> FormVersion:
    return FormVersion.objects.get(key=key, state=FormState.PUBLISHED)


def with_title(form: FormDefinition, title: str, number: int) -> FormDefinition:
    return form.model_copy(update={"title": title, "version": number})


def release(monkeypatch: pytest.MonkeyPatch, *further: FormDefinition) -> list[FormVersion]:
    """A later release, which comes with further versions."""
    monkeypatch.setattr(shipping, "SHIPPED", (*SHIPPED, *further))
    return shipping.load()


def of_the_practice(key: str, title: str) -> FormVersion:
    """A version that the practice made and uses."""
    before = in_use(key)
    FormVersion.objects.filter(pk=before.pk).update(state=FormState.RETIRED)
    row = FormVersion(
        key=key,
        number=before.number + 1,
        state=FormState.PUBLISHED,
        position=before.position,
        published_at=clock.now(),
    )
    row.form = with_title(before.form, title, row.number)
    catalogue.forget(key, row.number)
    row.save()
    return row


def test_what_comes_with_the_project_is_loaded():
    rows = FormVersion.objects.exclude(shipped=None)
    assert {(row.key, row.number): row.form for row in rows} == {
        (form.key, form.version): form for form in SHIPPED
    }
    newest = {form.key: form.version for form in SHIPPED}
    assert {row.key: row.number for row in rows if row.state == FormState.PUBLISHED} == newest
    assert shipping.load() == []


def test_the_catalogue_reads_every_version_and_offers_those_in_use():
    for form in SHIPPED:
        assert catalogue.definition(form.key, form.version) == form
    assert catalogue.definition("free", 99) is None
    assert [form.key for form in catalogue.menu()] == list(dict.fromkeys(form.key for form in SHIPPED))
    assert [form.version for form in catalogue.menu() if form.key == "free"] == [2]


def test_a_warm_catalogue_asks_once(django_assert_num_queries):
    catalogue.menu()
    with django_assert_num_queries(1):
        catalogue.menu()
    with django_assert_num_queries(0):
        catalogue.definition("intake", 2)


def test_a_later_release_takes_the_place_of_the_one_before(monkeypatch):
    form = with_title(short_notes.FORMS[0], "Call", 2)
    (added,) = release(monkeypatch, form)
    assert (added.number, added.shipped, in_use("contact_note")) == (2, 2, added)
    assert catalogue.definition("contact_note", 1) == short_notes.FORMS[0]


def test_a_later_release_leaves_what_the_practice_made_in_use(monkeypatch):
    own = of_the_practice("contact_note", "Our own")
    (added,) = release(monkeypatch, with_title(short_notes.FORMS[0], "Call", 2))
    assert (added.number, added.shipped, added.state) == (3, 2, FormState.RETIRED)
    assert in_use("contact_note") == own
    assert added.form.version == 3


def test_a_later_release_does_not_bring_back_what_was_retired(monkeypatch):
    FormVersion.objects.filter(key="contact_note").update(state=FormState.RETIRED)
    release(monkeypatch, with_title(short_notes.FORMS[0], "Call", 2))
    assert not FormVersion.objects.filter(key="contact_note", state=FormState.PUBLISHED).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"definition": lambda row: with_title(row.form, "Other", row.number).model_dump(mode="json")},
        {"key": lambda row: "other"},
        {"number": lambda row: 77},
        {"state": lambda row: FormState.DRAFT},
        {"published_at": lambda row: clock.now()},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_published_never_changes(change):
    row = in_use("intake")
    values = {name: value(row) for name, value in change.items()}
    with pytest.raises(DatabaseError), transaction.atomic():
        FormVersion.objects.filter(pk=row.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        FormVersion.objects.filter(pk=row.pk).delete()
    row.refresh_from_db()
    assert row.form == next(form for form in SHIPPED if (form.key, form.version) == ("intake", row.number))


def test_only_one_version_is_in_use():
    retired = FormVersion.objects.get(key="intake", number=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        FormVersion.objects.filter(pk=retired.pk).update(state=FormState.PUBLISHED)
