"""Secrets that people need to go on: a link to sign in, a code to say yes."""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mila.accounts.actions import LINK_LASTS
from mila.accounts.models import Account, SecurityEvent
from mila.booking.changes import open_change
from mila.booking.models import Party, ServiceCall
from mila.booking.queries import current_quote
from mila.kernel.money import Money
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import Saying, moment, tell, write
from mila.messaging.facts import own_support
from mila.messaging.letters import Content
from mila.messaging.recipients import account as reach
from mila.messaging.recipients import party
from mila.messaging.rules import amount, locale_of
from mila.partners.queries import own_brand

SIGN_IN = _("Sign in")
ENTER_CODE = _("Enter the code")
LOOK = _("Look at your sign-in")


def send_sign_in_link(*, account: Account, url_path: str, now: Occasion) -> None:
    """Send an account the link that signs it in; `url_path` holds the secret and begins with a slash."""

    def content(_language: str) -> Content:
        brand = own_brand()
        link = f"{settings.PUBLIC_URL}{url_path}"
        words = {"minutes": LINK_LASTS // timedelta(minutes=1)}
        return Content("send_sign_in_link", brand, link, str(SIGN_IN), own_support(brand), words)

    once = hashlib.sha256(url_path.encode()).hexdigest()[:24]
    write(to=reach(account), content=content, call=None, once=once, at=now.at)


def tell_security_event(*, event: SecurityEvent, now: Occasion) -> None:
    """Tell an account's person what happened to their ways in, so that they can act if it was not them."""

    def content(_language: str) -> Content:
        brand = own_brand()
        words = {"kind": event.kind, "device": event.device, "by_operator": event.by_operator}
        link = f"{settings.PUBLIC_URL}/security/"
        return Content("tell_security_event", brand, link, str(LOOK), own_support(brand), words)

    write(to=reach(event.account), content=content, call=None, once=str(event.pk), at=now.at)


def send_code(*, call: ServiceCall, code: str, purpose: str, now: Occasion, to: Party | None = None) -> str:
    """Send a person of the call, or else the payer, a one-time code and return the channel it took, `mail` or `sms`.

    `purpose` is what the code says yes to; the message names it, with its price.
    """
    who = party(to or call.payer)
    shown = amount(_price(call), locale_of(who.language, call.country_id))
    words: dict[str, object] = {"code": code, "purpose": purpose, "price": shown}
    tell(Saying("send_code", ENTER_CODE, once=f"{purpose}-{moment(now)}", words=words), to=[who], call=call, now=now)
    return who.channel.value


def _price(call: ServiceCall) -> Money:
    """Return the price that is asked for, else the agreed one."""
    change = open_change(call)
    return Money(change.total, change.currency) if change else current_quote(call).total_money
