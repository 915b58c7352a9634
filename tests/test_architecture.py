"""The shape of the package: imports point downward, and what is public is what is documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from textwrap import dedent

import pytest

import fsapi
from fsapi import Req, Res

PACKAGE = Path(fsapi.__file__).parent
MODULES = {
    ".".join(("fsapi", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}
_CONTRACTS = {"json", "models", "tree", "request", "response", "contracts"}
_ROUTING = {*_CONTRACTS, "answers", "openapi", "exports", "routing"}
#: What each package imports from at most, besides itself; `fsapi` stands for the modules at the top level.
BELOW: dict[str, set[str]] = {
    "json": set(),
    "models": {"json"},
    "tree": set(),
    "request": {"json", "tree"},
    "response": {"json", "tree", "request"},
    "contracts": _CONTRACTS - {"contracts"},
    "answers": _CONTRACTS,
    "openapi": _CONTRACTS,
    "exports": {*_CONTRACTS, "openapi"},
    "routing": _ROUTING - {"routing"},
    "watch": {"tree"},
    "fsapi": {*_ROUTING, "watch"},
    "inspection": {*_ROUTING, "fsapi"},
    "diff": {"tree", "inspection"},
    "live": {"tree", "watch"},
    "development": {*_ROUTING, "fsapi", "watch", "inspection", "diff", "live"},
    "__main__": {"development"},
}


@cache
def imports(name: str) -> set[str]:
    """Return the modules of the package that a module imports, for type checkers or at run time."""
    found: set[str] = set()
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names} & MODULES.keys()
            found |= names or {str(node.module)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & MODULES.keys()


def package(module: str) -> str:
    """Return the package of a module, `fsapi` at the top level."""
    first, *below = MODULES[module].relative_to(PACKAGE).parts
    return first if below else "__main__" if first == "__main__.py" else "fsapi"


def test_every_package_has_its_place() -> None:
    """A new package is added above everything that it imports from."""
    assert {package(name) for name in MODULES} == BELOW.keys()
    assert list(TopologicalSorter(BELOW).static_order())[-1] == "__main__"


def test_a_module_imports_from_its_own_package_and_those_below() -> None:
    """No package knows the packages above it."""
    found = {name: {package(other) for other in imports(name)} for name in MODULES}
    above = {name: packages - {package(name), *BELOW[package(name)]} for name, packages in found.items()}
    assert {name: packages for name, packages in above.items() if packages} == {}


def test_no_modules_import_each_other() -> None:
    """Imports have one direction within a package too."""
    TopologicalSorter({name: imports(name) - {name, "fsapi"} for name in MODULES}).prepare()


def test_no_package_has_more_than_fourteen_modules() -> None:
    """A reader takes in the names of a package at a glance."""
    counts = Counter(package(name) for name, path in MODULES.items() if path.name != "__init__.py")
    assert {name: count for name, count in counts.items() if count > 14} == {}


def importers(line: str) -> list[str]:
    """Return the modules with a line that starts like this."""
    return [name for name, path in MODULES.items() if f"\n{line}" in path.read_text("utf-8")]


def test_each_dependency_is_imported_by_one_module() -> None:
    """werkzeug.routing, msgspec and argparse can each be replaced in one place; Flask has a Map too."""
    assert importers("import msgspec") == importers("from msgspec") == ["fsapi.json.engine"]
    assert importers("import argparse") == ["fsapi.development.cli"]
    routing = [name for name in importers("from werkzeug.routing") if name != "fsapi.flask"]
    assert routing == ["fsapi.routing.rules"]


def test_one_module_looks_up_the_logger() -> None:
    """It enables the logger before each record."""
    assert [name for name, path in MODULES.items() if "getLogger" in path.read_text("utf-8")] == ["fsapi.tree.log"]


#: A command, and a child of `serve`, imports what it runs; a child waits for the debugger only if that is asked for.
LATE = {"fsapi.development.cli", "fsapi.development.server", "fsapi.development.loading"}


def test_nothing_is_imported_inside_a_function() -> None:
    """A cycle is a fault of the layout, and an import in a function only hides it."""
    for name, tree in TREES.items():
        if name in LATE:
            continue
        functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        assert not [n for f in functions for n in ast.walk(f) if isinstance(n, (ast.Import, ast.ImportFrom))], name


def test_all_lists_every_public_name() -> None:
    """There are at most twelve, and users cannot come to rely on any other."""
    values = {name: getattr(fsapi, name) for name in dir(fsapi) if name[0] != "_"}
    own = {name for name, value in values.items() if getattr(value, "__module__", "").startswith("fsapi.")}
    assert own == set(fsapi.__all__)
    assert len(own) <= 12


def test_no_public_name_is_that_of_a_module() -> None:
    """The import of the module would put it in the place of what the name stands for."""
    assert [name for name in fsapi.__all__ if f"fsapi.{name}" in MODULES] == []


@pytest.mark.e2e
@pytest.mark.parametrize("name", fsapi.__all__)
def test_a_name_is_imported_when_it_is_used(name: str) -> None:
    """It is listed before, and `import fsapi` imports no module of ours and none that it depends on."""
    code = f"""
        import sys, fsapi
        assert {name!r} in dir(fsapi) and {name!r} not in vars(fsapi)
        assert [name for name in sys.modules if name.partition(".")[0] in ("fsapi", "werkzeug", "msgspec")] == ["fsapi"]
        from fsapi import {name}
        assert fsapi.{name} is {name} is vars(fsapi)[{name!r}]
    """
    assert subprocess.run([sys.executable, "-c", dedent(code)], check=False).returncode == 0


def test_req_and_res_have_just_the_documented_names() -> None:
    """There is one way to do each thing."""
    req = "body bytes environ headers method params query raw route state url"
    res = "appendHeader content end ended getHeader json removeHeader setHeader status statusCode"
    assert [" ".join(name for name in dir(kind) if name[0] != "_") for kind in (Req, Res)] == [req, res]


@pytest.mark.e2e
def test_importing_the_package_reads_no_folder() -> None:
    """`import fsapi` neither looks for a tree nor changes the import system."""
    code = "import sys; a = list(sys.meta_path), list(sys.path); import fsapi; assert a == (sys.meta_path, sys.path)"
    assert subprocess.run([sys.executable, "-c", code], cwd="/", check=False).returncode == 0


@pytest.mark.e2e
@pytest.mark.parametrize("module", ["fsapi.development.cli, fsapi.development.server", "fsapi.gunicorn"])
def test_what_answers_no_requests_loads_nothing_for_them(module: str) -> None:
    """The parent of `serve` starts its first child at once, and the master of gunicorn stays small."""
    code = (
        f"import sys, {module}; assert not {{'werkzeug', 'msgspec', 'fsapi.app', 'fsapi.request'}} & {{*sys.modules}}"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_module_and_public_name_has_a_docstring() -> None:
    """What cannot be described in a sentence is not understood yet."""
    for name, tree in TREES.items():
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        nodes = [node for body in (tree.body, *(kind.body for kind in classes)) for node in body]
        named = [n for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and not n.name.startswith("_")]
        assert ast.get_docstring(tree), name
        told = [n for n in named if "overload" not in map(ast.unparse, n.decorator_list)]
        assert [n.name for n in told if not ast.get_docstring(n)] == [], name


def test_no_file_has_two_jobs() -> None:
    """A file over 200 lines is split by job."""
    assert [path for path in MODULES.values() if len(path.read_text("utf-8").splitlines()) > 200] == []


def test_private_use_is_suppressed_in_five_files_and_on_the_line() -> None:
    """Private names of another module are for the path of a request, and for the end of a process."""
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_text("utf-8") for path in MODULES.values()}
    assert [file for file, source in sources.items() if "reportPrivateUsage=" in source] == []
    assert {file for file, source in sources.items() if "reportPrivateUsage" in source} <= {
        "live/farewell.py",
        "request/req.py",
        "respond.py",
        "response/sending.py",
        "routing/middleware.py",
    }
