"""Brands, what they sell today, and their branches."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, When

from mila.accounts.models import Account
from mila.countries import queries as countries
from mila.countries.files import is_holiday
from mila.countries.models import Country
from mila.kernel.kept import kept
from mila.kernel.periods import Period
from mila.partners.models import (
    ApiKey,
    Branch,
    BranchSeat,
    Brand,
    CommissionRule,
    ContractText,
    FallbackPrice,
    Price,
    Product,
    SalesCommission,
    SearchPolicy,
    SupportContact,
)
from mila.partners.rules import digest_of, looks_like_a_secret, openings
from mila.worded import worded

HALF_A_DAY = timedelta(hours=12)


@kept
def brand_at(host: str) -> Brand:
    """Return the open brand that is served under the host name, else the operator's own."""
    either = Q(host=host.lower(), is_open=True) | Q(is_own=True)
    return Brand.objects.filter(either).order_by(Case(When(host=host.lower(), then=0), default=1))[0]


@kept
def brand_of_slug(slug: str) -> Brand | None:
    """Return the open brand of the slug, if any."""
    return Brand.objects.filter(slug=slug, is_open=True).first()


@kept
def own_brand() -> Brand:
    """Return the operator's own brand."""
    return Brand.objects.get(is_own=True)


@kept
def prices(*, brand: Brand, country: str, on: date) -> tuple[Price, ...]:
    """Return what the brand sells in the country on the day, with packages and families, in shop order.

    What the brand sells under a contract model that the country's law does not allow on the day is not among it.
    """
    allowed = countries.contract_models(country, on)
    held = Price.objects.filter(brand=brand, country_id=country, holds__contains=on, contract_model__in=allowed)
    ordered = held.order_by("package__family__position", "package__position", "package")
    return tuple(ordered.select_related("package__family", "country"))


@kept
def fallback_prices(*, brand: Brand, country: str, on: date) -> tuple[FallbackPrice, ...]:
    """Return what the brand's packages cost in the country on the day where another tier of helpers comes instead."""
    allowed = countries.contract_models(country, on)
    held = FallbackPrice.objects.filter(brand=brand, country_id=country, holds__contains=on, contract_model__in=allowed)
    return tuple(held.select_related("package"))


def search_policy(*, brand: Brand, country: str, at: datetime) -> SearchPolicy | None:
    """Return the policy by which helpers are sought: the brand's own, else the country's; None: the default."""
    rows = SearchPolicy.objects.filter(country_id=country, holds_from__lte=at)
    of_either = rows.filter(brand=brand) | rows.filter(brand=None)
    return of_either.order_by(F("brand").asc(nulls_last=True), "-holds_from").first()


def countries_sold_in(*, brand: Brand, at: datetime) -> tuple[Country, ...]:
    """Return the countries in which the brand sells anything on the day that it is there, by code."""
    days = sorted({(at + ahead).date() for ahead in (-HALF_A_DAY, timedelta(0), HALF_A_DAY)})
    sold = {c.code: c for day in days for c in _sold_on(brand=brand, on=day) if countries.day_in(c, at) == day}
    return tuple(sold[code] for code in sorted(sold))


@kept
def _sold_on(*, brand: Brand, on: date) -> tuple[Country, ...]:
    sold = Price.objects.filter(brand=brand, holds__contains=on).values("country")
    return tuple(Country.objects.filter(code__in=sold).order_by("code"))


@kept
def commission_rule(*, brand: Brand, country: str, on: date) -> CommissionRule:
    """Return the commission version that holds for the brand's calls booked on the day."""
    return CommissionRule.objects.get(brand=brand, country_id=country, holds__contains=on)


@kept
def contract_to_sign(*, brand: Brand, on: date) -> ContractText | None:
    """Return the newest contract in force that providers of the brand's calls must have signed, if any."""
    return brand.contracts.filter(holds_from__lte=on).order_by("-version").first()


@kept
def support(*, country: str, brand: Brand | None) -> SupportContact | None:
    """Return the brand's own support contact in the country, else the operator's."""
    rows = SupportContact.objects.filter(Q(brand=brand) | Q(brand=None), country_id=country)
    return rows.order_by(F("brand").asc(nulls_last=True)).first()


def key_of_secret(secret: str) -> ApiKey | None:
    """Return the key of the secret with its brand, also one that has expired or was revoked."""
    if not looks_like_a_secret(secret):
        return None
    return next(iter(_keys(digest_of(secret))), None)


@worded
def _keys(digest: str) -> QuerySet[ApiKey]:
    return ApiKey.objects.select_related("brand").filter(digest=digest, brand__is_open=True)


def branches(*, brand: Brand, country: str) -> list[Branch]:
    """Return the brand's open branches in the country with their hours, by town and name."""
    rows = Branch.objects.filter(brand=brand, country_id=country, is_open=True).select_related("country")
    return list(rows.prefetch_related("hours").order_by("town", "name"))


def products(*, brand: Brand, country: str) -> QuerySet[Product]:
    """Return what may be recommended at the brand's calls in the country: its own products; on Mila's own any."""
    rows = Product.objects.filter(country_id=country, is_open=True, brand__is_open=True).select_related("brand")
    return (rows if brand.is_own else rows.filter(brand=brand)).order_by("brand__name", "amount", "code")


def sells(brand: Brand) -> bool:
    """Tell whether the brand has, or had, products that helpers may recommend."""
    return Product.objects.filter(brand=brand).exists()


def sales_commissions(products: Collection[Product], on: date) -> dict[UUID, SalesCommission]:
    """Return by product what its sale carries on the day: its own row, else its brand's; without one: nothing."""
    rows = SalesCommission.objects.filter(brand__in={one.brand_id for one in products}, holds__contains=on)
    own = {row.product_id: row for row in rows}
    of_brand = {(row.brand_id, row.country_id): row for row in rows if row.product_id is None}
    found = {one.pk: own.get(one.pk) or of_brand.get((one.brand_id, one.country_id)) for one in products}
    return {product: row for product, row in found.items() if row is not None}


def branch_of_code(*, brand: Brand, country: str, code: str) -> Branch | None:
    """Return the brand's open branch of the code in the country, if there is one."""
    rows = Branch.objects.select_related("country").prefetch_related("hours")
    return rows.filter(brand=brand, country_id=country, code=code, is_open=True).first()


def branch_openings(branch: Branch, span: Period) -> list[Period]:
    """Return when the branch is open within the span: by its hours, but not on the holidays of its region."""
    hours: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for row in branch.hours.all():
        hours[row.weekday].append((row.starts, row.ends))
    return openings(
        hours,
        span=span,
        zone=countries.zone(branch.country),
        is_closed=lambda day: is_holiday(branch.country_id, branch.region, day),
    )


def seat_of(account: Account) -> BranchSeat | None:
    """Return the account's place at the counter of a branch, if it has one."""
    rows = BranchSeat.objects.select_related("account", "branch__brand", "branch__country")
    return rows.filter(account=account, branch__is_open=True).first()
