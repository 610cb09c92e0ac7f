from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/password/", views.password_change, name="password_change"),
    path("reset/", views.password_reset, name="password_reset"),
    path("reset/<str:token>/", views.password_reset_confirm, name="password_reset_confirm"),
    path("users/", views.user_list, name="user_list"),
    path("users/<uuid:pk>/", views.user_detail, name="user_detail"),
    path("users/<uuid:pk>/edit/", views.user_edit, name="user_edit"),
    path("users/<uuid:pk>/disable/", views.user_disable, name="user_disable"),
    path("users/<uuid:pk>/enable/", views.user_enable, name="user_enable"),
    path("users/<uuid:pk>/send-link/", views.user_send_link, name="user_send_link"),
    # Before Django's own: its admin uses the one door, and passwords change in one place.
    path("admin/login/", views.admin_sign_in, name="admin_sign_in"),
    path("admin/logout/", views.sign_out, name="admin_sign_out"),
    path("admin/password_change/", views.password_change, name="admin_password_change"),
]
