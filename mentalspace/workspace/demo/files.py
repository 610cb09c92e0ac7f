"""Papers in the charts of the demo's clinicians: cards, letters, a lab result in two versions, one in the wrong chart."""

import io
from datetime import timedelta
from typing import NamedTuple

import typst
from PIL import Image, ImageDraw

from clients.models import Client
from documents.files import storing
from documents.files.choices import FileKind, FileOrigin, FileType
from documents.files.contents import Content, Sent, small_picture
from documents.models import ClientFile, FileVersion
from mentalspace.core import formatting
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from staff.models import Staff


class Paper(NamedTuple):
    """A letter on somebody's paper; `lines` with {client}, {day} and {born} to be filled in."""

    kind: FileKind
    title: str
    name: str
    sender: str
    lines: tuple[str, ...]
    age: int


PAPERS = (
    Paper(
        FileKind.REFERRAL, "Referral from primary care", "referral.pdf", "Piedmont Example Family Medicine",
        ("Re: {client}, born {born}", "Thank you for seeing this patient for evaluation and treatment of low mood and "
         "poor sleep over the past four months.", "Medical work-up was unremarkable; results are attached to the "
         "portal. No psychotropic medication at present.", "With kind regards,", "D. Example, MD"), 70,
    ),
    Paper(
        FileKind.LAB, "Thyroid panel", "lab_result.pdf", "Example Laboratories, Atlanta",
        ("Patient: {client}    Date of birth: {born}", "Collected: {day}", "TSH            2.14   mIU/L    0.45 – 4.50",
         "Free T4        1.20   ng/dL    0.82 – 1.77", "Vitamin B12    412    pg/mL    232 – 1245",
         "All values within the reference range."), 55,
    ),
    Paper(
        FileKind.PREVIOUS_RECORDS, "Discharge summary, Example Hospital", "records.pdf", "Example Hospital, Records",
        ("Patient: {client}    Date of birth: {born}", "Admitted and discharged last year; follow-up with outpatient "
         "psychotherapy was recommended.", "Medicines at discharge: none.",
         "Released under an authorization signed by the patient."), 90,
    ),
    Paper(
        FileKind.COURT, "Order about attendance", "order.pdf", "Municipal Court of Exampleville",
        ("In the matter of {client}", "The party named above shall attend counseling and provide proof of attendance "
         "within ninety days.", "So ordered, {day}."), 40,
    ),
)  # fmt: skip


def make_files(make: Maker, people: People) -> None:
    """The first clients of the demo's therapist have most; every fourth active client has an insurance card."""
    desk, own = people.staff["frontdesk"], people.staff["therapist"]
    mine = [client for client in people.active if people.clinician_of[client.pk] == own][:3]
    files: list[ClientFile] = []
    versions: list[FileVersion] = []
    for place, client in enumerate([*mine, *people.active[::12]]):
        card = _file(make, client, desk, FileKind.INSURANCE_CARD, "Insurance card, front", 100)
        files.append(card)
        versions += _kept(card, [_card(client)], FileOrigin.PHOTOGRAPHED, "IMG_0412.jpg")
        if client not in mine:
            continue
        for paper in PAPERS[: 4 - place]:
            file = _file(make, client, own, paper.kind, paper.title, paper.age)
            contents = [_letter(make, client, paper)]
            if paper.kind == FileKind.LAB:
                contents.append(_letter(make, client, paper, "Corrected report; replaces the one before."))
            files.append(file)
            versions += _kept(file, contents, FileOrigin.CHOSEN, paper.name)
    wrong = files[-1]
    wrong.voided_at, wrong.voided_by = make.days_ago(3), wrong.added_by
    wrong.void_reason = "Scanned into the wrong chart."
    store(files)
    store(versions)


def _file(make: Maker, client: Client, staff: Staff, kind: FileKind, title: str, age: int) -> ClientFile:
    file = ClientFile(id=make.id(), client=client, kind=kind, title=title, added_by=staff)
    file.dated_on = None if kind == FileKind.INSURANCE_CARD else make.today - timedelta(days=age + 4)
    return dated(file, make.days_ago(age))


def _kept(file: ClientFile, contents: list[Content], origin: FileOrigin, name: str) -> list[FileVersion]:
    with storing.kept(file.client_id, contents) as names:
        return [
            FileVersion(
                file=file, number=number, stored_as=stored, name=name, content_type=content.type, origin=origin,
                size=len(content.data), pages=content.pages, digest=content.digest, added_by=file.added_by,
                sent_digest=content.sent.digest, added_at=file.created_at + timedelta(hours=number),
            )
            for number, (content, stored) in enumerate(zip(contents, names, strict=True), start=1)
        ]  # fmt: skip


def _letter(make: Maker, client: Client, paper: Paper, further: str = "") -> Content:
    """A page, written by typst, whose text it takes as text."""
    day = formatting.long_date(make.today - timedelta(days=paper.age + 4))
    said = {"client": client.display_name, "born": formatting.date(client.date_of_birth), "day": day}
    lines = [line.format(**said) for line in (*paper.lines, further) if line]
    parts = [
        '#set page(paper: "us-letter", margin: 1in)',
        "#set text(size: 11pt)",
        "#set par(spacing: 1.4em)",
    ]
    parts += [f"#text(size: 17pt, weight: 600)[#{_quoted(paper.sender)}]", "#line(length: 100%)"]
    parts += [
        f"#{_quoted(day)}",
        *(f"#{_quoted(line)}" for line in lines),
        "#text(fill: gray)[Invented for the demo]",
    ]
    source = "\n\n".join(parts).encode()
    pdf, png = (typst.compile(source, format=how, ppi=72.0) for how in ("pdf", "png"))
    return Content(
        Sent(paper.name, bytes(pdf)),
        FileType.PDF,
        bytes(pdf),
        1,
        small_picture(Image.open(io.BytesIO(bytes(png)))),
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _card(client: Client) -> Content:
    """An insurance card as a phone sees it."""
    image = Image.new("RGB", (1000, 630), "#1d5b79")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1000, 140), fill="#f2f6f8")
    draw.text((40, 40), "Dogwood Mutual (demo)", fill="#1d5b79", font_size=56)
    for line, text in enumerate(
        (
            client.display_name,
            f"Member ID  DM{client.number:07d}",
            "Group  EX-4410",
            "Copay  $30 office visit",
        )
    ):
        draw.text((40, 200 + 90 * line), text, fill="white", font_size=48)
    made = io.BytesIO()
    image.save(made, "JPEG", quality=84)
    data = made.getvalue()
    return Content(Sent("IMG_0412.jpg", data), FileType.JPEG, data, 1, small_picture(image))
