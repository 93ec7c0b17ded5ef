"""Seats at the desk: given, taken away; and the way back for somebody who lost every way in."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.accounts.actions.sessions import end_sessions, record_by
from mila.accounts.models import Account, Authenticator, DeskRole, DeskSeat, SecurityEvent, SecurityEventKind
from mila.kernel.refusal import Refusal


class LastAdmin(Refusal):
    """Nobody would be left who can give seats."""

    code = "last_admin"
    status = 409
    sentence = _("The desk would be left without an admin.")


@transaction.atomic
def give_seat(*, email: str, name: str, role: DeskRole, at: datetime) -> SecurityEvent:
    """Give the person of the address a seat with the role, or another role; whoever sat there signs in anew."""
    account = Account.objects.filter(email__iexact=email).first() or Account.objects.create(email=email, created_at=at)
    DeskSeat.objects.update_or_create(account=account, defaults={"name": name, "role": role})
    end_sessions(account=account)
    return record_by(account=account, kind=SecurityEventKind.SEAT_GIVEN, reason=role.value, at=at)


@transaction.atomic
def take_seat(*, seat: DeskSeat, reason: str, at: datetime) -> SecurityEvent:
    """Take the seat away, and end its person's sessions at once. Refuses to take the last admin's."""
    admins = DeskSeat.objects.select_for_update().filter(role=DeskRole.ADMIN)
    if seat.role == DeskRole.ADMIN and len(admins) == 1:
        raise LastAdmin
    account = seat.account
    seat.delete()
    end_sessions(account=account)
    return record_by(account=account, kind=SecurityEventKind.SEAT_TAKEN, reason=reason, at=at)


@transaction.atomic
def reset_ways_in(*, seat: DeskSeat, reason: str, at: datetime) -> SecurityEvent:
    """Take all ways in but the mail away from somebody who lost them, so that they enrol anew."""
    account = Account.objects.select_for_update().get(pk=seat.account_id)
    account.passkeys.all().delete()
    Authenticator.objects.filter(account=account).delete()
    account.recovery_codes.all().delete()
    account.links.all().delete()
    account.set_unusable_password()
    account.save(update_fields=["password"])
    end_sessions(account=account)
    return record_by(account=account, kind=SecurityEventKind.RESET_BY_DESK, reason=reason, at=at)
