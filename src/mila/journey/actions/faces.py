"""A helper's photo is taken out of sight, and the helper is told why."""

from uuid import UUID

from django.db import transaction

from mila.crowd import actions as crowd
from mila.crowd.models import Face
from mila.kernel.occasion import Occasion
from mila.messaging import actions as messaging


@transaction.atomic
def take_face_down(*, face_id: UUID, because: str, now: Occasion) -> None:
    """Take a photo out of sight and tell the helper the reason; done again it changes and tells nothing."""
    if crowd.take_face_down(face_id=face_id, because=because, now=now):
        face = Face.objects.select_related("helper__account", "helper__provider").get(pk=face_id)
        messaging.tell_of_face_taken_down(face=face, now=now)
