"""Starting several people at the same instant, each with a connection of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from mila.crowd.models import Helper, HelperState
from mila.kernel.refusal import Refusal

ROUNDS = 8


def many_times(race: Callable[[int], None]) -> Callable[[], None]:
    """Run the race again and again under its number; after each, its helpers leave the house."""

    def races() -> None:
        for number in range(ROUNDS):
            race(number)
            Helper.objects.update(state=HelperState.LEFT)

    races.__name__ = race.__name__
    return races


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Let everybody act at the same instant, and return what each got: the answer, or the refusal.

    Anything but a refusal (a deadlock, a broken constraint) is a fault and is raised.
    """
    ready = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        try:
            connection.ensure_connection()
            ready.wait(timeout=20)
            return act()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [run.result() for run in [pool.submit(run, act) for act in acts]]


def refusals(outcomes: list[object]) -> list[str]:
    """Return the codes of the refusals among the outcomes."""
    return [one.code for one in outcomes if isinstance(one, Refusal)]
