"""`python -m mila <verb>`: what `./run` hands over to, one line a verb."""

import importlib
import sys
from collections.abc import Sequence
from typing import NamedTuple

USAGE = "usage: ./run [verb] [arguments]"


class Verb(NamedTuple):
    module: str
    does: str


# Modules by name: listing the verbs must work before there is an environment to import them in.
VERBS = {
    "up": Verb("mila.ops.up", "start everything and print the addresses (what ./run does without a verb)"),
    "demo": Verb("mila.ops.demo", "the same with life in it: simulated helpers answer, travel and work"),
    "test": Verb("mila.ops.test", "lint, types, import contract, and all tests; arguments go to pytest"),
    "check": Verb("mila.ops.check", "lint, types and import contract only"),
    "manage": Verb("mila.ops.manage", "any Django command, with the database up: ./run manage shell"),
    "backup": Verb("mila.ops.backup", "the whole database in one file: ./run backup [file]"),
    "restore": Verb("mila.ops.restore", "a backup back into an empty database: ./run restore <file>"),
    "doctor": Verb("mila.ops.doctor", "say what is unsafe or missing in this installation"),
    "bench": Verb("mila.ops.bench", "a measurement on a throw-away database: ./run bench lifecycle"),
    "messages": Verb("mila.ops.messages", "bring the translation catalogs up to date with the source"),
}


def main(arguments: Sequence[str]) -> int:
    """Runs one verb; its return value is the exit code."""
    name, *rest = arguments or ["up"]
    if name in ("-h", "--help", "help"):
        print(usage())
        return 0
    if name not in VERBS:
        print(f"There is no verb “{name}”.\n{usage()}", file=sys.stderr)
        return 2
    try:
        result = importlib.import_module(VERBS[name].module).main(rest)
    except KeyboardInterrupt:
        return 130
    return int(result)


def usage() -> str:
    return "\n".join([USAGE, ""] + [f"  {name:<10}{verb.does}" for name, verb in VERBS.items()])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
