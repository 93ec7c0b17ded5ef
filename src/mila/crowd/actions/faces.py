"""The photo by which a client knows the helper: given and taken back by the helper, taken down by our team."""

from uuid import UUID

from django.db import transaction

from mila.crowd.models import Face, Helper
from mila.kernel.ids import new_id
from mila.kernel.occasion import Occasion
from mila.kernel.pictures import Picture


@transaction.atomic
def give_face(*, helper: Helper, picture: Picture, now: Occasion) -> Face:
    """Keep the helper's photo, to which the helper consents now; the one before is gone."""
    Helper.objects.select_for_update(no_key=True).get(pk=helper.pk)
    Face.objects.filter(helper=helper).delete()
    return Face.objects.create(id=new_id(), helper=helper, jpeg=picture.jpeg, consented_at=now.at)


def take_face_back(*, helper: Helper) -> None:
    """Erase the helper's photo: the consent is withdrawn."""
    Face.objects.filter(helper=helper).delete()


def leave_face(*, face_id: UUID, now: Occasion) -> None:
    """Note that our team has looked at a photo and leaves it; the first look counts."""
    Face.objects.filter(pk=face_id, looked_at=None).update(looked_at=now.at, looked_by=now.actor)


def take_face_down(*, face_id: UUID, because: str, now: Occasion) -> bool:
    """Take a photo out of sight, for a reason that the helper reads; tell whether it was in sight until now."""
    shown = Face.objects.filter(pk=face_id, taken_down_at=None)
    return shown.update(taken_down_at=now.at, taken_down_by=now.actor, taken_down_because=because[:200]) == 1
