"""Where each app's pages stand. One word finds it all: URL, view, template and test share their name."""

from django.contrib import admin
from django.urls import include, path

from mentalspace.core.views import health

urlpatterns = [
    path("healthz", health, name="health"),
    path("", include("mentalspace.workspace.urls")),
    path("", include("accounts.urls")),
    path("", include("staff.urls")),
    path("", include("clients.urls")),
    path("", include("scheduling.urls")),
    path("", include("documents.urls")),
    path("", include("billing.urls")),
    path("", include("messaging.urls")),
    path("", include("crm.urls")),
    path("", include("psychotherapy.urls")),
    path("admin/", admin.site.urls),
    # Only names: every address among them stands above.
    path("", include("accounts.allauth_urls")),
]
