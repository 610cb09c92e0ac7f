"""Django admin's screens for rows that are looked at there and changed elsewhere, or never."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly:
    """Nothing is added, changed or deleted on this screen, nor under another."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """A table to look at. It is never counted as a whole, and nothing is done to many rows at once."""

    list_per_page = 50
    show_full_result_count = False
    actions = None


class ReadOnlyRows(ReadOnly, admin.TabularInline):
    """Rows under the row they belong to."""

    template = "admin/read_only_rows.html"
    extra = 0
    can_delete = False
