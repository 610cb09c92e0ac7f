"""Leads for administrators. Converted ones, and what was done, are looked at only; stages change on the pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from crm import services
from crm.models import Lead, LeadActivity, LeadStatusChange
from crm.services.leads import NamedFacts, check_facts
from mentalspace.core.errors import DomainError
from mentalspace.core.read_only_admin import ReadOnlyAdmin, ReadOnlyRows

FACTS = tuple(NamedFacts.__annotations__)


class ActivityInline(ReadOnlyRows):
    model = LeadActivity
    fields = ("happened_at", "kind", "outcome", "note", "by")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("by").order_by("-happened_at")


class StatusChangeInline(ReadOnlyRows):
    model = LeadStatusChange
    fields = ("changed_at", "from_status", "to_status", "reason", "note", "changed_by")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("changed_by").order_by("-changed_at")


class LeadAdminForm(forms.ModelForm):
    """Refuses at the field what the service would refuse."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors:
            stored = Lead.objects.filter(pk=self.instance.pk).first() or Lead()
            try:
                check_facts(stored, {name: values[name] for name in FACTS if name in values})
            except DomainError as error:
                self.add_error(error.field if error.field in self.fields else None, error.message)
        return values


@admin.register(Lead)
class LeadAdmin(admin.ModelAdmin):
    """Facts are corrected through the same verb as on the lead's own page, with the same checks and trail."""

    form = LeadAdminForm
    list_display = (
        "full_name",
        "status",
        "source",
        "assigned_to",
        "follow_up_on",
        "created_at",
        "converted_at",
    )
    list_filter = ("status", "source", "lost_reason", "created_at")
    list_select_related = ("assigned_to",)
    search_fields = (
        "first_name__plain__contains",
        "last_name__plain__contains",
        "email",
        "phone",
        "source_detail",
    )
    ordering = ("-created_at",)
    inlines = (ActivityInline, StatusChangeInline)
    fieldsets = (
        (None, {"fields": ("first_name", "last_name", "phone", "email", "source", "source_detail", "notes")}),
        ("Next", {"fields": ("assigned_to", "follow_up_on")}),
        ("Stage", {"fields": ("status", "status_changed_at", "lost_reason")}),
        ("Client", {"fields": ("converted_to_client", "converted_client", "converted_at")}),
        ("Row", {"fields": ("id", "created_by", "created_at", "updated_at", "version")}),
    )
    readonly_fields = (
        "id", "status", "status_changed_at", "lost_reason", "converted_to_client", "converted_client", "converted_at",
        "created_by", "created_at", "updated_at", "version",
    )  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """A converted lead stays as it is."""
        return super().has_change_permission(request, obj) and not (obj and obj.converted_to_client)

    def has_delete_permission(self, request: HttpRequest, obj: Lead | None = None) -> bool:
        """A lead that came to nothing is lost, not deleted."""
        return False

    def save_model(self, request: HttpRequest, obj: Lead, form: Any, change: bool) -> None:
        facts = {name: form.cleaned_data[name] for name in FACTS if name in form.cleaned_data}
        if change:
            services.update_lead(actor=request.user, lead_id=obj.pk, version=obj.version, **facts)  # type: ignore[arg-type]
        else:
            made = services.create_lead(actor=request.user, **facts)  # type: ignore[arg-type]
            obj.pk = made.pk


class StoryAdmin(ReadOnlyAdmin):
    """What happened to a lead: only ever added, and not here."""

    search_fields = ("lead__first_name__plain__contains", "lead__last_name__plain__contains", "lead__email")
    ordering = ("-pk",)


@admin.register(LeadActivity)
class LeadActivityAdmin(StoryAdmin):
    """Calls, mails and meetings."""

    list_display = ("lead", "kind", "outcome", "happened_at", "by")
    list_filter = ("kind", "outcome", "happened_at")
    list_select_related = ("lead", "by")


@admin.register(LeadStatusChange)
class LeadStatusChangeAdmin(StoryAdmin):
    """Which stages it passed."""

    list_display = ("lead", "from_status", "to_status", "changed_at", "changed_by")
    list_filter = ("to_status", "changed_at")
    list_select_related = ("lead", "changed_by")
