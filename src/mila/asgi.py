"""The web: the pages in threads behind one ASGI door."""

import os

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mila.settings")

application = WSGIMiddleware(get_wsgi_application(), workers=8)
