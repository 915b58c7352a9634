"""Names of components."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
import pytest

from fsapi import App
from fsapi.openapi.names import class_choices, key_choices, unique_names
from tests.models import Page, Row
from tests.site import write


class _Named:
    """A tag of a type whose text differs from run to run."""


def named(**choices: list[str]) -> dict[str, str]:
    """Return the names of components with these choices."""
    return unique_names(choices)


def test_a_name_that_no_other_has_is_kept() -> None:
    """The module is left out."""
    assert named(a=["Item", "x.Item"], b=["User", "x.User"]) == {"a": "Item", "b": "User"}


def test_all_of_one_name_get_what_tells_them_apart() -> None:
    """None keeps the short one, so that no name depends on the order."""
    assert named(a=["Item", "x.Item"], b=["Item", "y.Item"]) == {"a": "x.Item", "b": "y.Item"}


def test_what_is_equal_in_all_names_is_numbered() -> None:
    """They are two classes of one name in one module."""
    assert named(a=["I", "x.I"], b=["I", "x.I"], c=["I", "y.I"]) == {"a": "x.I", "b": "x.I_2", "c": "y.I"}


@pytest.mark.parametrize(
    "choices",
    [
        {"a": ["I"], "b": ["I"], "c": ["I_2"]},
        {"a": ["I", "x.I"], "b": ["I", "y.I"], "c": ["x.I"]},
        {"a": ["Größe"], "b": ["Gräße"], "c": ["-"], "d": [""], "e": ["日本"]},
        {"a": ["I", "x[y].I"], "b": ["I", "x(y).I"], "c": ["I", "x_y_.I"]},
    ],
)
def test_every_name_is_unique_and_valid(choices: dict[str, list[str]]) -> None:
    """Other characters become an underscore, and then two can be equal."""
    names = [*unique_names(choices).values()]
    assert len({*names}) == len(choices)
    assert all(re.fullmatch(r"[a-zA-Z0-9._]+", name) for name in names)


@pytest.mark.parametrize(
    ("hint", "choices"),
    [
        (Row, ["Row", "Row", "tests.models.Row"]),
        (Page[Row], ["Page[Row]", "Page[tests.models.Row]", "tests.models.Page[tests.models.Row]"]),
        (Page[Page[int]], ["Page[Page[int]]", "Page[tests.models.Page[int]]"]),
        (Page[Literal["a", 1]], ["Page[Literal[a, 1]]"]),
        (Page[int | None], ["Page[UnionType[int, None]]"]),
        (Page[Any], ["Page[Any]"]),
        (Page[Annotated[int, _Named()]], ["Page[int]"]),
        (Page[Annotated[Row, msgspec.Meta(title="x")]], ["Page[Row]", "Page[tests.models.Row]"]),
    ],
)
def test_a_generic_class_is_named_with_the_types_in_its_brackets(hint: Any, choices: list[str]) -> None:
    """Their metadata is left out."""
    assert class_choices(hint)[: len(choices)] == choices


class TypeAliasType:
    """What `type Json = list[Json] | int` makes from Python 3.12 on."""

    __name__ = "Json"

    @property
    def __value__(self) -> Any:
        """Return the type, which contains its name."""
        return list[self] | int  # type: ignore[valid-type]


def test_a_name_that_contains_itself_ends() -> None:
    """It is spelled once."""
    hint: Any = Page[list[TypeAliasType()]]  # type: ignore[misc]
    assert class_choices(hint)[0] == "Page[list[UnionType[..., int]]]"


def test_the_number_of_a_tree_is_in_no_name(tmp_path: Path) -> None:
    """It depends on which of the trees of one name is loaded first; a folder can have any name."""
    item = "from {lib} import *\nclass Item({base}): x: int\ndef POST(req: Req[list[Item]], res: Res[Item]): ...\n"
    lib = "from msgspec import Struct\nfrom pydantic import BaseModel\nfrom fsapi import Req, Res"
    files = {
        "server/_lib.py": lib,
        "server/a~2/_lib.py": lib,
        "server/a~2/b.py": item.format(lib="._lib", base="Struct"),
        "server/c.py": item.format(lib="._lib", base="Struct"),
        "server/[d].py": item.format(lib="._lib", base="BaseModel"),
    }
    first, second = (App(write(tmp_path / name, files)).openapi()["components"]["schemas"] for name in "ab")
    assert first == second
    assert [name for name in first if "Item" in name] == ["server._d_.Item", "server.a_2.b.Item", "server.c.Item"]
    assert key_choices("server~2.[id].Item:94672") == ["Item", "server.[id].Item"]


def test_a_definition_of_pydantic_without_a_class_is_named_after_its_key() -> None:
    """The numbers in it differ from run to run."""
    key = "shop.Page:94672407356656[server.[id].f.<locals>.Item:94672404787552, int:94672404787123]"
    assert key_choices(key) == ["Page[Item, int]", "shop.Page[server.[id].f.<locals>.Item, int]"]
