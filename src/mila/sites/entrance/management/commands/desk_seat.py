"""Seats at the desk, given, taken away and reset by whoever runs the machine."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from mila.accounts.actions import give_seat, reset_ways_in, take_seat
from mila.accounts.models import DeskRole, DeskSeat, SecurityEvent
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.sites.door import by_customer


class Command(BaseCommand):
    """Gives somebody a seat, takes it away, or resets their ways in; they are told by mail, and it is recorded."""

    help = "give, take or reset a seat at the desk; the person is told by mail"

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what is to be done, and to whom."""
        parser.add_argument("what", choices=["give", "take", "reset"])
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="how the desk calls them")
        parser.add_argument("--role", choices=DeskRole.values, default=DeskRole.AGENT.value)
        parser.add_argument("--reason", default="", help="why, and how you made sure that it is them")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Do it, record it, and tell them."""
        occasion = by_customer()
        try:
            event = _done(options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        messaging.tell_security_event(event=event, now=occasion)
        self.stdout.write(f"{options['what']}: {options['email']}")


def _done(options: dict[str, Any]) -> SecurityEvent:
    at = by_customer().at
    if options["what"] == "give":
        return give_seat(email=_address(options["email"]), name=_name(options), role=DeskRole(options["role"]), at=at)
    seat = DeskSeat.objects.filter(account__email__iexact=options["email"]).first()
    if seat is None:
        raise CommandError("Nobody at the desk has this address.")
    if not options["reason"]:
        raise CommandError("Say why, with --reason.")
    act = take_seat if options["what"] == "take" else reset_ways_in
    return act(seat=seat, reason=options["reason"], at=at)


def _address(email: str) -> str:
    try:
        validate_email(email)
    except ValidationError as fault:
        raise CommandError("This is not an e-mail address.") from fault
    return email


def _name(options: dict[str, Any]) -> str:
    return str(options["name"] or options["email"].partition("@")[0])[:80]
