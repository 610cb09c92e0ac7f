"""What somebody who signs a consent reads: its text with the practice's and the client's names, and the answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from clients.models import Client
from documents import digest
from documents.answers import Answers, Line, Part
from documents.answers.reading import part_text, read_section
from documents.definitions import FormDefinition
from documents.models import Consent
from mentalspace.core import formatting, practice
from scheduling.defaults import ScheduleDefaults

Content = list[dict[str, Any]]


def blanks(client: Client) -> dict[str, str]:
    """What is filled into the texts, by what stands there."""
    own = practice.get(practice.PracticeProfile)
    place = " ".join(part for part in (own.state, own.zip_code) if part)
    return {
        "{practice}": own.name,
        "{phone}": formatting.phone(own.phone) or "the number on our letters",
        "{address}": ", ".join(part for part in (own.street, own.city, place) if part),
        "{client}": client.legal_name,
        "{notice_hours}": str(practice.get(ScheduleDefaults).notice_hours),
    }


def filled(form: FormDefinition, client: Client) -> FormDefinition:
    """The form with its texts as this client reads them."""
    words = blanks(client)

    def said(text: str) -> str:
        for blank, word in words.items():
            text = text.replace(blank, word)
        return text

    sections = tuple(each.model_copy(update={"text": said(each.text)}) for each in form.sections)
    return form.model_copy(update={"sections": sections})


def content_of(form: FormDefinition, answers: Answers) -> Content:
    """The whole of a filled form with its answers, as it is signed and kept."""
    return [
        {
            "title": section.title,
            "lines": [
                *([{"label": "", "text": section.text}] if section.text else []),
                *(
                    {"label": line.label, "text": _flat(line)}
                    for line in read_section(section, answers).lines
                ),
            ],
        }
        for section in form.sections
    ]


def _flat(line: Line) -> str:
    return part_text(Part("", "", [replace(line, label="")])) if line.entries else line.text


def parts_of(content: Content) -> list[Part]:
    """What was signed, for a page or paper."""
    return [
        Part(
            str(place),
            section["title"],
            [
                Line(line["label"], line["text"], long=not line["label"] or "\n" in line["text"])
                for line in section["lines"]
            ],
        )
        for place, section in enumerate(content)
    ]


def digest_of(content: Content) -> str:
    """SHA-256 of a text, in hex."""
    return digest.of({"content": content})


def seen(consent: Consent, form: FormDefinition) -> str:
    """Stands for what a page showed: the settled text, or the text of the filled form before any answer."""
    return digest_of(consent.content if consent.settled_at else content_of(form, {}))


def plain(content: Sequence[dict[str, Any]]) -> str:
    """As text, for files."""
    blocks = []
    for section in content:
        lines = [
            f"{each['label']}: {each['text']}" if each["label"] else each["text"] for each in section["lines"]
        ]
        blocks.append("\n".join([section["title"].upper(), *lines]))
    return "\n\n".join(blocks)
