"""The notes of one group session, member by member, as far as they are the actor's to write."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import User
from documents import answers as answering
from documents import queries, rules
from documents.choices import SESSION_TYPES, DocumentStatus, DocumentType
from documents.definitions import FormDefinition
from documents.designs import catalogue
from documents.groups.naming import named, shared_keys
from documents.models import Document
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment

FORM = "progress_group"
ABSENT = frozenset({AppointmentStatus.NO_SHOW, AppointmentStatus.LATE_CANCELLED})
NOT_THERE = ABSENT | {AppointmentStatus.CANCELLED, AppointmentStatus.RESCHEDULED}


@dataclass(frozen=True, slots=True)
class MemberNote:
    """A member's appointment with their note, if it was begun."""

    appointment: Appointment
    document: Document | None

    @property
    def is_absent(self) -> bool:
        return self.appointment.status in NOT_THERE

    @property
    def is_written(self) -> bool:
        """Is there a note in the group's form?"""
        return self.document is not None and self.document.form_key == FORM

    @property
    def prefix(self) -> str:
        """Of the names of this member's inputs."""
        return f"m{self.appointment.pk.hex}"


@dataclass(frozen=True)
class GroupNote:
    """All of them, by the members' names."""

    members: tuple[MemberNote, ...]

    @cached_property
    def form(self) -> FormDefinition | None:
        """The one that the notes of this session are written with; None before the first."""
        found = next((each.document for each in self.members if each.is_written), None)
        return catalogue.definition(found.form_key, found.form_version) if found else None

    @cached_property
    def open(self) -> tuple[MemberNote, ...]:
        """Those whose draft of the group's note can be written now."""
        return tuple(each for each in self.members if each.document is not None and _is_open(each.document))

    @cached_property
    def shared(self) -> dict[str, Any]:
        """The text that most drafts share."""
        texts = [self.shared_of(each.document) for each in self.open if each.document]
        counted = Counter(answering.to_text(self.form, text) for text in texts) if self.form else Counter()
        most = counted.most_common(1)[0][0] if counted else ""
        return next((text for text in texts if self.form and answering.to_text(self.form, text) == most), {})

    @property
    def together(self) -> tuple[MemberNote, ...]:
        """Those whose draft has the shared text; who was written to alone keeps what stands there."""
        return tuple(
            each for each in self.open if each.document and self.shared_of(each.document) == self.shared
        )

    def shared_of(self, document: Document) -> dict[str, Any]:
        """What of a document's answers is shared."""
        keys = shared_keys(self.form) if self.form else set()
        return {key: value for key, value in document.answers.items() if key in keys}

    def private_of(self, document: Document) -> dict[str, Any]:
        """The rest."""
        keys = shared_keys(self.form) if self.form else set()
        return {key: value for key, value in document.answers.items() if key not in keys}

    @property
    def token(self) -> str:
        """Which drafts in which version this is: what the page sends back."""
        return ",".join(
            f"{each.appointment.pk.hex}.{each.document.version}" for each in self.open if each.document
        )

    def warnings(self) -> list[str]:
        """Names that stand where they should not, as sentences."""
        if self.form is None:
            return []
        clients = [each.appointment.client for each in self.members]
        found = [
            f"The text for everybody names {name}: it would stand in each member’s chart."
            for name in named(answering.to_text(self.form, self.shared), clients)
        ]
        for each in self.open:
            own = each.appointment.client
            if each.document is None:
                continue
            text = answering.to_text(self.form, self.private_of(each.document))
            others = [client for client in clients if client.pk != own.pk]
            found += [f"The part of {own.display_name} names {name}." for name in named(text, others)]
        return found


def group_note(actor: User, appointment: Appointment, *, lock: bool = False) -> GroupNote:
    """Of the members whose session the actor held. Two queries."""
    sessions = (
        rules.can_write_session_note.scope(actor)
        .filter(group_session=appointment.group_session)
        .select_related("client")
        .order_by("client__last_name", "client__first_name", "pk")
    )
    members = list(sessions) if appointment.group_session else []
    written = Document.objects.filter(
        queries.STANDS, appointment__in=members, type__in=SESSION_TYPES
    ).order_by("pk")
    if lock:
        written = written.select_for_update(of=("self",))
    notes = {
        note.appointment_id: note
        for note in written.select_related("client", "staff__user", "staff__supervisor", "appointment")
    }
    return GroupNote(tuple(MemberNote(each, notes.get(each.pk)) for each in members))


def _is_open(document: Document) -> bool:
    return (
        document.type == DocumentType.PROGRESS_NOTE
        and document.form_key == FORM
        and document.status == DocumentStatus.DRAFT
        and not rules.is_locked(document)
    )
