"""The three lists of messages, and the one on a client's chart."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import User
from clients.models import Client
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Badge, Cell, EmptyState
from mentalspace.core.lists import Column, DayFromFilter, DayToFilter, ListPage
from messaging import queries
from messaging.choices import Category, Urgency
from messaging.models import Message
from messaging.people import name_of
from messaging.rules import visible_messages

URGENT = Badge("High", "danger", "alert-circle")


class ThreadFilter(django_filters.FilterSet):
    """Unread, urgency, category, and when."""

    unread = django_filters.ChoiceFilter(
        label="Show", choices=[("unread", "Unread only")], empty_label="All", method="only_unread"
    )
    urgency = django_filters.ChoiceFilter(label="Urgency", choices=Urgency.choices, empty_label="Any")
    category = django_filters.ChoiceFilter(label="Category", choices=Category.choices, empty_label="Any")
    since = DayFromFilter("latest_at", instant=True, label="From")
    until = DayToFilter("latest_at", instant=True, label="To")

    def only_unread(self, threads: queries.Rows, name: str, value: str) -> queries.Rows:
        return threads.filter(unread__gt=0)


class SentFilter(django_filters.FilterSet):
    """Urgency, category, and when."""

    urgency = django_filters.ChoiceFilter(label="Urgency", choices=Urgency.choices, empty_label="Any")
    category = django_filters.ChoiceFilter(label="Category", choices=Category.choices, empty_label="Any")
    since = DayFromFilter("created_at", instant=True, label="From")
    until = DayToFilter("created_at", instant=True, label="To")


class _Mailbox(ListPage):
    """What all lists of messages share."""

    search_label = "Subject, text or person"
    template_name = "messaging/mailbox.html"

    def __init__(self, request: HttpRequest, actor: User, source: Any, **kwargs: Any) -> None:
        self.actor = actor
        self.zone = clock.zone()
        self.in_sight: dict[UUID, Client] = {}
        super().__init__(request, source, **kwargs)
        self.columns = self.make_columns()

    def make_columns(self) -> list[Column]:
        """The columns, with times on the practice's clocks."""
        raise NotImplementedError

    def matching(self, text: str) -> QuerySet[Message]:
        """The person's own messages with these words; says which ones were searched by less than their text."""
        if queries.texts_left_out(self.actor):
            self.problems.append(
                f"The text of your newest {queries.SEARCHED_TEXTS:,} messages was searched, and older ones by subject"
                " and people only."
            )
        return queries.matching(self.actor, text)

    def about_client(self, client_id: UUID | None) -> Cell | str:
        """The client's name and chart for those who may open it; else only that there is one."""
        if client_id is None:
            return ""
        client = self.in_sight.get(client_id)
        if client is None:
            return Cell("A client", title="You may not open this client's chart.")
        # The chart's address is the clients app's own affair; messaging is above it and may name it.
        return Cell(client.display_name, url=reverse("clients:client_detail", args=[client.pk]))


class ThreadList(_Mailbox):
    """Rows are threads with the figures of `queries.inbox_threads`."""

    filterset_class: ClassVar[Any] = ThreadFilter
    default_sort = "-latest"
    received_only: ClassVar[bool] = False

    def make_columns(self) -> list[Column]:
        return [
            Column("subject", "Subject", cell=self.subject_cell, csv=lambda row: row.subject, sort="subject"),
            Column("from", "Latest from", cell=self.from_cell),
            Column("client", "About", cell=lambda row: self.about_client(row.client_id)),
            Column("category", "Category", cell=lambda row: row.get_category_display(), sort="category", hide="narrow"),
            Column(
                "latest", "Latest", cell=lambda row: formatting.instant(row.latest_at, self.zone),
                sort="latest_at", descending_first=True, nowrap=True,
            ),
            Column("letters", "Messages", align="end", sort="letters", hide="narrow"),
        ]  # fmt: skip

    def subject_cell(self, row: Any) -> Cell:
        badges = [Badge(f"{row.unread} new", "accent")] if row.unread else []
        if row.urgency == Urgency.HIGH:
            badges.append(URGENT)
        url = reverse("messaging:thread_detail", args=[row.pk])
        return Cell(row.subject, url=url, sub=queries.preview(row.latest), badge=badges)

    def from_cell(self, row: Any) -> str:
        if row.latest is None:
            return ""
        return "You" if row.latest.sender_id == self.actor.pk else name_of(row.latest.sender)

    def prepare(self, rows: list[Any]) -> list[Any]:
        own = visible_messages(self.actor)
        queries.with_latest(rows, own.filter(receiver=self.actor) if self.received_only else own)
        self.in_sight = queries.clients_in_sight(self.actor, (row.client_id for row in rows))
        return rows

    def search(self, source: Any, text: str) -> Any:
        return source.filter(Exists(self.matching(text).filter(thread_id=OuterRef("pk"))))

    def row_classes(self, row: Any) -> str:
        return "" if row.unread else "is-quiet"

    def about(self, row: Any) -> str:
        return str(row.subject)


