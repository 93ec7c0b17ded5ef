"""The addresses of the counter."""

from django.urls import path

from mila.sites.branch.pages import counter, orders, sales

app_name = "branch"
urlpatterns = [
    path("", counter.home, name="home"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("pick-ups/<uuid:pick_up_id>/hand-out/", orders.hand_out, name="hand_out"),
    path("pick-ups/<uuid:pick_up_id>/other-person/", orders.other_person, name="other_person"),
    path("pick-ups/<uuid:pick_up_id>/fault/", orders.fault, name="fault"),
    path("pick-ups/<uuid:pick_up_id>/back/", orders.back, name="back"),
    path("sales/", sales.sales, name="sales"),
    path("sales/<uuid:sale_id>/", sales.sale, name="sale"),
    path("recommendations/<uuid:suggestion_id>/", sales.recommendation, name="recommendation"),
]
