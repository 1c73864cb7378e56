"""The project's modules and what each imports, read from the source without running it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOUSES = ("openapi", "command_line", "proof", "mockserver", "contracts", "enrol_kit", "tests")


@dataclass(frozen=True, slots=True)
class Module:
    """One file: its path from the root, its dotted name, its text."""

    path: str
    name: str
    text: str

    @property
    def imports(self) -> frozenset[str]:
        """The dotted names that the file imports."""
        return _imports(self.path, self.text)

    @property
    def libraries(self) -> frozenset[str]:
        """The imported packages that are neither ours nor Python's."""
        tops = {name.partition(".")[0] for name in self.imports}
        return frozenset(tops - set(HOUSES) - sys.stdlib_module_names)


def modules(*houses: str) -> list[Module]:
    """Return every module of the given houses, by path."""
    paths = [path for house in houses for path in sorted((ROOT / house).rglob("*.py"))]
    return [module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


def module(path: str, text: str) -> Module:
    """Return the module that has this text at this path."""
    parts = path.removesuffix(".py").split("/")
    package = parts[:-1]
    name = ".".join(package if parts[-1] == "__init__" else parts)
    return Module(path, name, text)


@cache  # several tests ask for the imports of a module; a process that runs none of them parses nothing
def _imports(path: str, text: str) -> frozenset[str]:
    return frozenset(_named(ast.parse(text), path.split("/")[:-1]))


def _named(tree: ast.AST, package: list[str]) -> Iterator[str]:
    """Yield what any import statement names, at whatever depth, and what import_module is given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            for argument in node.args[:1] if called in ("import_module", "__import__") else ():
                yield str(argument.value) if isinstance(argument, ast.Constant) else "something.computed"
