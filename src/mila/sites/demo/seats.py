"""Who plays a helper: a person who has signed in, or the simulation."""

from mila.crowd.models import Helper
from mila.sites.demo.models import Seat

# Whom every visitor may want to be: left to people, but for stories.
LEFT_TO_PEOPLE = frozenset({"luca@friends.example", "sara@pros.example"})


def is_played(helper: Helper, *, in_story: bool) -> bool:
    """Tell whether the simulation acts for the helper: never for one whom a person has signed in as since."""
    seat = Seat.objects.filter(helper=helper).first()
    signed_in_at = helper.account.last_login
    if seat is not None:
        return seat.signed_in_at == signed_in_at
    return signed_in_at is None and (in_story or helper.account.email not in LEFT_TO_PEOPLE)


def give_to_simulation(helper: Helper) -> None:
    """Let the simulation act for the helper, until a person signs in as them."""
    helper.account.refresh_from_db(fields=["last_login"])
    Seat.objects.update_or_create(helper=helper, defaults={"signed_in_at": helper.account.last_login})
