"""The stand-in that ships: nothing leaves the house, letters are read in the outbox."""

from dataclasses import dataclass

from mila.messaging.ports import CarrierAway, Letter


@dataclass(frozen=True, slots=True)
class StandIn:
    """Takes every letter and leaves it readable; while `away` it takes none, as a carrier in trouble would."""

    away: bool = False

    @property
    def shows_letters(self) -> bool:
        """Its letters are read in the outbox."""
        return True

    def carry(self, letter: Letter) -> None:
        """Take the letter, which stays readable in the outbox. Raises CarrierAway while away."""
        if self.away:
            raise CarrierAway(f"the stand-in is away for {letter.id}")
