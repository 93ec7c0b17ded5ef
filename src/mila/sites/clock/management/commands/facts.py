"""Make anew what decisions know of every helper: `facts`; the triggers keep it true, this is for after a restore."""

from django.core.management.base import BaseCommand

from mila.dispatch import facts


class Command(BaseCommand):
    """Says of how many helpers the kept facts were not true, and makes all of them anew."""

    help = "Make anew what decisions know of every helper."

    def handle(self, **_options: object) -> None:
        """Count, make anew, print."""
        wrong = facts.untrue()
        self.stdout.write(f"{wrong} were not true; {facts.rebuild()} made anew")
