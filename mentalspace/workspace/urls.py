from django.urls import path

from mentalspace.workspace import views

app_name = "workspace"
urlpatterns = [
    path("", views.root, name="root"),
    path("home/", views.home, name="home"),
    path("search/", views.search, name="search"),
]
