"""Who carries messages here: the stand-in where nothing may leave the house, real carriers in production."""

from django.conf import settings

from mila.messaging.adapters.mail import MailServer
from mila.messaging.adapters.sms import SmsGateway
from mila.messaging.adapters.test import StandIn
from mila.messaging.models import Channel
from mila.messaging.ports import Carrier


def carrier(channel: Channel) -> Carrier:
    """Return the carrier of a channel, as the settings say."""
    if settings.MODE != "production":
        return StandIn(away=channel in settings.MILA_CARRIERS_AWAY)
    if channel == Channel.MAIL:
        return MailServer.at(settings.MILA_MAIL_URL, sender=settings.MILA_MAIL_FROM)
    return SmsGateway(settings.MILA_SMS_URL, token=settings.MILA_SMS_TOKEN)
