"""What files show in a client's chart."""

from typing import Any

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.models import Client
from clients.panels import Action, Tab
from clients.rules import can_see_clinical
from documents import rules
from documents.files.lists import FileList, rows_of


def may_open(actor: User, client: Client) -> bool:
    """Readers of the record; and for the office's papers those who know of the client."""
    return can_see_clinical(actor, client) or rules.OFFICE in rules.can_see_file.reaches(actor)


def new_url(client: Client) -> str:
    """Where files are put into the chart."""
    return reverse("documents:file_create", args=[client.pk])


def files_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The list, and the way to put in more."""
    adds = rules.can_add_office_file(request.user, client)
    return {
        "list": FileList(request, rows_of(request.user, client)),
        "new_file_url": new_url(client) if adds else "",
    }


TAB = Tab("files", "Files", "archive", 25, may_open, "documents/files/chart_files.html", files_tab)
ACTION = Action("File", "file-import", 65, rules.can_add_office_file, new_url)
