"""Choosing, removing and serving a photo."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from staff import queries, rules, services
from staff.forms import PhotoForm
from staff.models import Staff
from staff.services.photos import path_of


@requires(rules.can_edit_own_profile)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def staff_photo(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Choose one's own photo."""
    staff = _own(request, pk)
    form = PhotoForm(posted(request), request.FILES if request.method == "POST" else None)
    own_page = reverse("staff:staff_detail", args=[staff.pk])

    def save(given: dict[str, Any]) -> tuple[str, str]:
        upload = given["photo"]
        services.set_photo(actor=request.user, staff_id=staff.pk, upload=upload, size=upload.size)
        return "The photo was saved.", own_page

    page = {
        "title": f"Photo of {staff.full_name}",
        "breadcrumbs": [("Staff", reverse("staff:staff_list")), (staff.name_with_credential, own_page)],
        "person": staff,
        "cancel_url": own_page,
    }
    return answer(request, form, save, page, "staff/staff_photo.html")


@requires(rules.can_edit_own_profile)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def staff_photo_remove(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Show initials again, after a question."""
    staff = _own(request, pk)
    back = reverse("staff:staff_detail", args=[staff.pk])
    if request.method == "POST":
        services.remove_photo(actor=request.user, staff_id=staff.pk)
        messages.success(request, "The photo was removed.")
        return redirect(back)
    context = {
        "title": f"Remove the photo of {staff.full_name}",
        "text": "The picture is deleted, and the initials are shown in its place.",
        "confirm_label": "Remove the photo",
        "danger": True,
        "cancel_url": back,
    }
    return render(request, "ui/confirm.html", context)


@requires(rules.can_see_staff)
@require_safe
def photo(request: ActorRequest, name: str) -> HttpResponseBase:
    """The picture, to colleagues, while it is somebody's. Were it ever anything but a picture, nothing in it runs."""
    url = reverse("staff:photo", args=[name])
    get_object_or_404(rules.visible_staff(request.user), image_url=url)
    try:
        file = default_storage.open(path_of(name))
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type="image/webp")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Content-Disposition"] = 'inline; filename="photo.webp"'
    return response


def _own(request: ActorRequest, pk: UUID) -> Staff:
    staff = get_object_or_404(queries.staff_rows(request.user), pk=pk)
    if not rules.can_edit_own_profile(request.user, staff):
        raise PermissionDenied
    return staff
