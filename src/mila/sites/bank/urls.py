"""The addresses of the bank's door."""

from django.urls import path

from mila.sites.bank import disputes, hooks, pages

app_name = "bank"
urlpatterns = [
    path("hooks/bank/", hooks.receive, name="hook"),
    path("bank/disputes/", disputes.payments, name="disputes"),
    path("bank/disputes/open/", disputes.open_dispute, name="open_dispute"),
    path("bank/disputes/<slug:disputed_id>/", disputes.turn, name="turn"),
    path("bank/pay/<str:page_id>/", pages.choose_card, name="page"),
    path("bank/pay/<str:page_id>/secure/", pages.secure, name="secure"),
]
