"""The picture of the lifecycle in the docs is the table's own."""

from pathlib import Path

from mila.journey.drawing import mermaid
from mila.journey.lifecycle import LIFE

ARCHITECTURE = Path(__file__).parents[2] / "ARCHITECTURE.md"


def test_the_printed_lifecycle_is_the_one_in_the_docs() -> None:
    assert f"```mermaid\n{mermaid(LIFE)}```" in ARCHITECTURE.read_text()
