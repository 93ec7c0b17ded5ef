"""What a brand sells, at which price, and when somebody could come."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from mila.booking.models import LineKind
from mila.countries import queries as countries
from mila.dispatch.windows import WINDOW_MINUTES
from mila.partners import queries as partners
from mila.partners.models import Branch, ContractModel, Price
from mila.sites.api import shapes
from mila.sites.api.given import Open, branch_of, country_of, placed, priced
from mila.sites.api.guard import brand_of
from mila.sites.api.once import said
from mila.sites.now import now
from mila.sites.templatetags.words import texts


def catalogue(request: HttpRequest, country: shapes.CountryCode) -> HttpResponse:
    """Everything that the brand sells in the country today, with the whole price of each package."""
    land = country_of(country)
    on = countries.day_in(land, now())
    fee = countries.guarantee_fee(land.code, on)
    sold = partners.prices(brand=brand_of(request), country=land.code, on=on)
    return said(shapes.Catalogue(country=land.code, packages=[_package(price, fee) for price in sold]))


def quote(request: HttpRequest, asked: shapes.QuoteAsked) -> HttpResponse:
    """What packages cost together now: the price that a booking would freeze. Creates nothing."""
    land = country_of(asked.country)
    offer = priced(brand_of(request), land, asked.packages, countries.day_in(land, now()))
    currency = offer.currency
    lines = [
        shapes.Line(
            kind=LineKind(line.kind).value,
            package=line.package,
            description=texts(line.description),
            amount=shapes.Money(amount_minor=line.amount, currency=currency),
        )
        for line in offer.lines
    ]
    return said(
        shapes.QuoteGiven(
            total=shapes.Money(amount_minor=offer.total, currency=currency),
            lines=lines,
            contract_model=offer.contract_model.value,
            paid_by="brand" if offer.payer_kind == "brand" else "customer",
            minutes=offer.minutes,
        )
    )


def slots(request: HttpRequest, asked: shapes.SlotsAsked) -> HttpResponse:
    """The arrival windows at which somebody could come, less the open calls that compete. Reserves nothing."""
    at, brand, land = now(), brand_of(request), country_of(asked.address.country)
    offer = priced(brand, land, asked.packages, countries.day_in(land, at))
    found = Open(brand, land, offer, asked.packages, placed(asked.address))
    if asked.branch is not None:
        found.branch = branch_of(asked.branch, brand=brand, country=land, pointer="/branch")
    wanted = found.wanted(at, asked.language)
    window = timedelta(minutes=WINDOW_MINUTES)
    starts, soon = found.slots_and_at_once(wanted, at)
    return said(
        shapes.Supply(
            slots=[shapes.Slot(starts_at=start, ends_at=start + window) for start in starts],
            asap_minutes=soon.minutes if soon else None,
        )
    )


def _package(price: Price, fee: int) -> shapes.PackageOnShelf:
    package = price.package
    whole = price.amount + (fee if price.contract_model == ContractModel.AGENCY else 0)
    return shapes.PackageOnShelf(
        code=package.code,
        family=package.family_id,
        name=texts(package.name),
        summary=texts(package.summary),
        contents=[texts(text) for text in package.contents],
        not_included=[texts(text) for text in package.not_included],
        minutes=package.minutes,
        total=shapes.Money(amount_minor=whole, currency=price.currency),
        paid_by="brand" if price.payer == "brand" else "customer",
        needs_pick_up=bool(package.pick_up_item),
    )


def branches(request: HttpRequest, country: shapes.CountryCode) -> HttpResponse:
    """The brand's branches in the country at which something can be picked up."""
    land = country_of(country)
    found = partners.branches(brand=brand_of(request), country=land.code)
    return said(shapes.Branches(branches=[_branch(one) for one in found]))


def _branch(row: Branch) -> shapes.Branch:
    hours = sorted(row.hours.all(), key=lambda one: (one.weekday, one.starts))
    return shapes.Branch(
        code=row.code,
        name=row.name,
        street=row.street,
        house_number=row.house_number,
        postcode=row.postcode,
        town=row.town,
        hours=[
            shapes.OpenHours(weekday=one.weekday, opens=f"{one.starts:%H:%M}", closes=f"{one.ends:%H:%M}")
            for one in hours
        ],
    )
