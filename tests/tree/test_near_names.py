"""Private names that are nearly those of the files which run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fsapi.tree.near_names import nearly_special
from fsapi.tree.scan import Tree, scan
from tests.site import write

MakeTree = Callable[..., Tree]

NEAR = {
    "_middleware.py": "_Middleware.py _MIDDLEWARE.py _middlewares.py _midleware.py _middleware_.py __middleware__.py "
    "__middleware.py _middelware.py _mdidelware.py _mddlewre.py _middle_ware.py _middleware2.py _middleware.PY "
    "_middleware.pyy _middleware.yp _middleware.p _middleware,py _middlewarepy _middleware.py.py _middleware.py.txt "
    "_middleware.txt _middleware.py. _middleware(1).py _middleware _Middlewares _m\u0456ddleware.py",
    "_error.py": "_Error.py _errors.py _ERRORS.py _eror.py _erorr.py _errror.py _errir.py __error__.py _error.PY "
    "_errorpy _error.py.txt _error _errores.py _errros.py _error.txt",
}
#: Such names with spaces in them.
SPACED = {
    "_middleware.py": ["_middleware.py ", "_middleware .py", "_middleware. py", "_middleware.py\xa0",
                       "_middleware copy.py", "_middleware (1).py", "_middleware copy 2.py", "_middleware - Copy.py",
                       "_middleware - Copy (2).py", "_middleware 2.py", "_Middleware Kopie.py", "_middlewares (1).py"],
    "_error.py": ["_error.py ", "_error .py", "_error copy.py", "_error (1).py", "_errors (12).py"],
}  # fmt: skip

OTHERS = (
    "_middleware.py _error.py _middleware.pyi _middleware.md _middle.py _middleware_auth.py _auth.py _mirror.py "
    "_middleware.py.bak _middleware.py~ _middleware.py.orig _middleware.pyc _middleware_copy.py _middleware_2021.py "
    "_mirrors.py _err.py _errno.py _error.html _error_pages.py _helpers/_middlewares.py __init__.py __main__.py "
    ".middlewares.py"
)


@pytest.mark.parametrize(
    ("name", "special"), [(name, key) for key, names in NEAR.items() for name in [*names.split(), *SPACED[key]]]
)
def test_a_private_file_with_nearly_the_name_of_one_that_runs_is_a_mistake(
    tree: MakeTree, name: str, special: str
) -> None:
    """Without its middleware a folder would be open."""
    (mistake,) = tree("a.py", f"sub/{name}").mistakes
    assert (mistake.file, mistake.what) == (f"server/sub/{name}", f"is ignored, but is nearly called {special}")
    assert mistake.remedy == f"Name it {special}, or give it a name that is less like it."


@pytest.mark.parametrize(
    ("name", "special"),
    [
        ("_middleware", "_middleware.py"),
        ("_Middlewares", "_middleware.py"),
        ("_middleware.py", "_middleware.py"),
        ("_error", "_error.py"),
        ("_errors", "_error.py"),
        ("_error.py", "_error.py"),
    ],
)
def test_a_private_folder_with_such_a_name_is_a_mistake(tree: MakeTree, name: str, special: str) -> None:
    """Middleware is a file."""
    (mistake,) = tree("a.py", f"{name}/x.py").mistakes
    assert mistake.what == f"is a folder that is ignored, but is nearly called {special}"
    assert mistake.remedy == f"Make it the file {special}, or give it a name that is less like it."


@pytest.mark.parametrize("name", OTHERS.split())
def test_other_private_names_are_ignored(tree: MakeTree, name: str) -> None:
    """So are those of the two files themselves, and whatever is in a private folder."""
    assert tree("a.py", name).mistakes == []


def test_a_near_miss_is_a_mistake_beside_the_file_itself(tree: MakeTree) -> None:
    """It may have been meant to add to it."""
    assert [mistake.file for mistake in tree("_middleware.py", "_middlewares.py").mistakes] == [
        "server/_middlewares.py"
    ]


def test_a_link_with_such_a_name_is_a_mistake_wherever_it_leads(tmp_path: Path) -> None:
    """A broken one is too."""
    write(tmp_path, {"server/a.py": ""})
    (tmp_path / "server/_Middleware.py").symlink_to("nowhere")
    (mistake,) = scan(tmp_path, tmp_path / "server").mistakes
    assert mistake.file == "server/_Middleware.py"


@pytest.mark.parametrize("name", ["middleware.py", "middlewares.py", "Middleware.py", "error.py", "errors.py"])
def test_public_names_are_route_files(tree: MakeTree, name: str) -> None:
    """The message about one without a handler can name the private file all the same."""
    found = tree(name)
    assert (len(found.files), found.mistakes) == (1, [])
    assert nearly_special(name) == ("_error.py" if "err" in name else "_middleware.py")
