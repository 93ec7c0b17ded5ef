"""Seats at the counter of a branch, given and taken away by whoever runs the machine."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from mila.accounts.models import SecurityEvent
from mila.messaging import actions as messaging
from mila.partners import actions as partners
from mila.partners.models import Branch, BranchSeat
from mila.sites.door import by_customer


class Command(BaseCommand):
    """Gives somebody a place at a branch's counter, or takes it away; they are told by mail, and it is recorded."""

    help = "give or take a seat at the counter of a branch; the person is told by mail"

    def add_arguments(self, parser: CommandParser) -> None:
        """Name what is to be done, to whom and where."""
        parser.add_argument("what", choices=["give", "take"])
        parser.add_argument("email")
        parser.add_argument("--branch", default="", help="brand and branch, as interdiscount/zuerich-hb")
        parser.add_argument("--name", default="", help="how the counter calls them")
        parser.add_argument("--reason", default="", help="why it is taken away")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Do it, record it, and tell them."""
        event = _given(options) if options["what"] == "give" else _taken(options)
        messaging.tell_security_event(event=event, now=by_customer())
        self.stdout.write(f"{options['what']}: {options['email']}")


def _given(options: dict[str, Any]) -> SecurityEvent:
    slug, _, code = options["branch"].partition("/")
    branch = Branch.objects.filter(brand__slug=slug, code=code).first()
    if branch is None:
        raise CommandError("There is no such branch; say it as brand/branch.")
    try:
        validate_email(options["email"])
    except ValidationError as fault:
        raise CommandError("This is not an e-mail address.") from fault
    name = str(options["name"] or options["email"].partition("@")[0])
    return partners.give_seat(branch=branch, email=options["email"], name=name, now=by_customer())


def _taken(options: dict[str, Any]) -> SecurityEvent:
    seat = BranchSeat.objects.filter(account__email__iexact=options["email"]).first()
    if seat is None:
        raise CommandError("Nobody at a counter has this address.")
    if not options["reason"]:
        raise CommandError("Say why, with --reason.")
    return partners.take_seat(seat=seat, reason=options["reason"], now=by_customer())
