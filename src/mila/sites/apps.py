"""The doors' shared templates and words."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from mila.sites.upgrade import may_be_upgraded


class SitesConfig(AppConfig):
    """The app of what all doors share."""

    name = "mila.sites"
    label = "doors"

    def ready(self) -> None:
        """Have every `migrate` look first whether the database may be upgraded."""
        register(may_be_upgraded, Tags.database)
