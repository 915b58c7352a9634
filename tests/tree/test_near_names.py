"""Private names that are nearly those of the files which run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

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


def mistakes(found: Tree) -> dict[str, tuple[str, str]]:
    """Return what is wrong with the files of a tree, and what to do."""
    return {mistake.file: (mistake.what, mistake.remedy) for mistake in found.mistakes}


def test_a_private_file_with_nearly_the_name_of_one_that_runs_is_a_mistake(tree: MakeTree) -> None:
    """Without its middleware a folder would be open."""
    what = "is ignored, but is nearly called {}", "Name it {}, or give it a name that is less like it."
    names = {name: key for key, names in NEAR.items() for name in [*names.split(), *SPACED[key]]}
    found = mistakes(tree("a.py", *(f"sub{n}/{name}" for n, name in enumerate(names))))
    assert found == {
        f"server/sub{n}/{name}": (what[0].format(names[name]), what[1].format(names[name]))
        for n, name in enumerate(names)
    }


def test_a_private_folder_with_such_a_name_is_a_mistake(tree: MakeTree) -> None:
    """Middleware is a file."""
    what = "is a folder that is ignored, but is nearly called {}"
    remedy = "Make it the file {}, or give it a name that is less like it."
    names = ["_middleware", "_Middlewares", "_middleware.py", "_error", "_errors", "_error.py"]
    found = mistakes(tree("a.py", *(f"sub{n}/{name}/x.py" for n, name in enumerate(names))))
    special = ["_error.py" if "err" in name else "_middleware.py" for name in names]
    assert list(found.values()) == [(what.format(right), remedy.format(right)) for right in special]


def test_other_private_names_are_ignored(tree: MakeTree) -> None:
    """So are those of the two files themselves, and whatever is in a private folder."""
    assert mistakes(tree("a.py", *(f"sub{n}/{name}" for n, name in enumerate(OTHERS.split())))) == {}


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


def test_public_names_are_route_files(tree: MakeTree) -> None:
    """The message about one without a handler can name the private file all the same."""
    special = {
        "middleware.py": "_middleware.py",
        "middlewares.py": "_middleware.py",
        "Middleware.py": "_middleware.py",
        "error.py": "_error.py",
        "errors.py": "_error.py",
    }
    found = tree(*(f"sub{n}/{name}" for n, name in enumerate(special)))
    assert (len(found.files), found.mistakes) == (len(special), [])
    assert {name: nearly_special(name) for name in special} == special
