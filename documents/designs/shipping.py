"""Loading the forms that come with the project, after each migration: what is there already stays as it is."""

from django.db import transaction
from django.db.models import Max

from documents.choices import FormState
from documents.definitions import FormDefinition
from documents.designs import catalogue
from documents.designs.models import FormVersion
from documents.forms_data import SHIPPED
from mentalspace.core import clock


@transaction.atomic
def load() -> list[FormVersion]:
    """Add what is new, and put it in use unless the practice has a version of its own in use or retired the form.

    It gets its own number, or where the practice has used that the next one.
    """
    there = list(FormVersion.objects.select_for_update())
    known = {(row.key, row.shipped) for row in there}
    new = [form for form in SHIPPED if (form.key, form.version) not in known]
    return [_add(form) for form in new]


def _add(form: FormDefinition) -> FormVersion:
    versions = FormVersion.objects.filter(key=form.key)
    published = versions.exclude(state=FormState.DRAFT)
    in_use = published.filter(state=FormState.PUBLISHED).first()
    follows = not published.exists() or (in_use is not None and in_use.shipped is not None)
    last = versions.aggregate(number=Max("number"), position=Max("position"))
    number = max(form.version, (last["number"] or 0) + 1)
    if follows and in_use is not None:
        FormVersion.objects.filter(pk=in_use.pk).update(state=FormState.RETIRED)
    row = FormVersion(
        key=form.key,
        number=number,
        state=FormState.PUBLISHED if follows else FormState.RETIRED,
        position=last["position"] or SHIPPED.index(form) + 1,
        shipped=form.version,
        published_at=clock.now(),
    )
    row.form = form.model_copy(update={"version": number})
    catalogue.forget(form.key, number)
    row.save()
    return row
