"""Pages of messages: the mailbox, a conversation, writing and answering."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from mentalspace.core import audit
from mentalspace.core.cells import Action, Tab
from mentalspace.core.errors import DomainError
from mentalspace.core.formatting import plural
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_id, read_ids
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from messaging import queries, rules, services
from messaging.choices import Urgency
from messaging.forms import MessageForm, ReplyForm
from messaging.lists import Archived, Inbox, Sent
from messaging.models import Thread

SHOWN = 50
CHOSEN_AT_ONCE = 100


# The mailbox


@requires(rules.can_use_messages)
@require_safe
def inbox(request: ActorRequest) -> HttpResponseBase:
    """Conversations that something came in, newest first."""
    page = Inbox(
        request, request.user, queries.inbox_threads(request.user), page_actions=WRITE, on_export=exported
    )
    return page.respond({"tabs": mailbox_tabs("inbox")})


@requires(rules.can_use_messages)
@require_safe
def sent(request: ActorRequest) -> HttpResponseBase:
    """What the person sent, with who has read it."""
    page = Sent(
        request, request.user, queries.sent_letters(request.user), page_actions=WRITE, on_export=exported
    )
    return page.respond({"tabs": mailbox_tabs("sent")})


@requires(rules.can_use_messages)
@require_safe
def archived(request: ActorRequest) -> HttpResponseBase:
    """Conversations set aside."""
    source = queries.archived_threads(request.user)
    page = Archived(request, request.user, source, page_actions=WRITE, on_export=exported)
    return page.respond({"tabs": mailbox_tabs("archived")})


WRITE = [Action("New message", "/messages/new/", "pencil-plus", primary=True)]


def mailbox_tabs(here: str) -> list[Tab]:
    """Inbox, sent, archived."""
    places = (("inbox", "Inbox", "inbox"), ("sent", "Sent", "send"), ("archived", "Archived", "archive"))
    return [Tab(label, reverse(f"messaging:{name}"), name == here, icon=icon) for name, label, icon in places]


def exported(page: Any) -> None:
    """A list of messages left as a spreadsheet; without their text."""
    audit.record(actor=page.actor, verb="message.list_exported", changes={"list": [None, page.title]})


# Writing


@requires(rules.can_use_messages)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def message_create(request: ActorRequest) -> HttpResponse:
    """Begin a conversation; `?to=` and `?client=` fill the form in."""
    initial = {"receivers": read_ids(request.GET.getlist("to")), "client": read_id(request.GET.get("client"))}
    form = MessageForm(request.user, posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            thread = services.send_message(actor=request.user, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            count = len(form.cleaned_data["receivers"])
            messages.success(request, f"Sent to {plural(count, 'person', 'people')}.")
            return redirect("messaging:thread_detail", pk=thread.pk)
    context = {
        "title": "New message",
        "form": form,
        "cancel_url": reverse("messaging:inbox"),
        "breadcrumbs": [("Messages", reverse("messaging:inbox"))],
    }
    return render(request, "messaging/message_create.html", context, status=422 if form.errors else 200)


@requires(rules.can_see_thread)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def thread_reply(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Answer whoever wrote the message."""
    return _answer(request, pk, services.reply)


