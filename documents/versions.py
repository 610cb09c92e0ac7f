"""Every text of a document that its author signed, and what changed between two of them, word by word."""

import difflib
import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from documents import digest, facts
from documents.choices import DocumentStatus, SignatureRole
from documents.integrity import Record
from documents.models import Document, DocumentComment, DocumentReview, DocumentSignature, DocumentVersion
from documents.services.drafts import form_of

# With the space behind it: spaces alone are so frequent that comparing long texts by them takes seconds.
WORDS = re.compile(r"\s+|\w+\s*|[^\w\s]\s*")


@dataclass(frozen=True, slots=True)
class Version:
    """One text, with what was said of its sections, each by its title.

    `signature` is the author's; `review` says who returned it, and is None for the text that holds.
    """

    number: int
    text: str
    signature: DocumentSignature | None
    review: DocumentReview | None
    comments: Sequence[tuple[str, DocumentComment]]
    is_verified: bool

    @property
    def at(self) -> datetime | None:
        return self.signature.signed_at if self.signature else None


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text of a comparison; `mark` is "" where both say it, "old" or "new" where one does."""

    text: str
    mark: str = ""


def versions_of(record: Record) -> list[Version]:
    """The returned texts in their order, and the one that stands now. Two queries."""
    kept = {each.review_id: each for each in record.document.versions.all()}
    said = list(record.document.comments.order_by("pk"))
    titles = {section.key: section.title for section in form_of(record.document).sections}
    found: list[Version] = []
    since: datetime | None = None
    for review in reversed(record.reviews):
        signature = _author_of(record, since, review.returned_at)
        since = review.returned_at
        version = kept.get(review.pk)
        if version is None:
            continue  # returned before texts were kept
        document = _as_it_was(record.document, version)
        found.append(
            Version(
                len(found) + 1,
                facts.as_text(document),
                signature,
                review,
                [(titles.get(each.section, ""), each) for each in said if each.review_id == review.pk],
                signature is not None and signature.digest == digest.document_digest(document, [signature]),
            )
        )
    current = record.current[0] if record.current else None
    return [
        *found,
        Version(len(found) + 1, facts.as_text(record.document), current, None, [], record.is_verified),
    ]


def compared(old: str, new: str) -> Iterator[Piece]:
    """Both texts as one: what stayed, what went, what came."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("".join(before[i:j]))
            continue
        if i < j:
            yield Piece("".join(before[i:j]), "old")
        if k < m:
            yield Piece("".join(after[k:m]), "new")


def _as_it_was(document: Document, version: DocumentVersion) -> Document:
    """The document with the text of an earlier version; nothing to be saved."""
    former = copy(document)
    former.status = DocumentStatus.PENDING_COSIGN
    for name in ("title", "content", "answers", "form_key", "form_version", "signed_facts"):
        setattr(former, name, getattr(version, name))
    return former


def _author_of(record: Record, since: datetime | None, until: datetime) -> DocumentSignature | None:
    """The author's signature of one round."""
    signed = [
        each
        for each in record.signatures
        if each.role == SignatureRole.AUTHOR
        and (since is None or each.signed_at > since)
        and each.signed_at <= until
    ]
    return signed[-1] if signed else None
