"""France without its overseas departments, whose taxes and time zones differ."""

from collections.abc import Mapping
from datetime import date

from holidays import country_holidays

from mila.countries.legal import CANCELLATION, CHANGE_LIMITS, CONTRACT_MODELS, EU_WITHDRAWAL, FOLLOW_UP, ORDER_BUTTON
from mila.countries.rules import CountryFile, InitialValue

GUIDE = "onboarding guide"
SINCE = date(2024, 1, 1)
LOCAL_LAW = {"67": "Alsace", "68": "Alsace", "57": "Moselle"}  # Code du travail art. L3134-13: two holidays more


def holidays_of(year: int, region: str) -> Mapping[date, str]:
    """Return the public holidays of a department (its number; empty for those of all of them)."""
    return dict(country_holidays("FR", subdiv=LOCAL_LAW.get(region), years=year).items())


FRANCE = CountryFile(
    code="FR",
    currency="EUR",
    zone="Europe/Paris",
    languages=("fr", "de", "it", "en"),
    sample_postcode="69002",
    holidays=holidays_of,
    values=(
        InitialValue("vat.standard", 2000, SINCE, "CGI art. 278"),
        InitialValue("vat.none", 0, SINCE, "supplier not registered for value added tax"),
        InitialValue("guarantee_fee", 290, SINCE, f"{GUIDE}: Mila Happiness Guarantee"),
        InitialValue("release_days", 3, SINCE, "policy: pay-out released 3 days after capture"),
        InitialValue("hold_hours", 72, SINCE, "policy: hold at most 72 h before the visit"),
        InitialValue("sale_return_days", 21, SINCE, "policy: 14 days to return a product, and 7 until it is back"),
        InitialValue(
            "cancellation",
            CANCELLATION,
            SINCE,
            "policy: cancelling by the customer, once the withdrawal period is over",
        ),
        InitialValue("change_limits", CHANGE_LIMITS, date(2024, 1, 1), "policy: changes after the booking"),
        InitialValue("follow_up", FOLLOW_UP, date(2024, 1, 1), "policy: a further visit prepared by the helper"),
        InitialValue("order_button", ORDER_BUTTON, SINCE, "Code de la consommation art. L221-14"),
        InitialValue("withdrawal", EU_WITHDRAWAL, SINCE, "Code de la consommation art. L221-18, L221-25, L221-28"),
        InitialValue("contract_models", CONTRACT_MODELS, SINCE, "policy: Code civil art. 1710, 1984 allow all"),
    ),
)
