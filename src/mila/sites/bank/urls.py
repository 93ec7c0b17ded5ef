"""The addresses of the bank's door."""

from django.urls import path

from mila.sites.bank import hooks, pages

app_name = "bank"
urlpatterns = [
    path("hooks/bank/", hooks.receive, name="hook"),
    path("bank/pay/<str:page_id>/", pages.choose_card, name="page"),
    path("bank/pay/<str:page_id>/secure/", pages.secure, name="secure"),
]
