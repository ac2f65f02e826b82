"""The addresses of the council's RAG rules; every one is in the URL × role × method test."""

from django.urls import path

from performance import views

app_name = "performance"

urlpatterns = [
    path("", views.rule_list, name="rule_list"),
    path("add/", views.rule_add, name="rule_add"),
    path("try/", views.rule_try, name="rule_try"),
    path("<int:pk>/edit/", views.rule_edit, name="rule_edit"),
    path("<int:pk>/remove/", views.rule_remove, name="rule_remove"),
]
