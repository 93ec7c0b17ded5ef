"""Who carries messages here: the stand-in where nothing may leave the house, real carriers in production."""

from datetime import datetime

from django.conf import settings

from mila.messaging.adapters.mail import MailServer
from mila.messaging.adapters.push import PushService
from mila.messaging.adapters.push.vapid import Signer
from mila.messaging.adapters.sms import SmsGateway
from mila.messaging.adapters.test import StandIn
from mila.messaging.models import Channel
from mila.messaging.ports import Carrier


def carrier(channel: Channel, *, at: datetime) -> Carrier:
    """Return the carrier of a channel, as the settings say."""
    if settings.MODE != "production":
        return StandIn(away=channel in settings.MILA_CARRIERS_AWAY)
    if channel == Channel.MAIL:
        return MailServer.at(settings.MILA_MAIL_URL, sender=settings.MILA_MAIL_FROM)
    if channel == Channel.PUSH:
        return PushService(signer(), at=at)
    return SmsGateway(settings.MILA_SMS_URL, token=settings.MILA_SMS_TOKEN)


def signer() -> Signer:
    """Return who we are to push services."""
    return Signer.of(settings.MILA_PUSH_SECRET, sender=settings.MILA_MAIL_FROM)
