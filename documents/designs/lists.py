"""The list of the practice's forms."""

from django.urls import reverse

from documents.badges import form_badge
from documents.designs.queries import Family
from mentalspace.core.cells import Badge, Cell, EmptyState
from mentalspace.core.lists import Column, ListPage


def _name(family: Family) -> Cell:
    row = family.shown
    own = "" if any(each.version.shipped for each in family.rows) else "The practice’s own"
    return Cell(row.form.title, url=reverse("documents:form_detail", args=[row.version.pk]), sub=own)


def _state(family: Family) -> Badge:
    return form_badge(family.shown.version.state)


def _version(family: Family) -> str:
    number = f"Version {family.shown.version.number}"
    further = family.draft is not None and family.draft is not family.shown
    return f"{number}, and a draft" if further else number


class FormList(ListPage):
    """Forms by what they are for, with how many documents were written with each."""

    title = "Forms"
    subtitle = "What clinicians write with. A document keeps the version that it was begun with."
    can_export = False
    page_size = 100
    empty = EmptyState("No forms yet", "They come with the next migration.")
    columns = (
        Column("name", "Form", cell=_name),
        Column("kind", "For", cell=lambda family: family.shown.form.type.label),
        Column("version", "Version", cell=_version),
        Column("state", "State", cell=_state),
        Column("documents", "Documents", cell=lambda family: str(family.documents), align="end"),
    )
