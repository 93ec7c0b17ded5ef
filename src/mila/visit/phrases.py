"""The usual phrases between helper and client: chosen in one language, read in the other's."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OF_HELPER: Mapping[str, Promise] = MappingProxyType(
    {
        "as_agreed": _("I will be there as agreed."),
        "ten_late": _("I will be about ten minutes late."),
        "before_the_door": _("I am standing before the door."),
        "which_bell": _("Which name is on the bell?"),
        "where_park": _("Where can I park?"),
        "have_ready": _("Please have the device and its cables at hand."),
        "call_me": _("Please call me when it suits you."),
        "thanks": _("Thank you!"),
    }
)
OF_CLIENT: Mapping[str, Promise] = MappingProxyType(
    {
        "fine": _("That is fine with me."),
        "at_home": _("I am at home, please ring the bell."),
        "few_minutes": _("I need a few minutes more."),
        "bell_is_mine": _("My own name is on the bell."),
        "park_here": _("You can park in front of the house."),
        "no_parking": _("There is no parking space here."),
        "call_me": _("Please call me when it suits you."),
        "thanks": _("Thank you!"),
    }
)
