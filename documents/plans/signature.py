"""The client's signature on a treatment plan: drawn or typed on the screen, signed and sealed with the plan.

It holds for the text that was signed. Where the plan was changed afterwards it holds no more, and the client signs
again, or the plan says why not.
"""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.utils.html import format_html
from django.utils.safestring import SafeString

from documents import answers as answering
from documents import digest
from documents.choices import DocumentType
from documents.definitions import FormDefinition
from documents.models import Document
from mentalspace.core import clock, formatting

# The questions of a plan's form that this concerns.
TOOK_PART, WHY_NOT = "took_part", "took_part_reason"
AGREED = "agreed_and_signed"
# The size of the field that one draws in; what is drawn is kept as lines in it.
WIDTH, HEIGHT = 600, 200
LONGEST_DRAWING = 20_000
DRAWING = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+)+", re.ASCII)
INK = 'fill="none" stroke="#1d2a2b" stroke-width="3" stroke-linecap="round" stroke-linejoin="round"'


@dataclass(frozen=True, slots=True)
class ClientSignature:
    """Who signed, for whom, how, when (an ISO instant in UTC), from which address, and the digest of the text.

    `drawn` is the path of an SVG; empty where the typed name is the signature.
    """

    name: str
    relation: str
    drawn: str
    at: str
    address: str
    text: str

    @classmethod
    def of(cls, document: Document) -> Self | None:
        """The one on this document, whether it still holds or not."""
        kept = document.client_signature
        return cls(**kept) if kept else None

    def stored(self) -> dict[str, str]:
        """As the document keeps it."""
        return asdict(self)

    @property
    def signer(self) -> str:
        """`Clara Cole`, or `Ann Cole, parent or guardian`."""
        return f"{self.name}, {self.relation}" if self.relation else self.name

    @property
    def when(self) -> str:
        """As it is read."""
        return formatting.instant(datetime.fromisoformat(self.at), clock.zone())

    @property
    def how(self) -> str:
        """In a word."""
        return "drawn" if self.drawn else "typed"

    @property
    def image(self) -> SafeString | str:
        """What was drawn, for a page."""
        if not self.drawn:
            return ""
        return format_html(
            '<svg class="drawn-signature" viewBox="0 0 {} {}" role="img" aria-label="Drawn signature of {}">'
            '<path d="{}"/></svg>',
            WIDTH,
            HEIGHT,
            self.name,
            self.drawn,
        )

    @property
    def picture(self) -> str:
        """What was drawn, as a file of its own for paper; empty where nothing was."""
        if not self.drawn:
            return ""
        line = f'<path d="{self.drawn}" {INK}/>'
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{line}</svg>'


def text_digest(title: str, content: str) -> str:
    """Of what the client read, in hex."""
    return digest.of({"title": title, "content": content})


def agreed(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers of a plan that the client signs."""
    return {**{key: value for key, value in answers.items() if key != WHY_NOT}, TOOK_PART: AGREED}


def to_be_signed(document: Document, form: FormDefinition) -> str:
    """The digest of the text as it will stand with the client's signature."""
    return text_digest(document.title, answering.to_text(form, agreed(document.answers)))


def holds(document: Document) -> bool:
    """Did the client sign this very text?"""
    signature = ClientSignature.of(document)
    return signature is not None and signature.text == text_digest(document.title, document.content)


def asks_for_it(document: Document, form: FormDefinition) -> bool:
    """Is this a plan whose form asks how the client took part?"""
    return document.type == DocumentType.TREATMENT_PLAN and any(
        field.key == TOOK_PART for field in form.fields()
    )


def lacks(document: Document, form: FormDefinition) -> str:
    """Why a plan cannot be signed yet as far as the client goes, as a sentence; empty where nothing is missing."""
    if not asks_for_it(document, form) or not document.answers.get(TOOK_PART):
        return ""
    if document.answers[TOOK_PART] != AGREED:
        return "" if document.answers.get(WHY_NOT) else "Write why the client did not sign the plan."
    if not document.client_signature:
        return "The plan says that the client signed it. Let the client sign, or choose another answer and say why."
    if not holds(document):
        return "The plan was changed after the client signed it. Let the client sign again, or say why not."
    return ""


def settle(document: Document) -> None:
    """What its author signs carries the client's signature only where it holds."""
    if document.client_signature and not holds(document):
        document.client_signature = {}
