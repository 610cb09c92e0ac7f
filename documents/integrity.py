"""Is a document still what was signed? Asked whenever one is read, printed or co-signed, and by `documents verify`."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from documents import digest
from documents.choices import DocumentStatus
from documents.models import Document, DocumentAddendum, DocumentReview, DocumentSeal, DocumentSignature
from documents.seals import sealing
from mentalspace.core import clock, formatting
from mentalspace.core.crypto.errors import CannotOpen

TEXT_CHANGED = "Its text, answers, author, signers or times are not what was signed."
SIGNATURE_MISSING = "Its signature is missing."
MADE_A_DRAFT = "It was signed, and stands there as a draft."
TIMES_CHANGED = "Its signer or its times are not those of its signature."
ADDENDUM_MISSING = "An addendum is missing."
CANNOT_OPEN = "It cannot be opened: what is stored was changed, or its key is gone."
# The author's time once was taken twice, a moment apart.
A_MOMENT = timedelta(seconds=5)


@dataclass
class Record:
    """A document with its signatures and addenda in order, and its returns, the latest first."""

    document: Document
    signatures: list[DocumentSignature]
    reviews: list[DocumentReview]
    addenda: list[DocumentAddendum]

    @cached_property
    def current(self) -> list[DocumentSignature]:
        """The signatures that hold."""
        return digest.since_returned(self.signatures, self.reviews)

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """What is not as it was signed, as sentences without clinical text."""
        try:
            found = [*_text(self), *_addenda(self), *_seals(self)]
        except CannotOpen:
            found = [CANNOT_OPEN]
        return tuple(dict.fromkeys(found))

    @property
    def seals(self) -> list[tuple[sealing.Signed, DocumentSeal | None]]:
        """Each signature and addendum with its seal; the seal is missing where it was signed before there were any."""
        signed: list[sealing.Signed] = [*self.signatures, *self.addenda]
        return [(each, getattr(each, "seal", None)) for each in signed]

    @property
    def is_sealed(self) -> bool:
        return all(seal is not None for _each, seal in self.seals)

    @property
    def is_verified(self) -> bool:
        """Signed, sealed, and as it was."""
        return bool(self.current) and self.is_sealed and not self.faults

    @property
    def sealed_later(self) -> datetime | None:
        """When it was sealed, if that was not when it was signed."""
        return max(
            (seal.sealed_at for each, seal in self.seals if seal and seal.sealed_at > digest.signed_at(each)),
            default=None,
        )


def records_of(documents: Sequence[Document]) -> list[Record]:
    """Documents with what stands under them, in three queries for all."""
    ids = [document.pk for document in documents]
    signatures, reviews, addenda = defaultdict(list), defaultdict(list), defaultdict(list)
    for signature in (
        DocumentSignature.objects.filter(document__in=ids).select_related("seal").order_by("signed_at", "pk")
    ):
        signatures[signature.document_id].append(signature)
    for review in (
        DocumentReview.objects.filter(document__in=ids).select_related("reviewer").order_by("-returned_at")
    ):
        reviews[review.document_id].append(review)
    for addendum in DocumentAddendum.objects.filter(document__in=ids).select_related("seal"):
        addenda[addendum.document_id].append(addendum)
    return [
        Record(document, signatures[document.pk], reviews[document.pk], digest.chained(addenda[document.pk]))
        for document in documents
    ]


def record_of(document: Document) -> Record:
    """One document with what stands under it; three queries."""
    return records_of([document])[0]


def _text(record: Record) -> Iterator[str]:
    document, current = record.document, record.current
    if document.status == DocumentStatus.DRAFT:
        if current or record.addenda:
            yield MADE_A_DRAFT
        return
    if not current:
        yield SIGNATURE_MISSING
        return
    if any(
        signature.digest != digest.document_digest(document, current[:place])
        for place, signature in enumerate(current, start=1)
    ):
        yield TEXT_CHANGED
    submitted = document.submitted_at
    if submitted is None or abs(submitted - current[0].signed_at) > A_MOMENT:
        yield TIMES_CHANGED
    if document.status == DocumentStatus.SIGNED:
        last = current[-1]
        if (document.signed_at, document.signed_by_id) != (last.signed_at, last.staff_id):
            yield TIMES_CHANGED
        if document.digest != last.digest:
            yield TEXT_CHANGED


def _addenda(record: Record) -> Iterator[str]:
    present = {each.digest for each in record.addenda}
    for each in record.addenda:
        if each.digest != digest.addendum_digest(each, record.document):
            yield f"The addendum of {_moment(each.created_at)} is not what was signed."
        if each.previous_digest and each.previous_digest not in present:
            yield ADDENDUM_MISSING


def _seals(record: Record) -> Iterator[str]:
    for each, seal in record.seals:
        if seal is not None and not sealing.holds(seal, each):
            yield f"The seal on what was signed {_moment(digest.signed_at(each))} does not verify."


def _moment(at: datetime) -> str:
    return formatting.instant(at, clock.zone())
