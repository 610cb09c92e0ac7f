"""Administrators' screens for people who sign in. Passwords are never typed, shown or set here."""

from typing import Any
from uuid import UUID

import allauth.account.admin  # registers the tables that are taken away below
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import mail, services
from accounts.choices import Role
from accounts.models import Budget, Session, User
from accounts.panels import Beginning, people
from mentalspace.core.errors import DomainError
from mentalspace.core.read_only_admin import ReadOnlyAdmin

# Addresses are the users' own, and second factors are set up by their owners and reset on the page of a user.
admin.site.unregister([EmailAddress, Authenticator])

admin.site.site_header = "MentalSpace administration"
admin.site.site_title = "MentalSpace"
admin.site.index_title = "Tables"


class UserAdminForm(forms.ModelForm):
    further_roles = forms.MultipleChoiceField(
        choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ("email", "role", "further_roles")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    form = UserAdminForm
    fields = ("email", "role", "further_roles", "is_active", "last_login", "created_at", "updated_at")
    readonly_fields = ("is_active", "last_login", "created_at", "updated_at")
    list_display = ("email", "name", "role", "further_roles", "is_active", "last_login")
    list_filter = ("role", "is_active")
    list_select_related = ("staff",)
    search_fields = ("email", "staff__first_name__plain__contains", "staff__last_name__plain__contains")
    ordering = ("email",)
    actions = ("disable", "enable", "send_link")

    @admin.display(description="Name", ordering="staff__last_name")
    def name(self, user: User) -> str:
        staff = getattr(user, "staff", None)
        return staff.full_name if staff else ""

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are disabled: what they wrote names them."""
        return False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """People are added with their staff profile, in the application."""
        for beginning in people.of(Beginning):
            return HttpResponseRedirect(beginning.url())
        return super().add_view(request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            messages.error(request, error.message)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Through the service, which keeps one administrator and the trail."""
        given = form.cleaned_data
        actor = _actor(request)
        if change:
            services.update_user(actor=actor, user_id=obj.pk, **given)
        else:
            obj.pk = services.create_user(actor=actor, **given).pk

    @admin.action(description="Disable sign-in")
    def disable(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        actor = _actor(request)
        self._each(request, chosen, lambda pk: services.disable_user(actor=actor, user_id=pk))

    @admin.action(description="Enable sign-in")
    def enable(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        actor = _actor(request)
        self._each(request, chosen, lambda pk: services.enable_user(actor=actor, user_id=pk))

    @admin.action(description="Mail a link to choose a password")
    def send_link(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        actor, base = _actor(request), mail.base_url(request)
        self._each(
            request, chosen, lambda pk: services.send_reset_link(actor=actor, user_id=pk, base_url=base)
        )

    def _each(self, request: HttpRequest, chosen: QuerySet[User], verb: Any) -> None:
        """Do it to each, and say for whom it was refused."""
        done = 0
        for user in chosen.order_by("email"):
            done += _tried(request, user.pk, user.email, verb)
        if done:
            self.message_user(
                request, f"Done for {done} {'person' if done == 1 else 'people'}.", messages.SUCCESS
            )


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    """Who is signed in, and with what. What a session holds is sealed, and its key is only a hash of the cookie."""

    list_display = ("user", "device", "address", "started_at", "last_used_at", "expire_date")
    list_select_related = ("user",)
    fields = list_display
    search_fields = ("user__email__istartswith", "=address")
    ordering = ("-last_used_at",)


@admin.register(Budget)
class BudgetAdmin(ReadOnlyAdmin):
    list_display = ("key", "spent", "ends_at")
    search_fields = ("=key",)
    ordering = ("-ends_at",)


def _tried(request: HttpRequest, pk: UUID, email: str, verb: Any) -> int:
    try:
        verb(pk)
    except DomainError as error:
        messages.error(request, f"{email}: {error.message}")
        return 0
    return 1


def _actor(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    return request.user
