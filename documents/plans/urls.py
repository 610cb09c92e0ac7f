"""Addresses of plans, under the names of documents."""

from django.urls import path

from documents.plans.views import dashboard, signing

urlpatterns = [
    path("plans/", dashboard.plan_list, name="plan_list"),
    path("plans/intervals/<uuid:client_id>/", dashboard.plan_interval, name="plan_interval"),
    path("documents/<uuid:pk>/client-signature/", signing.plan_client_sign, name="plan_client_sign"),
]
