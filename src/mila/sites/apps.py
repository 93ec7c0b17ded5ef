"""The doors' shared templates and words."""

from django.apps import AppConfig


class SitesConfig(AppConfig):
    """The app of what all doors share."""

    name = "mila.sites"
    label = "doors"
