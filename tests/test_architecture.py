"""The shape of the package: imports point downward, and what is public is what is documented."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import fsapi
from fsapi import Req, Res

PACKAGE = Path(fsapi.__file__).parent
#: From the bottom to the top: a module imports only what stands before it.
LAYERS = [
    *("mistake", "segment", "tree", "loader", "imports", "plain", "malformed", "engine", "codec", "body", "content"),
    *("fields", "target", "contract", "route", "owners", "header", "req", "statuses", "res", "sending", "accept"),
    *("unprocessable", "errors", "stream", "kinds", "foreign", "shape", "misfits", "values", "text", "forms", "media"),
    *(
        "promises",
        "agreement",
        "binding",
        "answers",
        "handlers",
        "methods",
        "router",
        "verdict",
        "middleware",
        "leaves",
    ),
    *("dispatch", "pages", "schemas", "responses", "operation", "openapi", "build", "app", "crossorigin", "wsgi"),
    *("project", "listing", "watch", "guest", "follow", "flask", "django", "serve", "cli", "__main__"),
]


def imports(module: str) -> set[str]:
    """Return the modules of the package that a module imports, for type checkers or at run time."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((PACKAGE / f"{module}.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "fsapi":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fsapi."):
            found.add(str(node.module).removeprefix("fsapi."))
    return found


def test_every_module_has_a_layer() -> None:
    """A new module is given its place."""
    assert {path.stem for path in PACKAGE.glob("*.py")} == {*LAYERS, "__init__"}


def test_imports_point_downward() -> None:
    """No module knows what is built upon it."""
    wrong = {(name, below) for place, name in enumerate(LAYERS) for below in imports(name) - set(LAYERS[:place])}
    assert not wrong


def test_each_foreign_thing_is_known_to_one_module() -> None:
    """werkzeug.routing, msgspec and argparse can each be replaced in one place; Flask's own Map is Flask's."""
    owners = {
        word: [path.stem for path in PACKAGE.glob("*.py") if f"import {word}" in path.read_text("utf-8")]
        for word in ("msgspec", "argparse")
    }
    routing = [
        path.stem for path in sorted(PACKAGE.glob("*.py")) if "\nfrom werkzeug.routing" in path.read_text("utf-8")
    ]
    assert (owners, routing) == ({"msgspec": ["engine"], "argparse": ["cli"]}, ["flask", "router"])


def test_nothing_is_imported_inside_a_function() -> None:
    """A cycle is a flaw of the layout, not a thing to dodge."""
    for path in PACKAGE.glob("*.py"):
        functions = (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef))
        assert not [n for f in functions for n in ast.walk(f) if isinstance(n, (ast.Import, ast.ImportFrom))], path


def test_what_is_public_is_what_all_says() -> None:
    """At most twelve names, and no other that a user could come to rely upon."""
    modules = {path.stem for path in PACKAGE.glob("*.py")}
    public = {name for name in vars(fsapi) if not name.startswith("_")} - modules
    assert public == set(fsapi.__all__)
    assert len(public) <= 12


def test_req_and_res_have_just_the_documented_names() -> None:
    """No second way to do a thing."""
    req = "body bytes environ headers method params query raw route state url"
    res = "content end ended getHeader json removeHeader setHeader status statusCode"
    assert [" ".join(name for name in dir(kind) if name[0] != "_") for kind in (Req, Res)] == [req, res]


def test_importing_the_package_reads_no_folder() -> None:
    """`import fsapi` neither looks at the disk nor touches the import system."""
    code = "import sys; a = list(sys.meta_path), list(sys.path); import fsapi; assert a == (sys.meta_path, sys.path)"
    assert subprocess.run([sys.executable, "-c", code], cwd="/", check=False).returncode == 0


def test_every_module_and_public_name_has_a_docstring() -> None:
    """What cannot be said in a sentence is not yet understood."""
    for path in PACKAGE.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        nodes = [node for body in (tree.body, *(kind.body for kind in classes)) for node in body]
        named = [n for n in nodes if isinstance(n, (ast.FunctionDef, ast.ClassDef)) and not n.name.startswith("_")]
        assert ast.get_docstring(tree), path
        told = [n for n in named if "overload" not in map(ast.unparse, n.decorator_list)]
        assert [n.name for n in told if not ast.get_docstring(n)] == [], path


def test_no_file_has_two_jobs() -> None:
    """A file over 200 lines is split by job."""
    assert [path.name for path in PACKAGE.glob("*.py") if len(path.read_text("utf-8").splitlines()) > 200] == []
