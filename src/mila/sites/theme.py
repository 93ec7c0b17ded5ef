"""A brand's colours as a stylesheet of its own, so that no page needs inline styles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control

from mila.partners import queries as partners


@cache_control(public=True, max_age=300)
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the brand's colours; a brand that is not open has none (404)."""
    brand = partners.brand_of_slug(slug)
    if brand is None:
        raise Http404
    rules = f":root{{--brand:{brand.colour};--brand-ink:{brand.ink}}}"
    return HttpResponse(rules, content_type="text/css")