@requires(rules.can_see_thread)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def thread_reply_all(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Answer whoever wrote the message and everybody else it went to."""
    return _answer(request, pk, services.reply_to_all)


def _answer(request: ActorRequest, pk: UUID, verb: Callable[..., Thread]) -> HttpResponse:
    thread = get_object_or_404(rules.visible_threads(request.user), pk=pk)
    if request.method != "POST":
        return redirect(f"{reverse('messaging:thread_detail', args=[pk])}#answer")
    form = ReplyForm(request.POST)
    if form.is_valid():
        try:
            verb(actor=request.user, thread_id=pk, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "Your answer was sent.")
            return redirect("messaging:thread_detail", pk=pk)
    return _conversation(request, thread, form)


# A conversation


@requires(rules.can_see_thread)
@require_safe
def thread_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """One's own messages of a conversation; opening it marks them read."""
    thread = get_object_or_404(rules.visible_threads(request.user), pk=pk)
    return _conversation(request, thread, None)


def _conversation(request: ActorRequest, thread: Thread, form: ReplyForm | None) -> HttpResponse:
    letters = queries.conversation(request.user, thread)
    if request.method == "GET" and any(letter.is_new for letter in letters):
        services.mark_thread_read(actor=request.user, thread_id=thread.pk)
    asked = request.POST.get("answering") if form else request.GET.get("answer")
    answered = next((letter for letter in letters if str(letter.sending) == asked), letters[-1])
    if form is None:
        form = ReplyForm(initial={"answering": answered.sending})
    shown = letters if "all" in request.GET else letters[-SHOWN:]
    context = {
        "title": thread.subject,
        "thread": thread,
        "client": next(iter(queries.clients_in_sight(request.user, [thread.client_id]).values()), None),
        "is_urgent": thread.urgency == Urgency.HIGH,
        "letters": shown,
        "hidden": len(letters) - len(shown),
        "answered": answered,
        "answers_older": answered is not letters[-1],
        "form": form,
        "has_received": any(not letter.mine for letter in letters),
        "is_archived": queries.is_archived(request.user, thread),
        "breadcrumbs": [("Messages", reverse("messaging:inbox"))],
    }
    return render(request, "messaging/thread_detail.html", context, status=422 if form.errors else 200)


@requires(rules.can_see_thread)
@require_POST
def thread_archive(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Set a conversation aside."""
    thread = get_object_or_404(rules.visible_threads(request.user), pk=pk)
    services.archive_threads(actor=request.user, thread_ids=[thread.pk])
    messages.success(request, "Archived. An answer brings the conversation back to your inbox.")
    return redirect(came_from(request, reverse("messaging:inbox")))


@requires(rules.can_see_thread)
@require_POST
def thread_unarchive(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a conversation back."""
    thread = get_object_or_404(rules.visible_threads(request.user), pk=pk)
    services.unarchive_threads(actor=request.user, thread_ids=[thread.pk])
    messages.success(request, "The conversation is back in your mailbox.")
    return redirect(came_from(request, reverse("messaging:inbox")))


@requires(rules.can_see_thread)
@require_POST
def thread_mark_unread(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Keep a conversation for later."""
    thread = get_object_or_404(rules.visible_threads(request.user), pk=pk)
    if services.mark_thread_unread(actor=request.user, thread_id=thread.pk):
        messages.success(request, "Marked as unread.")
    else:
        messages.info(request, "You have received nothing in this conversation yet.")
    return redirect("messaging:inbox")


@requires(rules.can_use_messages)
@require_POST
def threads_archive(request: ActorRequest) -> HttpResponse:
    """Set the chosen conversations aside."""
    count = services.archive_threads(actor=request.user, thread_ids=_chosen(request))
    _say(request, count, "archived")
    return redirect(came_from(request, reverse("messaging:inbox")))


@requires(rules.can_use_messages)
@require_POST
def threads_mark_read(request: ActorRequest) -> HttpResponse:
    """Mark the chosen conversations as read without opening them."""
    chosen = rules.visible_threads(request.user).filter(pk__in=_chosen(request)).values_list("pk", flat=True)
    for thread_id in chosen:
        services.mark_thread_read(actor=request.user, thread_id=thread_id)
    _say(request, len(chosen), "marked as read")
    return redirect(came_from(request, reverse("messaging:inbox")))


def _chosen(request: ActorRequest) -> list[UUID]:
    return read_ids(request.POST.getlist("selected"))[:CHOSEN_AT_ONCE]


def _say(request: ActorRequest, count: int, done: str) -> None:
    if count:
        messages.success(request, f"{plural(count, 'conversation')} {done}.")
    else:
        messages.warning(request, "Choose conversations by their check boxes first.")
