from django.urls import path

from crm.views import board, conversion, leads, sources, steps

app_name = "crm"
urlpatterns = [
    path("leads/", board.lead_board, name="lead_board"),
    path("leads/list/", leads.lead_list, name="lead_list"),
    path("leads/sources/", sources.lead_sources, name="lead_sources"),
    path("leads/new/", leads.lead_create, name="lead_create"),
    path("leads/duplicates/", leads.lead_duplicates, name="lead_duplicates"),
    path("leads/<uuid:pk>/", leads.lead_detail, name="lead_detail"),
    path("leads/<uuid:pk>/edit/", leads.lead_edit, name="lead_edit"),
    path("leads/<uuid:pk>/activities/new/", steps.activity_create, name="activity_create"),
    path("leads/<uuid:pk>/assign/", steps.lead_assign, name="lead_assign"),
    path("leads/<uuid:pk>/follow-up/", steps.lead_follow_up, name="lead_follow_up"),
    path("leads/<uuid:pk>/move/", steps.lead_move, name="lead_move"),
    path("leads/<uuid:pk>/lose/", steps.lead_lose, name="lead_lose"),
    path("leads/<uuid:pk>/reopen/", steps.lead_reopen, name="lead_reopen"),
    path("leads/<uuid:pk>/convert/", conversion.lead_convert, name="lead_convert"),
    path("leads/<uuid:pk>/link/", conversion.lead_link, name="lead_link"),
]
