"""Words and phrases in all that was written about a client, with the sentences they stand in."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from accounts.models import User
from clients.models import Client
from documents import rules
from documents.models import Document, DocumentAddendum
from mentalspace.core.folding import folded, folded_places

TERM = re.compile(r'"([^"]+)"?|(\S+)')
MOST_TERMS = 8
# Around a match: to the ends of its sentence, but no further than so many letters.
WIDTH = 160
END = re.compile(r"[.!?](?=\s)|\n")
PASSAGES = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a passage; `hit` is what was looked for."""

    text: str
    hit: bool = False


@dataclass(frozen=True)
class Found:
    """A document in which every term stands. Where they stand is looked for when somebody wants to see it."""

    document: Document
    text: str
    patterns: Sequence[re.Pattern[str]]

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where the terms stand in the text, in order."""
        return list(_hits(self.text, self.patterns))

    @property
    def passages(self) -> list[list[Piece]]:
        """The first sentences in which they stand."""
        return list(islice(_passages(self.text, self.places), PASSAGES))


def terms_of(words: str) -> list[str]:
    """`sleep "panic attack"` asks for a word and a phrase; all of them have to be there."""
    found = (" ".join((phrase or word).split()) for phrase, word in TERM.findall(words))
    return [term for term in dict.fromkeys(folded(each) for each in found) if term][:MOST_TERMS]


def find(actor: User, client: Client, words: str) -> list[Found]:
    """Documents of this chart that the actor may read and that hold every term, the latest first.

    A term is found at the beginning of words, however it is accented or capitalized, in titles, texts and addenda.
    Two queries, and one for the key.
    """
    terms = terms_of(words)
    if not terms:
        return []
    patterns = [re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, term.split()))) for term in terms]
    documents = list(
        rules.visible_documents(actor)
        .filter(client=client)
        .select_related("staff")
        .defer("answers", "signed_facts", "client_signature")
        .order_by("-service_date", "-created_at", "pk")
    )
    addenda = defaultdict(list)
    for addendum in DocumentAddendum.objects.filter(document__in=documents).order_by("created_at"):
        # Whose key opens it is the document's client, who is at hand.
        addendum.document = Document(pk=addendum.document_id, client_id=client.pk)
        addenda[addendum.document_id].append(addendum.content)
    found = (_found(each, "\n".join([each.content, *addenda[each.pk]]), patterns) for each in documents)
    return [each for each in found if each is not None]


def _found(document: Document, text: str, patterns: Sequence[re.Pattern[str]]) -> Found | None:
    plain, title = folded(text), folded(document.title)
    if not all(pattern.search(plain) or pattern.search(title) for pattern in patterns):
        return None
    return Found(document, text, patterns)


def _hits(text: str, patterns: Sequence[re.Pattern[str]]) -> list[tuple[int, int]]:
    """Where the terms stand in the text as it was written, in order, none within another."""
    plain, places = folded_places(text)
    spans = sorted(
        (places[match.start()], places[match.end() - 1] + 1)
        for pattern in patterns
        for match in pattern.finditer(plain)
    )
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _passages(text: str, hits: Sequence[tuple[int, int]]) -> Iterator[list[Piece]]:
    """The sentences in which the terms stand."""
    done = 0
    for start, end in hits:
        if start < done:
            continue
        before = [match.end() for match in END.finditer(text, max(0, start - WIDTH), start)]
        after = END.search(text, end, min(len(text), end + WIDTH))
        first = before[-1] if before else max(0, start - WIDTH)
        last = after.end() if after else min(len(text), end + WIDTH)
        done = last
        pieces, at = [], first
        for hit_start, hit_end in hits:
            if first <= hit_start and hit_end <= last:
                pieces += [Piece(text[at:hit_start]), Piece(text[hit_start:hit_end], hit=True)]
                at = hit_end
        pieces.append(Piece(text[at:last]))
        yield [piece for piece in pieces if piece.text]
