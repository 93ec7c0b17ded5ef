"""What is wrong, which package, and what is in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mila.booking.actions import PriceOffer, price_booking
from mila.catalog.models import Family
from mila.countries import queries as countries
from mila.countries.models import Country
from mila.kernel.refusal import Refusal
from mila.partners.models import ContractModel, Payer, Tier
from mila.sites.customer import draft as drafts
from mila.sites.customer.page import front, of_brand
from mila.sites.customer.prices import Offered, duration, shelf, shown
from mila.sites.customer.shop import Shop, choose, country_name, shop
from mila.sites.door import Request
from mila.sites.now import now
from mila.sites.templatetags.words import texts


@dataclass(frozen=True, slots=True)
class Shelf:
    """A family with its packages."""

    family: Family
    offered: list[Offered]

    @property
    def cheapest(self) -> str:
        """The lowest whole price."""
        return min(self.offered, key=lambda one: one.total).shown_total

    @property
    def only(self) -> Offered | None:
        """The package, where there is but one to choose."""
        return self.offered[0] if len(self.offered) == 1 else None


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the first question."""
    return redirect("customer:book")


@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """Ask what is wrong."""
    asked = of_brand(request)
    where = shop(asked)
    found = _sold(asked, where.country)
    draft = drafts.Draft.of(asked)
    going_on = draft if draft and not draft.booked else None
    page = {**front(), "shelves": _by_family(found), "going_on": going_on, "countries": _choices(where)}
    return render(request, "customer/book.html", page)


@require_POST
def country(request: HttpRequest) -> HttpResponse:
    """Choose the country in which the visit takes place."""
    choose(of_brand(request), request.POST.get("country", "")[:2])
    return redirect("customer:book")


@require_safe
def family(request: HttpRequest, family: str) -> HttpResponse:
    """Ask which package of the family."""
    asked = of_brand(request)
    found = _sold(asked, shop(asked).country)
    shelves = [one for one in _by_family(found) if one.family.code == family]
    if not shelves:
        raise Http404
    return render(request, "customer/family.html", {**front(), "shelf": shelves[0], "back": reverse("customer:book")})


@require_http_methods(["GET", "HEAD", "POST"])
def service(request: HttpRequest, package: str) -> HttpResponse:
    """Show what a package holds and costs, and who comes; its button begins the booking."""
    asked = of_brand(request)
    where = shop(asked).country
    offered = _sold(asked, where)
    chosen = next((one for one in offered if one.price.package_id == package), None)
    if chosen is None:
        raise Http404
    if request.method == "POST":
        draft = drafts.begin(asked, package)
        return redirect(f"customer:{draft.next_page}")
    row = chosen.price.package
    today = countries.day_in(where, now())
    offer = price_booking(brand=asked.brand, country=where, packages=(package,), on=today)
    price = shown(offer.lines, currency=offer.currency, country=where, on=today)
    return render(
        request,
        "customer/service.html",
        {
            **front(),
            "package": row,
            "contents": [texts(one) for one in row.contents],
            "not_included": [texts(one) for one in row.not_included],
            "duration": duration(row.minutes),
            "price": price,
            "who": who_comes(offer, asked.brand.name, where),
            "brand_pays": offer.payer_kind == Payer.BRAND,
            "back": reverse("customer:family", args=[row.family_id]),
        },
    )


def price_of(request: HttpRequest, package: str) -> PriceOffer | None:
    """Return what the package costs today at the brand in front, or None where it is not sold any more."""
    asked = of_brand(request)
    where = shop(asked).country
    try:
        return price_booking(brand=asked.brand, country=where, packages=(package,), on=countries.day_in(where, now()))
    except Refusal:
        return None


def who_comes(offer: PriceOffer, brand: str, country: Country) -> list[str]:
    """Return who comes to the door and with whom the contract is, in sentences."""
    company = countries.issuing_entity(country.code).name
    return [_people(offer.tiers), _contract(offer.contract_model, brand, company)]


def _sold(request: Request, country: Country) -> list[Offered]:
    return shelf(brand=request.brand, country=country, on=countries.day_in(country, now()))


def _choices(where: Shop) -> list[tuple[str, str, bool]]:
    """Return code, name and whether it is the chosen one of each country, where there is a choice."""
    if len(where.all) < 2:
        return []
    return [(one.code, country_name(one.code), one == where.country) for one in where.all]


def _people(tiers: Iterable[str]) -> str:
    admitted = set(tiers)
    if admitted == {Tier.FRIEND}:
        return _("A Friend comes: a private person from your neighbourhood, checked and trained.")
    if admitted == {Tier.PRO}:
        return _("A Pro comes: a business that does this for a living.")
    return _("A Friend (a private person nearby) or a Pro (a business) comes, whoever suits best.")


def _contract(model: ContractModel, brand: str, company: str) -> str:
    if model is ContractModel.AGENCY:
        return _("The contract is between you and the helper. %(company)s arranges it and collects the payment.") % {
            "company": company
        }
    seller = brand if model is ContractModel.PARTNER_PRINCIPAL else company
    return _("The contract is between you and %(seller)s. The helper works on its behalf.") % {"seller": seller}


def _by_family(offered: list[Offered]) -> list[Shelf]:
    shelves: dict[str, Shelf] = {}
    for one in offered:
        group = one.price.package.family
        shelves.setdefault(group.code, Shelf(group, [])).offered.append(one)
    return list(shelves.values())
