"""What lasts as long as the process is not looked through for garbage again and again.

A process holds some 200,000 objects from its start to its end: the source, templates, statements in their words. Each
full collection looks through all of them, for a tenth to a fifth of a second in which every thread of the process
stands still and nobody is answered. Once they are set apart, the rest takes a few milliseconds.
"""

import gc

# Templates, statements and connections come with the first visitors. After so many collections everything that is used
# every day is there; what happens to be in hand when it is set apart is freed as ever, unless it refers to itself.
COLLECTIONS = 8


def settle() -> None:
    """Set apart what is there now, and what is still there after each of the next full collections."""
    gc.collect()
    gc.freeze()
    left = COLLECTIONS

    def set_apart(phase: str, seen: dict[str, int]) -> None:
        nonlocal left
        if left and phase == "stop" and seen["generation"] == 2:
            gc.freeze()
            left -= 1

    gc.callbacks.append(set_apart)
