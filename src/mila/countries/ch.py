"""Switzerland."""

from collections.abc import Mapping
from datetime import date

from holidays import country_holidays

from mila.countries.legal import CANCELLATION, CHANGE_LIMITS, CONTRACT_MODELS, FOLLOW_UP, NO_WITHDRAWAL, ORDER_BUTTON
from mila.countries.rules import CountryFile, InitialValue

GUIDE = "onboarding guide"


def holidays_of(year: int, region: str) -> Mapping[date, str]:
    """Return the public holidays of a canton (its two-letter code; empty for the federal ones)."""
    return dict(country_holidays("CH", subdiv=region or None, years=year).items())


SWITZERLAND = CountryFile(
    code="CH",
    currency="CHF",
    zone="Europe/Zurich",
    languages=("de", "fr", "it", "en"),
    sample_postcode="8004",
    holidays=holidays_of,
    values=(
        InitialValue("vat.standard", 810, date(2024, 1, 1), "MWSTG Art. 25, from 1 January 2024"),
        InitialValue("vat.none", 0, date(2024, 1, 1), "supplier not registered for value added tax"),
        InitialValue("guarantee_fee", 490, date(2024, 1, 1), f"{GUIDE}: Mila Happiness Guarantee"),
        InitialValue("release_days", 3, date(2024, 1, 1), "policy: pay-out released 3 days after capture"),
        InitialValue("hold_hours", 72, date(2024, 1, 1), "policy: hold at most 72 h before the visit"),
        InitialValue(
            "sale_return_days", 21, date(2024, 1, 1), "policy: 14 days to return a product, and 7 until it is back"
        ),
        InitialValue(
            "cancellation",
            CANCELLATION,
            date(2024, 1, 1),
            "policy: cancelling by the customer",
        ),
        InitialValue("change_limits", CHANGE_LIMITS, date(2024, 1, 1), "policy: changes after the booking"),
        InitialValue("follow_up", FOLLOW_UP, date(2024, 1, 1), "policy: a further visit prepared by the helper"),
        InitialValue("order_button", ORDER_BUTTON, date(2024, 1, 1), "policy: the same words as in the EU"),
        InitialValue("withdrawal", NO_WITHDRAWAL, date(2024, 1, 1), "OR: no general right for orders at a distance"),
        InitialValue(
            "contract_models", CONTRACT_MODELS, date(2024, 1, 1), "policy: OR art. 363, 394 and 412 allow all"
        ),
    ),
)
