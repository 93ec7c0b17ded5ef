"""What a booking says besides: where something is picked up."""

from dataclasses import dataclass

from mila.partners.models import Branch


@dataclass(frozen=True, slots=True)
class PickUpGiven:
    """At which branch something is picked up, and what the order says it is."""

    branch: Branch
    named: str = ""
