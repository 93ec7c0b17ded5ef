"""The brands of the demonstration with their prices, commission, contracts and support."""

from datetime import UTC, date, datetime, time
from typing import Any
from xml.sax.saxutils import escape

from mila.countries.models import Country
from mila.kernel.occasion import by_clock
from mila.kernel.texts import LANGUAGES
from mila.partners import shops
from mila.partners.models import (
    Branch,
    BranchHours,
    Brand,
    CommissionRule,
    ContractModel,
    ContractText,
    FallbackPrice,
    Payer,
    Price,
    Product,
    SalesCommission,
    SearchPolicy,
    SupportContact,
    Tier,
)
from mila.simulation.files import read

OPENED_ON = date(2024, 1, 1)
SINCE_OPENING = (OPENED_ON, None)
OWN = "mila"
COMMISSION = 2000
SALES_COMMISSION, HELPER_SHARE = 1000, 6000
WITH_OWN_SUPPORT, HOME_OF_OWN_SUPPORT = "swisscom", "CH"
LETTER_WIDTH = 14
WRITTEN_AS_GIVEN = ("name", "street", "house_number", "postcode", "town", "region", "phone")


def fill_brands(country: Country) -> None:
    """Write the brands that sell in the country and what they need there; rows that are there already stay."""
    for slug, given in read("brands").items():
        if country.code not in given["prices"]:
            continue
        brand = _brand(slug, given)
        CommissionRule.objects.get_or_create(
            brand=brand,
            country=country,
            version=1,
            defaults={"basis_points": COMMISSION, "holds": SINCE_OPENING},
        )
        if given["contract"]:
            _contract(brand)
        _fill_prices(brand, country, given)
        _fill_branches(brand, country)
        _fill_products(brand, country)
        _fill_shop(brand, country)
    _fill_support(country)
    _fill_search_policy(country)


def _fill_search_policy(country: Country) -> None:
    """Let the demonstration ring people at night too, and offer a bonus, so that a visitor sees how it goes on."""
    opened_at = datetime.combine(OPENED_ON, time(), UTC)
    SearchPolicy.objects.get_or_create(
        country=country,
        brand=None,
        holds_from=opened_at,
        defaults={
            "made_at": opened_at,
            "quiet_from": None,
            "quiet_until": None,
            "bonus_step": 500,
            "bonus_most": 1000,
        },
    )


def _brand(slug: str, given: dict[str, Any]) -> Brand:
    return Brand.objects.get_or_create(
        slug=slug,
        defaults={
            "name": given["name"],
            "colour": given["colour"],
            "ink": given["ink"],
            "logo_svg": _word_mark(given["mark"], given["ink"]),
            "language": "de",
            "is_own": slug == OWN,
        },
    )[0]


def _word_mark(text: str, ink: str) -> str:
    """Return the name in plain letters as a picture 36 px high; empty where the house's own mark is shown."""
    if not text:
        return ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(text) * LETTER_WIDTH} 36" height="36">'
        f'<text x="0" y="26" font-family="system-ui,sans-serif" font-size="24" font-weight="700" fill="{ink}">'
        f"{escape(text)}</text></svg>"
    )


def _contract(brand: Brand) -> None:
    words = read("words")["contract"]
    ContractText.objects.get_or_create(
        brand=brand,
        version=1,
        defaults={
            "title": {language: text.format(brand=brand.name) for language, text in words["title"].items()},
            "body": {language: text.format(brand=brand.name) for language, text in words["body"].items()},
            "holds_from": OPENED_ON,
        },
    )


def _fill_prices(brand: Brand, country: Country, given: dict[str, Any]) -> None:
    priced = set(brand.prices.filter(country=country).values_list("package", flat=True))
    Price.objects.bulk_create(
        _price(brand, country, code, price, given)
        for code, price in given["prices"][country.code].items()
        if code not in priced
    )
    known = set(brand.fallback_prices.filter(country=country).values_list("package", flat=True))
    FallbackPrice.objects.bulk_create(
        _pros_price(brand, country, code, price)
        for code, price in given["prices"][country.code].items()
        if "pro" in price and code not in known
    )


