"""Administrators' screens for staff: what is known of people, saved through the services."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.models import User
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import PhoneField
from staff import services
from staff.forms.people import NpiField, SpecialtiesField
from staff.models import Staff
from staff.services import Details


class StaffAdminForm(forms.ModelForm):
    """Reads phones, identifiers and specialties as the application's own form does."""

    phone = PhoneField(required=False)
    npi = NpiField()
    specialties = SpecialtiesField()

    class Meta:
        model = Staff
        fields = list(Details.__dataclass_fields__)


@admin.register(Staff)
class StaffAdmin(admin.ModelAdmin):
    form = StaffAdminForm
    list_display = (
        "full_name",
        "title",
        "credential",
        "user",
        "status",
        "license_expires_on",
        "takes_appointments",
    )
    list_filter = ("status", "supervision", "takes_appointments", "license_type")
    list_select_related = ("user",)
    search_fields = (
        "first_name__plain__contains",
        "last_name__plain__contains",
        "title",
        "license_number",
        "user__email",
    )
    ordering = ("last_name", "first_name")
    # Hours, photo and status have verbs of their own, in the application.
    readonly_fields = (
        "user",
        "status",
        "status_since",
        "status_reason",
        "availability",
        "image_url",
        "version",
        "created_at",
        "updated_at",
    )
    fieldsets = (
        (None, {"fields": ("user", ("first_name", "last_name"), ("title", "credential"), "phone")}),
        (
            "License",
            {"fields": (("license_type", "license_number"), ("license_state", "license_expires_on"), "npi")},
        ),
        ("Supervision", {"fields": ("supervision", "supervisor")}),
        ("Calendar", {"fields": ("takes_appointments", "color", "availability")}),
        ("About", {"fields": ("specialties", "bio", "image_url")}),
        (
            "Record",
            {"fields": ("status", "status_since", "status_reason", "version", "created_at", "updated_at")},
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Staff | None = None) -> bool:
        """People become inactive: what they wrote names them."""
        return False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """People are added with their account, in the application."""
        return HttpResponseRedirect(reverse("staff:staff_create"))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Staff, form: Any, change: bool) -> None:
        """Through the service, which keeps supervision whole and the trail."""
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        given = {name: form.cleaned_data[name] for name in Details.__dataclass_fields__}
        services.update_staff(
            actor=request.user, staff_id=obj.pk, version=obj.version, details=Details(**given)
        )
