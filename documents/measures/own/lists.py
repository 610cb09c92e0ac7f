"""The list of the practice's own instruments."""

from django.urls import reverse

from documents.badges import form_badge
from documents.measures.own.models import OwnInstrument
from mentalspace.core.cells import Cell, EmptyState
from mentalspace.core.lists import Column, ListPage


def _name(row: OwnInstrument) -> Cell:
    return Cell(row.said.name, url=reverse("documents:instrument_detail", args=[row.pk]), sub=row.said.title)


class InstrumentList(ListPage):
    """Every version, by name."""

    title = "Instruments"
    subtitle = "The practice’s own, beside PHQ-9, PHQ-2, GAD-7, PCL-5, AUDIT-C and the C-SSRS screener."
    can_export = False
    page_size = 100
    default_sort = "name"
    empty = EmptyState(
        "No instruments of your own",
        "Questionnaires that the practice may use can be added here, with their scoring.",
    )
    columns = (
        Column("name", "Name", cell=_name, sort=("key", "-number")),
        Column("number", "Version", align="end"),
        Column("questions", "Questions", cell=lambda row: str(len(row.said.questions)), align="end"),
        Column("state", "State", cell=lambda row: form_badge(row.state)),
    )
