"""`./run demo`: the demonstration with life in it, where simulated helpers answer everybody's bookings."""

import sys
from collections.abc import Sequence

from mila.ops import up
from mila.ops.installation import DEMONSTRATION, SetupError, read


def main(arguments: Sequence[str]) -> int:
    """Runs as `./run` does, with simulated helpers for every call; refuses outside a demonstration."""
    try:
        mode = read().mode
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    if mode != DEMONSTRATION:
        print("./run demo is for demonstrations: nobody is simulated in production.", file=sys.stderr)
        return 1
    return up.start(arguments, verb="demo", before=(*up.BEFORE_A_DEMONSTRATION, ("play_for_everybody",)))
