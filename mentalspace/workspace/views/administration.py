"""What administrators look after: settings of the practice, the audit log, and the way to everything else."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from accounts.rules import can_change_settings, can_read_audit_log
from mentalspace.core import practice
from mentalspace.core.cells import Tab
from mentalspace.core.forms import posted
from mentalspace.core.gates import requires
from mentalspace.workspace import services
from mentalspace.workspace.audit_log import AuditLog
from mentalspace.workspace.rules import can_open_administration
from mentalspace.workspace.settings_forms import SectionForm


@dataclass(frozen=True, slots=True)
class Door:
    """A page that administrators look for."""

    label: str
    text: str
    icon: str
    url_name: str


DOORS = (
    Door(
        "People who sign in",
        "Accounts, roles, disabling, password links",
        "users-group",
        "accounts:user_list",
    ),
    Door("Staff", "Profiles, licenses, supervision, availability", "id-badge", "staff:staff_list"),
    Door("Settings", "Deadlines, fees, intervals, practice details", "settings", "workspace:settings"),
    Door(
        "Service codes", "What the practice bills, and for how much", "receipt-2", "billing:service_code_list"
    ),
    Door("Forms", "What clinicians write with: change, preview, publish", "file-text", "documents:form_list"),
    Door("Packets of forms", "What clients are asked to sign together", "signature", "documents:packet_list"),
    Door("Disclosures", "What left the charts, to whom and why", "send", "documents:disclosure_list"),
    Door(
        "Instruments",
        "The practice’s own questionnaires, with their scoring",
        "chart-bar",
        "documents:instrument_list",
    ),
    Door("Texts", "What clinicians insert while writing", "file-text", "documents:snippet_list"),
    Door("Time off", "What clinicians ask for, to be approved", "hourglass", "staff:time_off_list"),
    Door("Rooms", "Where visits at the office take place", "building-bank", "scheduling:room_list"),
    Door("Holidays", "Days on which the practice is closed", "calendar-off", "scheduling:closure_list"),
    Door("Tags", "Colored words for clients", "tag", "clients:tag_list"),
    Door("Audit log", "Who did and saw what, and when", "history", "workspace:audit_log"),
    Door(
        "Emergency access",
        "Charts opened in an emergency, to be reviewed",
        "shield-exclamation",
        "clients:emergency_list",
    ),
    Door(
        "Document seals",
        "Keys that seal signed notes, and how to check a paper",
        "certificate",
        "documents:seal_key_list",
    ),
    Door(
        "Unlock requests",
        "Drafts closed by the weekly lock-out",
        "lock-open",
        "documents:unlock_list",
    ),
    Door(
        "Database administration",
        "Every table, searchable, in step with the rules",
        "database",
        "admin:index",
    ),
)


@requires(can_open_administration)
@require_safe
def administration(request: ActorRequest) -> HttpResponse:
    """The doors."""
    doors = [(door, reverse(door.url_name)) for door in DOORS]
    return render(request, "workspace/administration.html", {"doors": doors, "title": "Administration"})


@requires(can_change_settings)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: ActorRequest, section: str = "practice") -> HttpResponse:
    """One section of settings, with the others as tabs."""
    cls = practice.sections.get(section)
    if cls is None:
        raise Http404
    form = SectionForm(practice.get(cls), posted(request))
    if request.method == "POST" and form.is_valid():
        services.save_settings(actor=request.user, value=form.value)
        messages.success(request, f"{cls.label} settings saved.")
        return redirect("workspace:settings_section", section=section)
    tabs = [
        Tab(each.label, reverse("workspace:settings_section", args=[slug]), slug == section)
        for slug, each in practice.sections.items()
    ]
    context = {
        "form": form,
        "tabs": tabs,
        "title": "Settings",
        "subtitle": cls.label,
        "submit_label": "Save settings",
    }
    return render(request, "workspace/settings.html", context, status=422 if form.errors else 200)


@requires(can_read_audit_log)
@require_safe
def audit_log(request: ActorRequest) -> HttpResponseBase:
    """Who did what."""
    return AuditLog.of(request).respond()
