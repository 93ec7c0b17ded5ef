"""The addresses of the shops' door."""

from django.urls import path

from mila.sites.shop import hooks, pages

app_name = "shop"
urlpatterns = [
    path("hooks/shop/<slug:slug>/", hooks.receive, name="hook"),
    path("shop/products/<uuid:product_id>/", pages.product, name="product"),
    path("shop/orders/<uuid:order_id>/", pages.order, name="order"),
]
