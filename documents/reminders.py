"""Mails about notes: to their authors before and after they are due, and to supervisors about what stays undone.

They say how many and since when, and nothing of whom: mail is read on telephones and kept by strangers.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.choices import Role
from documents.choices import DocumentStatus, NoteReminderKind
from documents.defaults import NoteDefaults
from documents.models import Document, DocumentReading, NoteReminder
from documents.queries import STANDS, unwritten_sessions
from mentalspace.core import audit, clock, formatting, practice
from staff.choices import StaffStatus
from staff.models import Staff

SUBJECTS = {
    NoteReminderKind.OWN: "Notes to finish",
    NoteReminderKind.ESCALATION: "Overdue notes of people you supervise",
}


@dataclass
class Load:
    """What one clinician has to write or sign, and what waits for them to co-sign or read: how many by the day
    it is due."""

    own: Counter[date] = field(default_factory=Counter)
    to_cosign: Counter[date] = field(default_factory=Counter)
    to_read: Counter[date] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail to be: lines of plain words, and where they lead."""

    to: Staff
    kind: NoteReminderKind
    lines: tuple[str, ...]
    state: str


def letters() -> list[Letter]:
    """Everybody's mail of today: one at most to an author, one at most to a supervisor. Five queries."""
    people = {each.pk: each for each in Staff.objects.select_related("user", "supervisor__user")}
    loads = _loads(people)
    return [*_to_authors(people, loads), *_to_supervisors(people, loads)]


def send(letter: Letter) -> bool:
    """Mail it unless that was done today. True if a mail left; raises what the mail server raises."""
    address = letter.to.user.email
    link = f"{settings.PUBLIC_URL}{reverse('documents:note_list')}?state={letter.state}"
    said = {"letter": letter, "link": link if settings.PUBLIC_URL else ""}
    try:
        with transaction.atomic():
            # A second worker waits here until the first has mailed, and then finds the row.
            NoteReminder.objects.create(staff=letter.to, kind=letter.kind, sent_on=clock.today())
            send_mail(
                SUBJECTS[letter.kind], render_to_string("documents/mail/notes.txt", said), None, [address]
            )
            audit.record(
                actor=None, verb="notes.reminded", obj=letter.to, changes={"kind": ["", letter.kind.value]}
            )
    except IntegrityError:
        return False
    return True


def _loads(people: dict[UUID, Staff]) -> dict[UUID, Load]:
    """By clinician; sessions without a note count as notes due so many days after them."""
    loads = {key: Load() for key in people}
    due_days = timedelta(days=practice.get(NoteDefaults).due_days)
    unsigned = Document.objects.filter(STANDS, due_on__isnull=False).exclude(status=DocumentStatus.SIGNED)
    for staff_id, status, due_on in unsigned.values_list("staff_id", "status", "due_on"):
        assert due_on is not None  # noqa: S101 - filtered above
        supervisor = people[staff_id].supervisor_id
        if status == DocumentStatus.DRAFT:
            loads[staff_id].own[due_on] += 1
        elif supervisor:
            loads[supervisor].to_cosign[due_on] += 1
    unread = DocumentReading.objects.filter(read_at__isnull=True, document__in_error=False)
    for staff_id, due_on in unread.values_list("document__staff_id", "due_on"):
        if supervisor := people[staff_id].supervisor_id:
            loads[supervisor].to_read[due_on] += 1
    for staff_id, start in unwritten_sessions().values_list("staff_id", "start_time"):
        loads[staff_id].own[clock.local(start).date() + due_days] += 1
    return loads


def _to_authors(people: dict[UUID, Staff], loads: dict[UUID, Load]) -> Iterator[Letter]:
    today, ahead = clock.today(), practice.get(NoteDefaults).remind_days
    for key, load in loads.items():
        if not _reads_mail(people[key]):
            continue
        lines = [
            f"{formatting.plural(load.own[day], 'note is', 'notes are')} due {formatting.relative_day(day, today)}."
            for day in (today + timedelta(days=each) for each in sorted(ahead))
            if load.own[day]
        ]
        lines += _late(load.own, today, ("note is", "notes are"), "overdue")
        lines += _late(load.to_cosign, today, ("note waits", "notes wait"), "for your co-signature, overdue")
        lines += _late(
            load.to_read, today, ("signed note waits", "signed notes wait"), "for you to read, overdue"
        )
        if lines:
            yield Letter(people[key], NoteReminderKind.OWN, tuple(lines), "attention")


def _late(due: Counter[date], today: date, words: tuple[str, str], state: str) -> list[str]:
    late = {day: number for day, number in due.items() if day < today and number}
    # Counted from a day that all workers know, so that no row has to remember the last mail.
    if not late or ((today - min(late)).days - 1) % practice.get(NoteDefaults).remind_again_days:
        return []
    return [
        f"{formatting.plural(sum(late.values()), *words)} {state}, the oldest since {formatting.date(min(late))}."
    ]


def _to_supervisors(people: dict[UUID, Staff], loads: dict[UUID, Load]) -> Iterator[Letter]:
    """What has been overdue for so many days goes to the supervisor; where nobody supervises, to administrators."""
    last = clock.today() - timedelta(days=practice.get(NoteDefaults).escalate_days)
    told: dict[UUID, list[str]] = {}
    for key, load in sorted(loads.items(), key=lambda each: people[each[0]].full_name):
        late = {day: number for day, number in load.own.items() if day <= last and number}
        if not late:
            continue
        author = people[key]
        number, oldest = formatting.plural(sum(late.values()), "note"), formatting.date(min(late))
        for reader in _answering(author, people):
            told.setdefault(reader.pk, []).append(f"{author.full_name}: {number}, the oldest due {oldest}.")
    for key, lines in told.items():
        yield Letter(people[key], NoteReminderKind.ESCALATION, tuple(lines), "overdue")


def _answering(author: Staff, people: dict[UUID, Staff]) -> list[Staff]:
    supervisor = people.get(author.supervisor_id) if author.supervisor_id else None
    if supervisor is not None and _reads_mail(supervisor):
        return [supervisor]
    return [each for each in people.values() if each.user.role == Role.ADMIN and _reads_mail(each)]


def _reads_mail(person: Staff) -> bool:
    return person.status != StaffStatus.INACTIVE and person.user.is_active and bool(person.user.email)
