"""What a helper is told about the own photo."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mila.crowd.models import Face
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import write
from mila.messaging.facts import own_support
from mila.messaging.letters import Content
from mila.messaging.recipients import account as reach
from mila.partners.queries import own_brand

GIVE_ANOTHER = _("Give another photo")


def tell_of_face_taken_down(*, face: Face, now: Occasion) -> None:
    """Tell a helper that clients do not see the photo any more, and why."""

    def content(_language: str) -> Content:
        brand, words = own_brand(), {"because": face.taken_down_because}
        support = own_support(brand, face.helper.provider.country_id)
        link = f"{settings.PUBLIC_URL}/app/me/photo/"
        return Content("tell_of_face_taken_down", brand, link, str(GIVE_ANOTHER), support, words)

    write(to=reach(face.helper.account), content=content, call=None, once=str(face.pk), at=now.at)
