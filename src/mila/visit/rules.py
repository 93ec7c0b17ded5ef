"""What an unsuccessful check-out means: who pays for the journey, whether it counts against the helper, what next."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _


class Cause(StrEnum):
    """Why a helper leaves without having done the work."""

    CLIENT_ABSENT = "client_absent"
    CLIENT_NOT_READY = "client_not_ready"
    BRAND_FAULT = "brand_fault"
    WRONG_PACKAGE = "wrong_package"
    UNSAFE = "unsafe"
    HELPER_UNABLE = "helper_unable"


CAUSE_WORDS = MappingProxyType(
    {
        Cause.CLIENT_ABSENT: _("Nobody opened the door"),
        Cause.CLIENT_NOT_READY: _("The client’s device or material is missing, or is the wrong one"),
        Cause.BRAND_FAULT: _("The brand’s connection, delivery or information is at fault"),
        Cause.WRONG_PACKAGE: _("The wrong package was booked for what is needed"),
        Cause.UNSAFE: _("It is not safe to work there"),
        Cause.HELPER_UNABLE: _("The helper lacks the tools or the knowledge"),
    }
)


class Bearer(StrEnum):
    """Who bears the cost of a journey in vain."""

    CUSTOMER = "customer"
    BRAND = "brand"
    HOUSE = "house"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Consequence:
    """What follows from a cause: `bearer` pays for the journey; `at_fault` counts against the helper's reliability;
    `closes` ends the call, else the desk and the customer look for another visit.
    """

    bearer: Bearer
    at_fault: bool
    closes: bool


CONSEQUENCES = MappingProxyType(
    {
        Cause.CLIENT_ABSENT: Consequence(Bearer.CUSTOMER, at_fault=False, closes=True),
        Cause.CLIENT_NOT_READY: Consequence(Bearer.CUSTOMER, at_fault=False, closes=True),
        Cause.BRAND_FAULT: Consequence(Bearer.BRAND, at_fault=False, closes=False),
        Cause.WRONG_PACKAGE: Consequence(Bearer.HOUSE, at_fault=False, closes=False),
        Cause.UNSAFE: Consequence(Bearer.HOUSE, at_fault=False, closes=False),
        Cause.HELPER_UNABLE: Consequence(Bearer.NOBODY, at_fault=True, closes=False),
    }
)
