"""What messages put on a client's chart: one's own conversations about this client; registered in `ready()`."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.models import Client
from clients.panels import Action, Tab
from messaging import queries, rules
from messaging.choices import Urgency
from messaging.people import name_of

PAGE = 30


def may_write_about(actor: User, client: Client) -> bool:
    """Whoever serves a client may write to colleagues about them."""
    return rules.can_write_about(actor, client)


def may_read_messages(actor: User, client: Client) -> bool:
    """Whoever opens a chart finds their own conversations about it."""
    return rules.can_use_messages(actor)


def new_message_url(client: Client) -> str:
    """The form with the client filled in."""
    return f"{reverse('messaging:message_create')}?{urlencode({'client': client.pk})}"


def messages_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """A page of conversations, newest first. Two statements."""
    actor = request.user
    asked = request.GET.get("page", "1")
    page = int(asked) if asked.isascii() and asked.isdigit() and 0 < int(asked) < 1000 else 1
    start = (page - 1) * PAGE
    found = list(queries.client_threads(actor, client).order_by("-latest_at", "pk")[start : start + PAGE + 1])
    threads: list[Any] = queries.with_latest(found[:PAGE], rules.visible_messages(actor))
    return {
        "threads": [
            {
                "subject": thread.subject,
                "url": reverse("messaging:thread_detail", args=[thread.pk]),
                "preview": queries.preview(latest := thread.latest),
                "writer": "You" if latest.sender_id == actor.pk else name_of(latest.sender),
                "latest_at": latest.created_at,
                "unread": thread.unread,
                "is_urgent": thread.urgency == Urgency.HIGH,
                "category": thread.get_category_display(),
            }
            for thread in threads
        ],
        "new_url": new_message_url(client) if may_write_about(actor, client) else "",
        "previous_url": f"?page={page - 1}" if page > 1 else "",
        "next_url": f"?page={page + 1}" if len(found) > PAGE else "",
        "page_number": page,
    }


MESSAGES_TAB = Tab(
    "messages", "Messages", "mail", 60, may_read_messages, "messaging/client_messages.html", messages_tab
)
NEW_MESSAGE = Action("Message about this client", "mail-plus", 60, may_write_about, new_message_url)
