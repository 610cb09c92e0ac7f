"""Administrators' screens of the schedule. What has rules of its own (status, time, calling off) is read here and
changed on the appointment's page; the details go through the same service as everywhere.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from mentalspace.core.errors import DomainError
from mentalspace.core.read_only_admin import ReadOnlyAdmin, ReadOnlyRows
from scheduling import services
from scheduling.models import (
    Appointment,
    AppointmentEvent,
    BookingRequest,
    CalendarChoice,
    CalendarFeed,
    Closure,
    Opening,
    Reminder,
    Room,
    Series,
    WaitlistEntry,
)

DETAILS = ("type", "location", "is_billable", "billing_code", "notes")


class _Kept(admin.ModelAdmin):
    """Rows that are made by the application alone."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventRows(ReadOnlyRows):
    """The history, under its appointment."""

    model = AppointmentEvent
    fields = readonly_fields = ("at", "by", "from_status", "to_status", "detail")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AppointmentEvent]:
        return super().get_queryset(request).select_related("by").order_by("-id")


@admin.register(Appointment)
class AppointmentAdmin(_Kept):
    """Details can be changed; when, with whom and what became of it are changed on the appointment's own page."""

    list_display = (
        "start_time",
        "client",
        "staff",
        "type",
        "status",
        "location",
        "is_billable",
        "billing_code",
    )
    list_filter = ("status", "type", "location", "is_billable", "cancelled_by", "cancel_reason")
    list_select_related = ("client", "staff")
    search_fields = (
        "client__first_name__plain__contains",
        "client__last_name__plain__contains",
        "client__preferred_name__plain__contains",
        "staff__first_name__plain__contains",
        "staff__last_name__plain__contains",
        "billing_code",
    )
    date_hierarchy = "start_time"
    ordering = ("-start_time",)
    show_full_result_count = False
    inlines = (EventRows,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Everything but the details."""
        names = [field.name for field in Appointment._meta.fields]
        return [name for name in names if name not in DETAILS]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        return (
            super().get_queryset(request).select_related("client", "staff", "created_by", "rescheduled_from")
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Through the service, so that it is checked and recorded like any other change."""
        actor: Any = request.user
        values = {name: getattr(obj, name) for name in DETAILS}
        try:
            services.update_details(actor=actor, appointment_id=obj.pk, version=obj.version, **values)
        except DomainError as error:
            messages.error(request, error.message)


@admin.register(Series)
class SeriesAdmin(_Kept):
    """The rules of appointments that repeat; they are planned, changed and ended on the series' own page."""

    list_display = ("starts_on", "client", "staff", "words", "time_zone", "sessions", "until", "ended_at")
    list_filter = ("frequency", "type", "location", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("client", "staff")
    search_fields = (
        "client__first_name__plain__contains",
        "client__last_name__plain__contains",
        "client__preferred_name__plain__contains",
        "staff__first_name__plain__contains",
        "staff__last_name__plain__contains",
    )
    date_hierarchy = "starts_on"
    ordering = ("-starts_on", "pk")
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(AppointmentEvent)
class AppointmentEventAdmin(_Kept):
    """The history of all appointments; only ever added to."""

    list_display = ("at", "appointment", "from_status", "to_status", "by", "detail")
    list_filter = ("to_status",)
    list_select_related = ("appointment", "by")
    search_fields = (
        "appointment__client__first_name__plain__contains",
        "appointment__client__last_name__plain__contains",
    )
    date_hierarchy = "at"
    ordering = ("-id",)
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Reminder)
class ReminderAdmin(_Kept):
    """What clients were told, and when."""

    list_display = ("start_time", "appointment", "kind", "claimed_at", "sent_at")
    list_filter = ("kind", ("sent_at", admin.EmptyFieldListFilter))
    list_select_related = ("appointment",)
    search_fields = (
        "appointment__client__first_name__plain__contains",
        "appointment__client__last_name__plain__contains",
    )
    date_hierarchy = "start_time"
    ordering = ("-start_time",)
    show_full_result_count = False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Closure)