class Inbox(ThreadList):
    title = "Inbox"
    received_only = True
    empty = EmptyState(
        "No messages",
        "What colleagues write to you appears here.",
        ("Write a message", "/messages/new/"),
        "mail-opened",
    )

    def actions(self, row: Any) -> Sequence[Action]:
        archive = reverse("messaging:thread_archive", args=[row.pk])
        return [Action("Archive", archive, "archive", post=True, about=row.subject)]

    def bulk_actions(self) -> Sequence[Action]:
        return [
            Action("Archive selected", reverse("messaging:threads_archive"), "archive", post=True),
            Action("Mark selected as read", reverse("messaging:threads_mark_read"), "mail-opened", post=True),
        ]


class Archived(ThreadList):
    title = "Archived"
    empty = EmptyState(
        "Nothing archived", "Conversations that you set aside stay here, and come back when somebody replies."
    )

    def actions(self, row: Any) -> Sequence[Action]:
        back = reverse("messaging:thread_unarchive", args=[row.pk])
        return [Action("Move to inbox", back, "inbox", post=True, about=row.subject)]


class Sent(_Mailbox):
    """Rows are sendings: one message, however many people it went to."""

    title = "Sent"
    filterset_class: ClassVar[Any] = SentFilter
    default_sort = "-sent"
    tiebreak = ("sending",)
    empty = EmptyState(
        "Nothing sent",
        "What you write appears here, with who has read it.",
        ("Write a message", "/messages/new/"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.copies: dict[UUID, list[Message]] = {}
        super().__init__(*args, **kwargs)

    def make_columns(self) -> list[Column]:
        return [
            Column("subject", "Subject", cell=self.subject_cell, csv=lambda row: row["subject"], sort="subject"),
            Column("to", "To", cell=self.to_cell, csv=lambda row: formatting.listed(self.names(row))),
            Column("client", "About", cell=lambda row: self.about_client(row["client_id"])),
            Column(
                "category", "Category", cell=lambda row: Category(row["category"]).label, sort="category", hide="narrow"
            ),
            Column(
                "sent", "Sent", cell=lambda row: formatting.instant(row["sent_at"], self.zone), sort="sent_at",
                descending_first=True, nowrap=True,
            ),
            Column("seen", "Read", cell=seen_badge, sort="seen"),
        ]  # fmt: skip

    def subject_cell(self, row: Any) -> Cell:
        copies = self.copies.get(row["sending"], [])
        url = f"{reverse('messaging:thread_detail', args=[row['thread_id']])}#letter-{row['sending']}"
        badges = [URGENT] if row["urgency"] == Urgency.HIGH else []
        return Cell(row["subject"], url=url, sub=queries.preview(copies[0] if copies else None), badge=badges)

    def names(self, row: Any) -> list[str]:
        return [name_of(copy.receiver) for copy in self.copies.get(row["sending"], [])]

    def to_cell(self, row: Any) -> Cell:
        names = self.names(row)
        rest = f" and {len(names) - 2} more" if len(names) > 3 else ""
        return Cell(
            ", ".join(names[:2]) + rest if rest else formatting.listed(names),
            title=", ".join(names) if rest else "",
        )

    def prepare(self, rows: list[Any]) -> list[Any]:
        sendings = [row["sending"] for row in rows]
        copies = Message.objects.filter(sender=self.actor, sending__in=sendings).select_related(
            "receiver__staff"
        )
        for copy in copies.order_by("receiver__staff__last_name", "receiver_id"):
            self.copies.setdefault(copy.sending, []).append(copy)
        self.in_sight = queries.clients_in_sight(self.actor, (row["client_id"] for row in rows))
        return rows

    def search(self, source: Any, text: str) -> Any:
        return source.filter(sending__in=self.matching(text).values("sending"))

    def key(self, row: Any) -> str:
        return str(row["sending"])

    def about(self, row: Any) -> str:
        return str(row["subject"])


def seen_badge(row: dict[str, Any]) -> Badge:
    """How many of those it went to have opened it."""
    seen, receivers = row["seen"], row["receivers"]
    if receivers == 1:
        return Badge("Read", "success", "checks") if seen else Badge("Not read yet")
    if seen == receivers:
        return Badge(f"{seen} of {receivers}", "success", "checks")
    return Badge(f"{seen} of {receivers}")
