"""The rules of ARCHITECTURE.md that a reader of the source can check."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from statistics import median

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "mila"
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
FORBIDDEN_NAMES = {"utils", "services", "managers", "helpers", "common"}
CLOCKS = {"datetime.now", "datetime.utcnow", "date.today", "timezone.now", "time.time"}
LONGEST_FUNCTION, LONGEST_FILE = 60, 300
TEXTS_ONLY = "catalogue"  # files of texts in four languages, which are data


def room(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0]


def name_of(node: ast.AST) -> str:
    return ast.unparse(node)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_the_clock_is_read_at_the_doors_only() -> None:
    readers = {
        str(path.relative_to(SOURCE))
        for path in FILES
        if room(path) != "ops"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and name_of(node.func) in CLOCKS
    }
    assert readers == {"sites/now.py"}


def test_only_the_machine_writes_a_stage() -> None:
    writers = {  # the simulation writes a past that nobody lived through
        str(path.relative_to(SOURCE))
        for path in FILES
        for node in ast.walk(tree(path))
        if room(path) != "simulation"
        and isinstance(node, ast.Assign | ast.AugAssign)
        and re.search(r"\bcall\.stage\b", ast.unparse(node).split("=")[0])
    }
    assert writers == {"journey/machine.py"}


def test_nobody_imports_inside_a_function() -> None:
    hidden = {
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in FILES
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert hidden == set()


def test_functions_fit_in_a_glance() -> None:
    lengths = {f"{path.relative_to(SOURCE)}:{one.name}": length(one) for path in FILES for one in functions(path)}
    assert {name for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == set()
    assert median(lengths.values()) <= 8


def test_files_fit_in_the_head() -> None:
    sizes = {
        str(path.relative_to(SOURCE)): len(path.read_text().splitlines())
        for path in FILES
        if TEXTS_ONLY not in str(path)
    }
    assert {name for name, lines in sizes.items() if lines > LONGEST_FILE} == set()


def test_no_file_is_a_junk_drawer() -> None:
    assert {path for path in FILES if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES} == set()


@pytest.mark.parametrize("word", ["ModelForm", "django.contrib.admin", "django.dispatch", "post_save"])
def test_what_is_deliberately_absent_is_absent(word: str) -> None:
    assert [path for path in FILES if word in path.read_text()] == []


def test_pages_carry_no_inline_script_style_or_handler() -> None:
    inline = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|<style", re.IGNORECASE)
    pages = [
        path
        for path in SOURCE.rglob("*.html")
        if "mail" not in str(path.relative_to(SOURCE)) and "messag" not in str(path)
    ]
    assert {str(path.relative_to(SOURCE)) for path in pages if inline.search(path.read_text())} == set()
