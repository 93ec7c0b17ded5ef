"""docs/sources.md tells the truth: about the tests there are, the tests there are not yet, and its own numbers."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")

HEADER = ("id", "source", "rule", "test")
ID = re.compile(r"(FG|PG|CEO)-\d{2,3}")
PROVEN = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")
PLANNED = re.compile(r"not yet: `(tests/[\w/]+\.py::test_\w+)` — waits for (.+)")


@dataclass(frozen=True)
class Row:
    cells: tuple[str, ...]

    @property
    def ids(self) -> list[str]:
        return self.cells[0].split(", ")

    @property
    def entries(self) -> list[str]:
        return self.cells[-1].split("<br>")

    @property
    def proven(self) -> list[str]:
        return [found[1] for entry in self.entries if (found := PROVEN.fullmatch(entry))]

    @property
    def planned(self) -> list[re.Match[str]]:
        return [found for entry in self.entries if (found := PLANNED.fullmatch(entry))]


def tables_headed(header: tuple[str, ...]) -> list[Row]:
    rows: list[Row] = []
    inside = False
    for line in PAGE.splitlines():
        cells = tuple(cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|"))
        if not line.startswith("|"):
            inside = False
        elif cells == header:
            inside = True
        elif inside and not set("".join(cells)) <= set("-:"):
            rows.append(Row(cells))
    return rows


def names_in(file: Path) -> set[str]:
    path = file.relative_to(ROOT).as_posix()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return {f"{path}::{function.name}" for function in functions if function.name.startswith("test_")}


def names_below(folder: Path) -> set[str]:
    return {test for file in folder.rglob("test_*.py") if file != Path(__file__).resolve() for test in names_in(file)}


ROWS = tables_headed(HEADER)


def test_every_row_has_all_columns() -> None:
    assert ROWS
    assert [row.cells for row in ROWS if len(row.cells) != len(HEADER) or not all(row.cells)] == []


def test_every_id_is_well_formed_and_stands_once() -> None:
    ids = [each for row in ROWS for each in row.ids]
    assert [each for each in ids if not ID.fullmatch(each)] == []
    assert [each for each, times in Counter(ids).items() if times > 1] == []


def test_every_entry_is_a_test_or_a_plan() -> None:
    odd = [
        entry for row in ROWS for entry in row.entries if not PROVEN.fullmatch(entry) and not PLANNED.fullmatch(entry)
    ]
    assert odd == []


def test_every_named_test_exists() -> None:
    named = {test for row in ROWS for test in row.proven}
    assert sorted(named - names_below(ROOT / "tests")) == []


def test_not_yet_is_said_only_of_tests_that_do_not_exist() -> None:
    planned = {plan[1] for row in ROWS for plan in row.planned}
    assert sorted(planned & names_below(ROOT / "tests")) == []


def test_every_test_of_the_guide_is_mentioned() -> None:
    mentioned = {test for row in ROWS for test in [*row.proven, *(plan[1] for plan in row.planned)]}
    assert sorted(names_below(ROOT / "tests" / "guide") - mentioned) == []


def test_what_is_missing_waits_for_a_capability_of_the_list() -> None:
    capabilities = {row.cells[0] for row in tables_headed(("capability", "what it brings"))}
    assert {plan[2] for row in ROWS for plan in row.planned} <= capabilities


def test_the_summary_counts_right() -> None:
    covered = sum(not row.planned for row in ROWS)
    summary = f"**Summary:** {len(ROWS)} rows, {covered} covered, {len(ROWS) - covered} not yet."
    assert [line for line in PAGE.splitlines() if line.startswith("**Summary:**")] == [summary]
