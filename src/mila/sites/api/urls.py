"""Where the programs' door is."""

from django.urls import path

from mila.sites.api import docs
from mila.sites.api.interface import interface

urlpatterns = [
    path("v1/", interface.urls),
    path("docs/", docs.docs, name="api_docs"),
]
