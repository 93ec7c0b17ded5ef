"""A brand's colours as a stylesheet of its own, so that no page needs inline styles."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from mila.partners import queries as partners
from mila.partners.models import Brand

A_YEAR, FIVE_MINUTES = 365 * 24 * 3600, 300


def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer with the brand's colours, kept for a year under the address that names them; 404 if closed."""
    brand = partners.brand_of_slug(slug)
    if brand is None:
        raise Http404
    rules = f":root{{--brand:{brand.colour};--brand-ink:{brand.ink}}}"
    answer = HttpResponse(rules, content_type="text/css")
    patch_cache_control(answer, public=True, max_age=A_YEAR if _is_named(request, brand) else FIVE_MINUTES)
    return answer


def _is_named(request: HttpRequest, brand: Brand) -> bool:
    """Tell whether the address names the colours as they are; other colours have another address."""
    return request.GET.get("v") == f"{brand.colour}{brand.ink}".replace("#", "")
