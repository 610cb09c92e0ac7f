"""Messages between colleagues, and leads at every stage."""

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from accounts.models import User
from crm.choices import ActivityKind, ActivityOutcome, LeadSource, LeadStatus, LostReason
from crm.models import Lead, LeadActivity, LeadStatusChange
from mentalspace.workspace.demo import words
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People, phone
from messaging.choices import Urgency
from messaging.models import Message, Thread
from staff.models import Staff

STAGES = (
    (LeadStatus.NEW, 6),
    (LeadStatus.CONTACTED, 6),
    (LeadStatus.QUALIFIED, 5),
    (LeadStatus.CONSULTATION, 4),
    (LeadStatus.CONVERTED, 14),
    (LeadStatus.LOST, 7),
)
ORDER = (LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED, LeadStatus.CONSULTATION)
SOURCES = list(LeadSource.values)
ASKS = (
    "Looks for weekly sessions in the evening, telehealth preferred.",
    "Was referred by the family doctor; asks which plans are taken.",
    "Asks for couples therapy, both work during the day.",
    "Parent of a fourteen-year-old, school suggested an assessment.",
)


def make_messages(make: Maker, people: People) -> None:
    """Threads of one to three messages; the latest are unread."""
    threads, messages = [], []
    members = list(people.staff.values())
    for place in range(44):
        subject, category, text = words.SUBJECTS[place % len(words.SUBJECTS)]
        sender, receiver, third = make.some(members, 3)
        started = make.days_ago(0.05 + place * 0.8)
        about = None
        if place % 3 == 0 and sender.takes_appointments:
            about = next((c for c in people.active if people.clinician_of[c.pk] is sender), None)
        urgency = Urgency.HIGH if place % 11 == 2 else Urgency.NORMAL
        thread = dated(
            Thread(
                id=make.id(),
                subject=subject,
                client=about,
                category=category,
                urgency=urgency,
                last_message_at=started,
            ),
            started,
        )
        threads.append(thread)
        receivers = [receiver, third] if place % 7 == 0 else [receiver]
        sending = make.id()
        messages += [
            letter(make, thread, sending, sender.user, each.user, text, started, read=place > 9)
            for each in receivers
        ]
        for answer in range(place % 3):
            moment = make.next_working(started + timedelta(hours=2 + 3 * answer))
            if moment <= started:
                break
            pair = (receiver, sender) if answer % 2 == 0 else (sender, receiver)
            messages.append(
                letter(
                    make,
                    thread,
                    make.id(),
                    pair[0].user,
                    pair[1].user,
                    make.one(words.REPLIES),
                    moment,
                    read=place > 6,
                )
            )
            thread.last_message_at = moment
    store(threads)
    store(messages)


def letter(
    make: Maker,
    thread: Thread,
    sending: UUID,
    sender: User,
    receiver: User,
    text: str,
    moment: datetime,
    *,
    read: bool,
) -> Message:
    """One copy."""
    seen = min(moment + timedelta(hours=1), make.now) if read else None
    return dated(
        Message(
            id=make.id(), thread=thread, sending=sending, sender=sender, receiver=receiver, subject=thread.subject,
            content=text, is_read=read, read_at=seen, first_read_at=seen,
        ),
        moment,
    )  # fmt: skip


def make_leads(make: Maker, people: People) -> None:
    """Inquiries of the last three months; the converted ones name clients who came by them."""
    leads, activities, changes = [], [], []
    desks = [people.staff["frontdesk"], people.staff["frontdesk2"]]
    joined = sorted(people.active, key=lambda client: client.created_at, reverse=True)
    place = 0
    for status, count in STAGES:
        for index in range(count):
            owner = desks[place % 2]
            created = make.days_ago(1 + index * 1.3 if status == LeadStatus.NEW else 6 + place * 1.9)
            lead = Lead(
                id=make.id(), first_name=make.one(words.FIRST_NAMES), last_name=make.one(words.LAST_NAMES),
                phone=phone(make, 300 + place), source=SOURCES[(place * place + index) % len(SOURCES)], status=status,
                assigned_to=owner, notes=ASKS[place % len(ASKS)], created_by=desks[(place + 1) % 2],
            )  # fmt: skip
            if place % 3:
                lead.email = f"{lead.first_name}.{lead.last_name}.{place}@example.com".lower()
            if status == LeadStatus.CONVERTED:
                client = joined[index]
                lead.first_name, lead.last_name = client.first_name, client.last_name
                lead.email, lead.phone = client.email or "", client.phone
                created = client.created_at - timedelta(days=5)
                lead.converted_to_client, lead.converted_client, lead.converted_at = (
                    True,
                    client,
                    client.created_at,
                )
            elif status == LeadStatus.LOST:
                lead.lost_reason = make.one(list(LostReason.values))
            elif status != LeadStatus.NEW or index > 3:
                lead.follow_up_on = make.today + timedelta(days=index - 2)
            dated(lead, created)
            leads.append(lead)
            changes += steps(make, lead, owner)
            if status != LeadStatus.NEW:
                activities.append(
                    LeadActivity(
                        lead=lead, kind=make.one(list(ActivityKind.values)), outcome=make.one(list(ActivityOutcome.values)),
                        note="Explained fees and openings.", happened_at=created + timedelta(hours=20), by=owner,
                        created_at=created + timedelta(hours=20),
                    )
                )  # fmt: skip
            place += 1
    store(leads)
    store(changes)
    store(activities)


def steps(make: Maker, lead: Lead, owner: Staff) -> list[LeadStatusChange]:
    """The stages it went through, a day apart."""
    if lead.status in ORDER:
        path = list(ORDER[: ORDER.index(LeadStatus(lead.status)) + 1])
    else:
        path = [*ORDER[: 4 if lead.status == LeadStatus.CONVERTED else 2], LeadStatus(lead.status)]
    made: list[LeadStatusChange] = []
    for before, after in pairwise(path):
        moment = min(lead.created_at + timedelta(days=len(made) + 1), make.now)
        if after == LeadStatus.CONVERTED and lead.converted_at:
            moment = lead.converted_at
        made.append(
            LeadStatusChange(
                lead=lead, from_status=before, to_status=after, changed_by=owner, changed_at=moment,
                reason=lead.lost_reason if after == LeadStatus.LOST else "",
            )
        )  # fmt: skip
    lead.status_changed_at = made[-1].changed_at if made else lead.created_at
    return made
