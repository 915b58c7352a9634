"""Code of the project that would not run when a body or a query is read."""

from __future__ import annotations

from typing import Any

import pytest

from fsapi.exports.annotations import read_contract
from fsapi.exports.not_run import check_not_run
from fsapi.tree.mistakes import Rejected
from tests import models

TOP = (
    "from pydantic import *\nimport attrs, dataclasses, functools, msgspec\nfrom typing import Annotated, Any\n"
    "from pydantic.dataclasses import dataclass\nfrom fsapi import Req, Res\n"
    "async def outside(value): ...\nasync def named(value): ...\nasync def factory(): yield\n"
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
    *(
        (
            f"{kind}\n    a: int\n    {after}",
            f"`M`, whose {name} would not run",
            "Make it a plain function, without async and yield.",
        )
        for kind, name in (
            ("class M(msgspec.Struct):", "__post_init__"),
            ("@dataclasses.dataclass\nclass M:", "__post_init__"),
            ("@attrs.define\nclass M:", "__attrs_post_init__"),
        )
        for after in (f"async def {name}(self): ...", f"def {name}(self): yield")
    ),
]
ASYNC = {
    "v": "@field_validator('a')\n    @classmethod\n    async def v(cls, a): ...",
    "m": "@model_validator(mode='after')\n    async def m(self): ...",
    "w": "@model_validator(mode='wrap')\n    @classmethod\n    async def w(cls, value, read): ...",
    "s": "@field_serializer('a')\n    async def s(self, a): ...",
    "t": "@model_serializer\n    async def t(self): ...",
    "c": "@computed_field\n    async def c(self) -> int: ...",
    "p": "@computed_field\n    @functools.cached_property\n    async def p(self) -> int: ...",
    "model_post_init": "async def model_post_init(self, context): ...",
    "outside": "b: Annotated[int, AfterValidator(outside)]",
    "factory": "b: Any = Field(default_factory=factory)",
    "function": "b: Annotated[int, BeforeValidator(functools.partial(outside))]",
    "named": "default: Annotated[int, BeforeValidator(named)]",
}
ACCEPTED = [
    f"{ATTRS}_a: int",
    f"{ATTRS}a: int = attrs.field(alias='a', validator=attrs.validators.gt(0))",
    "@attrs.define(kw_only=True)\nclass M:\n    a: int = 1\n    def __attrs_post_init__(self): ...",
    "@dataclasses.dataclass\nclass M:\n    _a: int\n    def __post_init__(self): ...",
]


def read(source: str, annotations: str) -> None:
    """Read the contract of a GET."""
    module: dict[str, Any] = {"__name__": models.__name__}
    exec(compile(f"{TOP}{source}\ndef GET({annotations}): ...", "a.py", "exec", dont_inherit=True), module)
    check_not_run("GET", read_contract("GET", module["GET"]))


@pytest.mark.parametrize(("source", "what", "remedy"), REJECTED)
@pytest.mark.parametrize(("types", "part"), [("dict[str, M]", "body"), ("None, Any, M", "query"), ("M", "body")])
def test_code_that_would_not_run_is_rejected(source: str, what: str, remedy: str, types: str, part: str) -> None:
    """At any depth; msgspec sets the attributes by itself."""
    with pytest.raises(Rejected) as caught:
        read(source, f"req: Req[{types}], res")
    assert (caught.value.what, caught.value.remedy) == (f"the {part} type of GET has {what}", remedy)


@pytest.mark.parametrize("name", ASYNC)
def test_what_is_async_in_a_model_is_rejected(name: str) -> None:
    """Nobody awaits it; in bodies, answers, and models within others."""
    source = f"class M(BaseModel):\n    a: int = 1\n    {ASYNC[name]}\nclass N(BaseModel):\n    a: list[M]"
    for signature, part, model in (
        ("req: Req[M], res", "body", "M"),
        ("req: Req[dict[str, N]], res", "body", "N"),
        ("req: Req[None, Any, M], res", "query", "M"),
        ("req, res: Res[list[N]]", "data", "N"),
    ):
        with pytest.raises(Rejected) as caught:
            read(source, signature)
        assert caught.value.what == f"the {part} type of GET has `{model}`, whose async {name} would not run"


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


NAMED = "from typing import *\nfrom typing_extensions import TypeAliasType\n"
ENDLESS = [
    "X = TypeAliasType('X', Union['X', int])",
    "X = TypeAliasType('X', Optional['X'])",
    "X = TypeAliasType('X', Annotated[Union['X', int], AfterValidator(abs)])",
    "class X(RootModel[Optional['X']]): ...",
]
ENDING = [
    "X = TypeAliasType('X', Union[list['X'], int])",
    "X = TypeAliasType('X', Annotated[Union['X', int], BeforeValidator(abs)])",
    "class X(RootModel[dict[str, 'X']]): ...",
    "class X(BaseModel):\n    x: Optional['X'] = None",
]


@pytest.mark.parametrize("names", ENDLESS)
def test_a_name_in_a_model_that_contains_itself_at_once_is_rejected(names: str) -> None:
    """Pydantic would end the process by SIGSEGV when it reads JSON."""
    for signature in ("req: Req[M], res", "req: Req[list[M]], res", "req, res: Res[M]"):
        with pytest.raises(Rejected, match="`M`, and in it a type that contains itself with no list or object between"):
            read(f"{NAMED}{names}\nclass M(BaseModel):\n    x: X", signature)


@pytest.mark.parametrize("names", ENDING)
def test_a_name_in_a_model_that_contains_itself_further_below_is_accepted(names: str) -> None:
    """In a list or an object, or where code of the project may make something else of the value."""
    read(f"{NAMED}{names}\nclass M(BaseModel):\n    x: X", "req: Req[M], res: Res[M]")


LAZY = ["Iterable[int]", "Generator[int, None, None]", "Union[None, Iterable[int]]", "Annotated[Iterable[int], 1]"]


@pytest.mark.parametrize("hint", LAZY)
def test_what_a_model_checks_too_late_is_rejected_where_it_is_read(hint: str) -> None:
    """What a client sends would be an exception of the handler; an answer may have it."""
    source = f"from typing import *\nclass M(BaseModel):\n    a: {hint}\nclass N(BaseModel):\n    m: M"
    for signature in ("req: Req[M], res", "req: Req[list[N]], res", "req: Req[None, Any, M], res"):
        with pytest.raises(Rejected, match="and in it an Iterable, which pydantic checks only when it is read"):
            read(source, signature)
    read(source, "req, res: Res[M]")
