"""The desk's answers to messages to the Help Center."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import write
from mila.messaging.facts import front_of, own_support
from mila.messaging.letters import Content
from mila.messaging.models import Channel
from mila.messaging.recipients import Recipient
from mila.partners.models import Brand

READ_ON = _("Read on and reply")


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer and whom it goes to; `path` is where the person reads on, in the app or on the brand's own pages."""

    id: UUID
    line: UUID
    words: str
    email: str
    phone: str
    language: str
    path: str
    is_in_app: bool


def answer_inquiry(answered: Answered, *, brand: Brand, country: str, now: Occasion) -> None:
    """Send the desk's words by mail, or by SMS a link to them; what the person wrote is not repeated."""
    at = settings.PUBLIC_URL if answered.is_in_app else front_of(brand)
    channel = Channel.MAIL if answered.email else Channel.SMS
    to = Recipient(answered.id, channel, answered.email or answered.phone, answered.language)

    def content(_language: str) -> Content:
        words = {"answer": answered.words}
        link, support = f"{at}{answered.path}", own_support(brand, country)
        return Content("answer_inquiry", brand, link, str(READ_ON), support, words)

    write(to=to, content=content, call=None, once=str(answered.line), at=now.at)
