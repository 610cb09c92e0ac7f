"""Addresses of the waitlist, under the names of the schedule."""

from django.urls import path

from scheduling.waitlist import views

urlpatterns = [
    path("waitlist/", views.waitlist_list, name="waitlist_list"),
    path("waitlist/new/", views.waitlist_create, name="waitlist_create"),
    path("waitlist/fits/", views.waitlist_fits, name="waitlist_fits"),
    path("waitlist/<uuid:pk>/", views.waitlist_detail, name="waitlist_detail"),
    path("waitlist/<uuid:pk>/edit/", views.waitlist_edit, name="waitlist_edit"),
    path("waitlist/<uuid:pk>/close/", views.waitlist_close, name="waitlist_close"),
    path("waitlist/<uuid:pk>/reopen/", views.waitlist_reopen, name="waitlist_reopen"),
    path("waitlist/<uuid:pk>/book/", views.waitlist_book, name="waitlist_book"),
    path("openings/", views.opening_list, name="opening_list"),
    path("openings/<uuid:pk>/dismiss/", views.opening_dismiss, name="opening_dismiss"),
]
