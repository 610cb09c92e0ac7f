"""Addresses of the booking page and of its requests, under the names of the schedule."""

from django.urls import path

from scheduling.requests import views

urlpatterns = [
    # What anybody gets to see, while the page is open.
    path("book/", views.booking_times, name="booking_times"),
    path("book/details/", views.booking_details, name="booking_details"),
    path("book/sent/", views.booking_sent, name="booking_sent"),
    path("requests/", views.request_list, name="request_list"),
    path("requests/<uuid:pk>/", views.request_detail, name="request_detail"),
    path("requests/<uuid:pk>/approve/", views.request_approve, name="request_approve"),
    path("requests/<uuid:pk>/move/", views.request_move, name="request_move"),
    path("requests/<uuid:pk>/decline/", views.request_decline, name="request_decline"),
    path("requests/<uuid:pk>/told/", views.request_told, name="request_told"),
]
