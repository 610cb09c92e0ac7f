from django.urls import path

from mentalspace.workspace.views import administration, pages

app_name = "workspace"
urlpatterns = [
    path("", pages.root, name="root"),
    path("home/", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("administration/", administration.administration, name="administration"),
    path("settings/", administration.settings, name="settings"),
    path("settings/<slug:section>/", administration.settings, name="settings_section"),
    path("audit/", administration.audit_log, name="audit_log"),
]
