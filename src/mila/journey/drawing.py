"""The table of steps as a picture, so that the one in the docs cannot drift."""

from mila.journey.grammar import Lifecycle


def mermaid(life: Lifecycle) -> str:
    """Return the lifecycle as a Mermaid state diagram: one arrow a pair of stages, with the steps and their actors."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in life.steps:
        for stage in step.at:
            for target in step.stages_after():
                if target != stage:
                    name = f"{step.name} ({'/'.join(step.by)})"
                    arrows.setdefault((stage, target), []).append(name)
    lines = ["stateDiagram-v2", f"    [*] --> {life.begins}"]
    lines += [f"    {start} --> {end}: {', '.join(names)}" for (start, end), names in arrows.items()]
    lines += [f"    {end} --> [*]" for end in life.ends]
    return "\n".join(lines) + "\n"
