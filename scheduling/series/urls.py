"""Addresses of series, under the names of the schedule."""

from django.urls import path

from scheduling.series import views

urlpatterns = [
    path("group-sessions/series/new/", views.group_series_create, name="group_series_create"),
    path("series/new/", views.series_create, name="series_create"),
    path("series/<uuid:pk>/", views.series_detail, name="series_detail"),
    path("series/<uuid:pk>/extend/", views.series_extend, name="series_extend"),
    path("appointments/<uuid:pk>/series/", views.series_ask, name="series_ask"),
    path("appointments/<uuid:pk>/series/change/", views.series_change, name="series_change"),
    path("appointments/<uuid:pk>/series/cancel/", views.series_cancel, name="series_cancel"),
]
