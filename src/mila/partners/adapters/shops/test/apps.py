"""The stand-in's rows live in tables of their own."""

from django.apps import AppConfig


class StandInConfig(AppConfig):
    """Named apart from the room it stands in for."""

    name = "mila.partners.adapters.shops.test"
    label = "testshop"
