"""`manage doctor`: prints what is unsafe or missing in this installation."""

from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mila.sites.health.findings import Weight, findings

NOT_CHECKED = "Not checked: whether this machine's clock is right; have it kept by NTP."


class Command(BaseCommand):
    """Prints the findings, and fails where production has one to be mended (before a start: a fatal one)."""

    help = "Say what is unsafe or missing in this installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask whether it is for a start, which only fatal findings forbid."""
        parser.add_argument("--before-start", action="store_true")

    def handle(self, *, before_start: bool, **_options: object) -> None:
        """Look, print, and fail where something has to be mended."""
        found = sorted(findings(), key=lambda finding: list(Weight).index(finding.weight))
        for finding in found:
            self.stdout.write(f"{finding.weight:<6} {finding.sentence}")
        if not before_start:
            self.stdout.write(NOT_CHECKED if found else f"Nothing found. {NOT_CHECKED}")
        forbidden = {Weight.FATAL} if before_start else {Weight.FATAL, Weight.FAULT}
        to_mend = sum(finding.weight in forbidden for finding in found)
        if to_mend and settings.MODE == "production":
            raise CommandError(f"{to_mend} to be mended before production.")
