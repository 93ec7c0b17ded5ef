"""The lines of a price: what can be sold together, a package, the guarantee fee."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from mila.booking.models import LineKind
from mila.booking.rules import PricedLine
from mila.countries import queries as countries
from mila.countries.models import Country
from mila.kernel.refusal import Refusal
from mila.partners.models import FallbackPrice, Price

AnyPrice = Price | FallbackPrice

GUARANTEE = {
    "de": "Happiness-Garantie",
    "fr": "Garantie satisfaction",
    "it": "Garanzia soddisfazione",
    "en": "Happiness Guarantee",
}


class NotSold(Refusal):
    """The brand does not sell this package, or not together with the others."""

    code = "not_sold"
    status = 422
    sentence = _("This service cannot be booked here.")


def must_go_together(prices: list[AnyPrice]) -> None:
    """Refuse prices of different contracts, payers or currencies, or that no tier of helpers shares."""
    kinds = {(price.contract_model, price.payer, price.currency) for price in prices}
    tiers = set.intersection(*(set(price.tiers) for price in prices))
    if len(kinds) != 1 or not tiers:
        raise NotSold(_("These services cannot be booked together."))


def package_line(price: AnyPrice) -> PricedLine:
    """Return the line of a package."""
    return PricedLine(LineKind.PACKAGE, price.package_id, price.package.name, price.amount, price.vat_code)


def guarantee_line(country: Country, on: date) -> PricedLine:
    """Return the line of the guarantee fee as it is on the day."""
    fee = countries.guarantee_fee(country.code, on)
    return PricedLine(LineKind.GUARANTEE_FEE, None, GUARANTEE, fee, "standard")