class ClosureAdmin(admin.ModelAdmin):
    """The practice's holidays, through the same verbs as their page. Federal ones are added there, in one click."""

    list_display = ("name", "day", "yearly", "holiday")
    list_filter = ("yearly", "holiday")
    search_fields = ("name",)
    ordering = ("day", "name")
    fields = ("name", "day", "yearly")
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.holiday)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "day" in form.base_fields:
            form.base_fields["day"].required = True
        return form

    def save_model(self, request: Any, obj: Closure, form: Any, change: bool) -> None:
        values: dict[str, Any] = {"name": obj.name, "day": obj.day, "yearly": obj.yearly}
        try:
            if change:
                services.update_closure(actor=request.user, closure_id=obj.pk, **values)
            else:
                obj.pk = services.create_closure(actor=request.user, **values).pk
        except DomainError as error:
            self.message_user(request, f"Nothing was saved: {error.message}", messages.ERROR)

    def delete_model(self, request: Any, obj: Closure) -> None:
        services.delete_closure(actor=request.user, closure_id=obj.pk)


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin):
    """The practice's rooms, through the same verbs as their page. One is taken out of use, never deleted."""

    list_display = ("name", "place", "capacity", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "place")
    ordering = ("place", "name")
    actions = None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Room, form: Any, change: bool) -> None:
        values: dict[str, Any] = {
            "name": obj.name, "place": obj.place, "capacity": obj.capacity, "is_active": obj.is_active
        }  # fmt: skip
        try:
            if change:
                services.update_room(actor=request.user, room_id=obj.pk, **values)
            else:
                obj.pk = services.create_room(actor=request.user, **values).pk
        except DomainError as error:
            self.message_user(request, f"Nothing was saved: {error.message}", messages.ERROR)


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Who has a feed, and when a program last read it. It is its owner's alone to change; it ends with the account."""

    list_display = ("staff", "shows", "created_at", "updated_at", "read_at")
    list_select_related = ("staff",)
    search_fields = ("staff__last_name__istartswith", "staff__first_name__istartswith")
    ordering = ("staff__last_name", "staff__first_name")
    fields = ("staff", "shows", "created_at", "updated_at", "read_at")


@admin.register(WaitlistEntry)
class WaitlistEntryAdmin(ReadOnlyAdmin):
    """Who waits and waited; entries are kept on the waitlist's own pages."""

    list_display = ("created_at", "client", "urgency", "state", "expires_on", "closed_at")
    list_filter = ("state", "urgency", "closed_because")
    list_select_related = ("client",)
    search_fields = (
        "client__first_name__plain__contains",
        "client__last_name__plain__contains",
        "client__preferred_name__plain__contains",
    )
    date_hierarchy = "created_at"
    ordering = ("-created_at", "pk")
    show_full_result_count = False


@admin.register(Opening)
class OpeningAdmin(ReadOnlyAdmin):
    """Times that opened, taken again or not."""

    list_display = ("start_time", "staff", "opened_by", "opened_at", "dismissed_at")
    list_filter = ("opened_by", ("dismissed_at", admin.EmptyFieldListFilter))
    list_select_related = ("staff",)
    search_fields = ("staff__last_name__istartswith", "staff__first_name__istartswith")
    date_hierarchy = "start_time"
    ordering = ("-start_time", "pk")
    show_full_result_count = False


@admin.register(CalendarChoice)
class CalendarChoiceAdmin(ReadOnlyAdmin):
    """How people left their calendars: whose columns, and how finely the day is divided."""

    list_display = ("user", "step")
    list_select_related = ("user",)
    search_fields = ("user__email__istartswith",)
    ordering = ("user__email",)
    fields = ("user", "staff_ids", "step")


@admin.register(BookingRequest)
class BookingRequestAdmin(ReadOnlyAdmin):
    """Requests of the booking page; they are answered on their own page."""

    list_display = ("created_at", "first_name", "last_name", "start_time", "staff", "state", "cleared_at")
    list_filter = ("state", "type", "declined_because", ("cleared_at", admin.EmptyFieldListFilter))
    list_select_related = ("staff",)
    search_fields = ("last_name__istartswith", "first_name__istartswith", "email__istartswith")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "pk")
    show_full_result_count = False
