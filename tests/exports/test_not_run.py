"""Code of the project that would not run when a body or a query is read."""

from __future__ import annotations

from typing import Any

import pytest

from fsapi.exports.annotations import read_contract
from fsapi.exports.not_run import check_not_run
from fsapi.tree.mistakes import Rejected
from tests import models

TOP = (
    "import attrs, dataclasses\nfrom typing import Any\n"
    "from pydantic.dataclasses import dataclass\nfrom fsapi import Req, Res\n"
)
ATTRS = "@attrs.define\nclass M:\n    "
REJECTED = [
    (
        f"{ATTRS}a: int = attrs.field(converter=int)",
        "`M.a`, whose converter would not run",
        "Convert the value in __attrs_post_init__.",
    ),
    (
        f"{ATTRS}_a: int = attrs.field(alias='b')",
        "`M._a` with the alias b, which JSON does not have",
        "Name the field b.",
    ),
    (
        "@attrs.define(init=False)\nclass M:\n    a: int\n    def __init__(self, a): self.__attrs_init__(a)",
        "`M`, whose own __init__ would not run",
        "Write __attrs_post_init__ instead.",
    ),
    (
        "@dataclasses.dataclass(init=False)\nclass M:\n    a: int\n    def __init__(self, a): self.a = a",
        "`M`, whose own __init__ would not run",
        "Write __post_init__ instead.",
    ),
    (
        "@dataclass\nclass M:\n    a: int",
        "`M`, a pydantic dataclass, whose checks would not run",
        "Make it a pydantic.BaseModel.",
    ),
]
ACCEPTED = [
    f"{ATTRS}_a: int",
    f"{ATTRS}a: int = attrs.field(alias='a', validator=attrs.validators.gt(0))",
    "@attrs.define(kw_only=True)\nclass M:\n    a: int = 1\n    def __attrs_post_init__(self): ...",
    "@dataclasses.dataclass\nclass M:\n    _a: int\n    def __post_init__(self): ...",
]


def read(source: str, annotations: str) -> None:
    """Read the contract of a GET."""
    module: dict[str, Any] = {"__name__": models.__name__}
    exec(f"{TOP}{source}\ndef GET({annotations}): ...", module)
    check_not_run("GET", read_contract("GET", module["GET"]))


@pytest.mark.parametrize(("source", "what", "remedy"), REJECTED)
@pytest.mark.parametrize(("types", "part"), [("dict[str, M]", "body"), ("None, Any, M", "query"), ("M", "body")])
def test_code_that_would_not_run_is_rejected(source: str, what: str, remedy: str, types: str, part: str) -> None:
    """At any depth; msgspec sets the attributes by itself."""
    with pytest.raises(Rejected) as caught:
        read(source, f"req: Req[{types}], res")
    assert (caught.value.what, caught.value.remedy) == (f"the {part} type of GET has {what}", remedy)


@pytest.mark.parametrize("source", [source for source, _, _ in REJECTED])
def test_in_an_answer_the_code_has_run(source: str) -> None:
    """The project has made the instance."""
    read(source, "req, res: Res[M]")


@pytest.mark.parametrize("source", ACCEPTED)
def test_any_other_class_is_accepted(source: str) -> None:
    """A private name is a name of JSON as well."""
    read(source, "req: Req[M], res")


@pytest.mark.parametrize("types", ["C | D", "list[C | D]", "Annotated[C | D, pydantic.Field(discriminator='k')]"])
def test_a_union_of_models_is_rejected(types: str) -> None:
    """The message says how pydantic reads one."""
    classes = "import pydantic\nfrom typing import *\nclass C(pydantic.BaseModel):\n    k: Literal['c']\n"
    with pytest.raises(Rejected) as caught:
        read(f"{classes}class D(pydantic.BaseModel):\n    k: Literal['d']", f"req: Req[{types}], res")
    assert caught.value.what == "the body type of GET has a union of several models"
    assert caught.value.remedy.endswith("class Either(pydantic.RootModel[Cat | Dog]): ...")
