"""A chart as one PDF, with a contents page."""

from typing import Any

from documents.consents import papers
from documents.consents.badges import consent_badge
from documents.export.choosing import Chosen
from documents.integrity import Record
from documents.papers import document_paper
from documents.reading import reading_of
from mentalspace.core import clock, formatting
from mentalspace.core.pdf import render_pdf


def chart_pdf(chosen: Chosen) -> bytes:
    """Every document as its own paper shows it, then the tables of appointments and measures."""
    client, zone = chosen.client, clock.zone()
    days = [formatting.date(day) if day else "" for day in (chosen.first, chosen.last)]
    about = [("Client", client.display_name), ("Client number", f"C-{client.number}")]
    data: dict[str, Any] = {
        "title": "Chart",
        "about": about,
        "facts": [
            ("Client", client.display_name),
            ("Client number", f"C-{client.number}"),
            ("Date of birth", formatting.date(client.date_of_birth)),
            ("From", days[0]),
            ("To", days[1]),
            ("Exported", formatting.instant(clock.now(), zone)),
            ("Exported by", str(chosen.actor)),
            ("Documents", str(len(chosen.records))),
        ],
        "documents": [_document(chosen, record) for record in chosen.records],
        "consents": [papers.paper(each) for each in chosen.consents if each.settled_at],
        "tables": [_appointments(chosen), _measures(chosen), _consents(chosen), _files(chosen)],
    }
    return render_pdf("documents/pdf/chart.typ", data)


def _document(chosen: Chosen, record: Record) -> dict[str, Any]:
    document = record.document
    paper = document_paper(record, reading_of(document), chosen.errors.get(document.pk))
    state = "" if document.is_signed else document.get_status_display()
    return {
        **paper,
        "heading": f"{formatting.date(document.service_date)} {document.title}",
        "state": state,
        # The sealed text goes along with the paper of the document alone, and in the folder.
        "sealed_document": "",
    }


def _appointments(chosen: Chosen) -> dict[str, Any]:
    zone = clock.zone()
    rows = [
        [
            formatting.instant(each.start_time, zone),
            each.get_type_display(),
            each.staff.full_name,
            each.get_status_display(),
        ]
        for each in chosen.appointments
    ]
    return {
        "title": "Appointments",
        "head": ["Time", "Type", "Clinician", "State"],
        "rows": rows,
        "widths": [3, 3, 3, 2],
    }


def _consents(chosen: Chosen) -> dict[str, Any]:
    rows = [
        [
            each.title,
            consent_badge(each, each.request).text,
            formatting.instant_date(each.signed_at, clock.zone()) if each.signed_at else "",
            formatting.date(each.expires_on) if each.expires_on else "",
        ]
        for each in chosen.consents
    ]
    return {
        "title": "Consents",
        "head": ["Form", "State", "Signed", "Holds until"],
        "rows": rows,
        "widths": [4, 2, 2, 2],
    }


def _measures(chosen: Chosen) -> dict[str, Any]:
    rows = [
        [
            formatting.date(each.taken_on),
            each.asked.name,
            "" if each.asked.is_level else f"{each.outcome.score:g}",
            each.outcome.band + (" (entered in error)" if each.voided_at else ""),
        ]
        for each in chosen.measures
    ]
    return {
        "title": "Measures",
        "head": ["Day", "Questionnaire", "Score", "Result"],
        "rows": rows,
        "widths": [2, 2, 1, 4],
    }


def _files(chosen: Chosen) -> dict[str, Any]:
    rows = [
        [
            formatting.date(each.dated_on),
            each.get_kind_display(),
            each.title + (" (entered in error)" if each.voided_at else ""),
            str(each.versions.all()[0].number),
            each.versions.all()[0].digest,
        ]
        for each in chosen.papers
    ]
    return {
        "title": "Files",
        "head": ["Date", "Kind", "Title", "Version", "SHA-256"],
        "rows": rows,
        "widths": [2, 3, 4, 1, 5],
    }
