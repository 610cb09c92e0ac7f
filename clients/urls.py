from django.urls import path

from clients.views import chart, choices

app_name = "clients"
urlpatterns = [
    path("clients/choices/", choices.client_choices, name="client_choices"),
    path("clients/<uuid:pk>/", chart.client_detail, name="client_detail"),
    # Last, since every other word after a client's id is a page of its own.
    path("clients/<uuid:pk>/<slug:slug>/", chart.client_tab, name="client_tab"),
]
