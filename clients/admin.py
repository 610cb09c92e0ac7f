"""Administrators' screens. What has rules goes through the services; what happened is only read."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from clients import services
from clients.errors import BornInFuture
from clients.models import (
    CareTeamMember,
    Client,
    ClientFlag,
    ClientProfile,
    ClientStatusChange,
    EmergencyAccess,
    Tag,
)
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError
from mentalspace.core.read_only_admin import ReadOnlyAdmin

DEMOGRAPHICS = (
    "first_name", "last_name", "preferred_name", "pronouns", "date_of_birth", "gender", "email", "phone", "address",
    "language", "time_zone", "reminder_email_consent", "reminder_text_consent",
    "reminder_email_hours", "reminder_text_hours",
)  # fmt: skip


class ClientAdminForm(forms.ModelForm):
    """Demographics; an e-mail in any case, or none."""

    class Meta:
        model = Client
        fields = DEMOGRAPHICS

    def clean_email(self) -> str | None:
        return (self.cleaned_data.get("email") or "").lower() or None

    def clean_date_of_birth(self) -> dt.date | None:
        born: dt.date | None = self.cleaned_data.get("date_of_birth")
        if born and born > clock.today():
            raise forms.ValidationError(BornInFuture.message)
        return born


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):
    """Demographics are saved by the same verb as everywhere; the status, tags and care team have pages of their own."""

    form = ClientAdminForm
    list_display = (
        "number",
        "last_name",
        "first_name",
        "preferred_name",
        "date_of_birth",
        "telephone",
        "status",
    )
    list_display_links = ("number", "last_name")
    list_filter = ("status", "gender", "tags", "language")
    list_select_related = ("created_by", "updated_by")
    search_fields = (
        "last_name__plain__contains",
        "first_name__plain__contains",
        "preferred_name__plain__contains",
        "email",
        "phone",
        "=number",
    )
    search_help_text = "Name, e-mail, phone or number"
    ordering = ("last_name", "first_name", "pk")
    readonly_fields = (
        "number", "status", "deceased_on", "created_by", "updated_by", "created_at", "updated_at", "version",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": DEMOGRAPHICS}),
        ("Kept by the system", {"fields": readonly_fields}),
    )

    @admin.display(description="phone", ordering="phone")
    def telephone(self, client: Any) -> str:
        return formatting.phone(client.phone)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What the system keeps is there once the client is."""
        return self.fieldsets if obj else self.fieldsets[:1]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes a client; see the status instead."""
        return False

    def save_model(self, request: Any, obj: Client, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in DEMOGRAPHICS}
        try:
            if change:
                services.update_client(actor=request.user, client_id=obj.pk, version=obj.version, **values)
            else:
                created = services.create_client(actor=request.user, **values)
                obj.pk, obj.number = created.pk, created.number
                obj._state.adding = False
        except DomainError as error:
            self.message_user(request, f"Nothing was saved: {error.message}", messages.ERROR)

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """The form has no relations; a client that was refused has no row to hang them on."""


@admin.register(ClientProfile)
class ClientProfileAdmin(ReadOnlyAdmin):
    """Insurance, contacts and medical history are edited section by section in the chart."""

    list_display = ("client", "intake_date", "intake_staff", "updated_at")
    list_filter = ("intake_date",)
    list_select_related = ("client", "intake_staff")
    search_fields = (
        "client__last_name__plain__contains",
        "client__first_name__plain__contains",
        "=client__number",
    )
    ordering = ("client__last_name", "client__first_name", "pk")


@admin.register(CareTeamMember)
class CareTeamMemberAdmin(ReadOnlyAdmin):
    """Assignments, also those that ended."""

    list_display = ("client", "staff", "role", "starts_on", "ends_on", "assigned_by")
    list_filter = ("role", ("ends_on", admin.EmptyFieldListFilter), "starts_on")
    list_select_related = ("client", "staff", "assigned_by")
    search_fields = (
        "client__last_name__plain__contains",
        "client__first_name__plain__contains",
        "staff__last_name__plain__contains",
        "staff__first_name__plain__contains",
    )
    ordering = ("-starts_on", "pk")


@admin.register(ClientFlag)
class ClientFlagAdmin(ReadOnlyAdmin):
    """Flags, open and resolved."""

    list_display = ("client", "kind", "severity", "raised_by", "created_at", "resolved_at", "resolved_by")
    list_filter = ("kind", "severity", ("resolved_at", admin.EmptyFieldListFilter))
    list_select_related = ("client", "raised_by", "resolved_by")
    search_fields = (
        "client__last_name__plain__contains",
        "client__first_name__plain__contains",
        "=client__number",
    )
    ordering = ("-created_at", "pk")


@admin.register(ClientStatusChange)
class ClientStatusChangeAdmin(ReadOnlyAdmin):
    """Append-only, in the database too."""

    list_display = ("client", "from_status", "to_status", "reason", "changed_by", "changed_at")
    list_filter = ("to_status", "from_status", "changed_at")
    list_select_related = ("client", "changed_by")
    search_fields = (
        "client__last_name__plain__contains",
        "client__first_name__plain__contains",
        "=client__number",
    )
    ordering = ("-changed_at", "pk")


@admin.register(EmergencyAccess)
class EmergencyAccessAdmin(ReadOnlyAdmin):
    """Begun, ended and reviewed on pages of their own; kept as they are by the database."""

    list_display = ("user", "client", "began_at", "ends_at", "ended_at", "verdict", "reviewed_by")
    list_filter = ("verdict", "began_at")
    list_select_related = ("user", "client", "reviewed_by")
    search_fields = ("user__email", "=client__number")
    ordering = ("-began_at", "pk")


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):
    """The practice's tags, through the same verbs as their page."""

    list_display = ("name", "color", "bearers")
    list_filter = ("color",)
    search_fields = ("name",)
    ordering = ("name",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tag]:
        return super().get_queryset(request).annotate(bearers=Count("clients"))

    @admin.display(description="clients", ordering="bearers")
    def bearers(self, tag: Any) -> int:
        return int(tag.bearers)

    def save_model(self, request: Any, obj: Tag, form: Any, change: bool) -> None:
        try:
            if change:
                services.update_tag(actor=request.user, tag_id=obj.pk, name=obj.name, color=obj.color)
            else:
                obj.pk = services.create_tag(actor=request.user, name=obj.name, color=obj.color).pk
        except DomainError as error:
            self.message_user(request, f"Nothing was saved: {error.message}", messages.ERROR)

    def delete_model(self, request: Any, obj: Tag) -> None:
        services.delete_tag(actor=request.user, tag_id=obj.pk)