def _price(brand: Brand, country: Country, code: str, price: dict[str, int], given: dict[str, Any]) -> Price:
    model, tiers = ContractModel(given["model"]), given["tiers"]
    if model is ContractModel.AGENCY and "pay" in price:
        model, tiers = ContractModel.PRINCIPAL, [Tier.PRO]
    if "pro" in price:
        tiers = [Tier.FRIEND]
    return Price(
        brand=brand,
        package_id=code,
        country=country,
        contract_model=model,
        payer=given["payer"],
        tiers=tiers,
        amount=price["amount"],
        currency=country.currency,
        provider_pay=price.get("pay"),
        vat_code="none" if model is ContractModel.AGENCY else "standard",
        holds=SINCE_OPENING,
    )


def _pros_price(brand: Brand, country: Country, code: str, price: dict[str, int]) -> FallbackPrice:
    """Return what a Pro costs where no Friend comes forward: the customer is shown it, and agrees or not."""
    return FallbackPrice(
        brand=brand,
        package_id=code,
        country=country,
        contract_model=ContractModel.PRINCIPAL,
        payer=Payer.CUSTOMER,
        tiers=[Tier.PRO],
        amount=price["pro"],
        currency=country.currency,
        provider_pay=price["pro_pay"],
        vat_code="standard",
        holds=SINCE_OPENING,
    )


def _fill_branches(brand: Brand, country: Country) -> None:
    if country.code != HOME_OF_OWN_SUPPORT:
        return
    for code, given in read("branches").get(brand.slug, {}).items():
        branch, made = Branch.objects.get_or_create(
            brand=brand,
            code=code,
            defaults={
                **{name: given[name] for name in WRITTEN_AS_GIVEN},
                "country": country,
                "latitude": given["position"][0],
                "longitude": given["position"][1],
                "directions": {language: given[language] for language in LANGUAGES},
            },
        )
        if made:
            BranchHours.objects.bulk_create(
                BranchHours(
                    branch=branch,
                    weekday=weekday,
                    starts=time.fromisoformat(hours[0]),
                    ends=time.fromisoformat(hours[1]),
                )
                for weekday, hours in enumerate(given["hours"])
                if hours
            )


def _fill_products(brand: Brand, country: Country) -> None:
    for code, given in read("products").get(brand.slug, {}).items():
        if country.code in given["amount"]:
            Product.objects.get_or_create(
                brand=brand,
                country=country,
                code=code,
                defaults={
                    "name": {language: given[language] for language in LANGUAGES},
                    "amount": given["amount"][country.code],
                    "currency": country.currency,
                    "packages": given["packages"],
                    "shop_url": given["shop_url"],
                },
            )


def _fill_shop(brand: Brand, country: Country) -> None:
    """Let the brand's products be ordered in the demonstration's shop, and helpers earn by it."""
    opened_at = datetime.combine(OPENED_ON, time(), UTC)
    if not shops.has_shop(brand):
        shops.open_shop(brand=brand, adapter=shops.STAND_IN, now=by_clock(opened_at))
    SalesCommission.objects.get_or_create(
        brand=brand,
        country=country,
        product=None,
        defaults={"basis_points": SALES_COMMISSION, "helper_share": HELPER_SHARE, "holds": SINCE_OPENING},
    )


def _fill_support(country: Country) -> None:
    hours, phone = read("words")["support_hours"], read("companies")[country.code]["phone"]
    SupportContact.objects.get_or_create(
        country=country,
        brand=None,
        defaults={"phone": phone, "email": "info@mila.com", "hours": hours["mila"]},
    )
    if country.code != HOME_OF_OWN_SUPPORT:
        return
    SupportContact.objects.get_or_create(
        country=country,
        brand=Brand.objects.get(slug=WITH_OWN_SUPPORT),
        defaults={"phone": "+41435080192", "email": "friends@mila.example", "hours": hours["brand"]},
    )
