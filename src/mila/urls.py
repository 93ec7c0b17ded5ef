"""Where the doors are."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from mila.sites.provider.pages import link
from mila.sites.theme import theme

urlpatterns: list[URLPattern | URLResolver] = [
    path("theme/<slug:slug>.css", theme, name="theme"),
    path("language/", set_language, name="set_language"),
    path("", include("mila.sites.entrance.urls")),
    path("api/", include("mila.sites.api.urls")),
    path("app/", include("mila.sites.provider.urls")),
    path("o/<slug:key>/", link.link, name="link"),
    path("o/<slug:key>/accept/", link.accept, name="link_accept"),
    path("o/<slug:key>/decline/", link.decline, name="link_decline"),
    path("desk/", include("mila.sites.desk.urls")),
    path("branch/", include("mila.sites.branch.urls")),
    path("", include("mila.sites.bank.urls")),
    path("", include("mila.sites.shop.urls")),
]
if settings.DEMONSTRATION or settings.MODE == "test":
    urlpatterns.append(path("", include("mila.sites.demo.urls")))
urlpatterns.append(path("", include("mila.sites.customer.urls")))

handler400 = "mila.sites.errors.bad_request"
handler403 = "mila.sites.errors.forbidden"
handler404 = "mila.sites.errors.not_found"
handler500 = "mila.sites.errors.server_error"
