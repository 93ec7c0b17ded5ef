"""`./run check`: what can be said without running anything."""

from collections.abc import Sequence

from mila.ops import steps

# The settings want an address; nothing here connects.
NO_DATABASE = "postgresql://nobody@/none"


def main(arguments: Sequence[str]) -> int:
    """Lint, format, types and import contract; returns 1 if one of them fails."""
    return steps.run_all(steps.WITHOUT_DATABASE, steps.environment_of_tests(NO_DATABASE))
