"""Addresses of accounts: of allauth's views only those that Planwright uses, then its own."""

from allauth.account import views as allauth_views
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts import views

own = [
    path("council.css", views.council_stylesheet, name="council_stylesheet"),
    path("council/logo/", views.council_logo, name="council_logo"),
    path("me/", views.profile, name="profile"),
    path("people/", views.user_list, name="user_list"),
    path("people/add/", views.user_add, name="user_add"),
    path("people/<int:pk>/", views.user_detail, name="user_detail"),
    path("people/<int:pk>/edit/", views.user_edit, name="user_edit"),
    path("people/<int:pk>/invite/", views.user_invite, name="user_invite"),
    path("people/<int:pk>/deactivate/", views.user_deactivate, name="user_deactivate"),
    path("people/<int:pk>/reactivate/", views.user_reactivate, name="user_reactivate"),
    path("people/<int:pk>/roles/add/", views.membership_add, name="membership_add"),
    path("roles/<int:pk>/end/", views.membership_end, name="membership_end"),
    path("organisation/", views.organisation_unit_list, name="organisation_unit_list"),
    path("organisation/<int:pk>/add/", views.organisation_unit_add, name="organisation_unit_add"),
    path(
        "organisation/<int:pk>/rename/",
        views.organisation_unit_rename,
        name="organisation_unit_rename",
    ),
    path(
        "organisation/<int:pk>/remove/",
        views.organisation_unit_remove,
        name="organisation_unit_remove",
    ),
]

urlpatterns = [
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
    path(  # allauth sends there whoever has no password to change
        "password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("", include((own, "accounts"))),
]
