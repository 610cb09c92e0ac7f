"""Addresses of group sessions, under the names of the schedule. A group is named by any of its members."""

from django.urls import path

from scheduling.groups import views

urlpatterns = [
    path("group-sessions/new/", views.group_session_create, name="group_session_create"),
    path("appointments/<uuid:pk>/group/", views.group_session_detail, name="group_session_detail"),
    path("appointments/<uuid:pk>/group/add/", views.group_member_add, name="group_member_add"),
    path("appointments/<uuid:pk>/group/edit/", views.group_session_edit, name="group_session_edit"),
    path("appointments/<uuid:pk>/group/start/", views.group_session_start, name="group_session_start"),
    path(
        "appointments/<uuid:pk>/group/attendance/",
        views.group_session_attendance,
        name="group_session_attendance",
    ),
    path("appointments/<uuid:pk>/group/cancel/", views.group_session_cancel, name="group_session_cancel"),
]
