from django.urls import path

from mentalspace.workspace.views import administration, audit, pages, reports

app_name = "workspace"
urlpatterns = [
    path("", pages.root, name="root"),
    path("home/", pages.home, name="home"),
    path("search/", pages.search, name="search"),
    path("reports/", reports.report_list, name="report_list"),
    path("reports/unbooked-clients/", reports.unbooked_clients, name="unbooked_clients"),
    path("reports/<slug:slug>/", reports.report, name="report"),
    path("administration/", administration.administration, name="administration"),
    path("settings/", administration.settings, name="settings"),
    path("settings/<slug:section>/", administration.settings, name="settings_section"),
    path("audit/", administration.audit_log, name="audit_log"),
    path("audit/<int:pk>/", audit.audit_event, name="audit_event"),
    path("audit/readers/<uuid:client_id>/", audit.audit_readers, name="audit_readers"),
    path("audit/alerts/", audit.audit_alert_list, name="audit_alert_list"),
    path("audit/alerts/<int:pk>/", audit.audit_alert_detail, name="audit_alert_detail"),
    path("audit/alerts/<int:pk>/review/", audit.audit_alert_review, name="audit_alert_review"),
]
