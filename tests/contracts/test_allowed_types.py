"""Types that no request or answer could fit are rejected when the app is built."""

from __future__ import annotations

from typing import Any

import pytest

from fsapi.answers.writer import writer
from fsapi.contracts.models import find_unwritable
from fsapi.exports.annotations import read_contract
from fsapi.request.contract import Contract
from fsapi.tree.mistakes import Rejected

TOP = "from tests.models import *\nfrom typing import *\nfrom fsapi import Req, Res\nimport pydantic\n"
STRUCT = "Use a msgspec.Struct, a dataclass, a TypedDict or another type that can be written as JSON."
FIELDS = "Write a TypedDict, a dataclass or a msgspec.Struct with a field for each name."
IMPORT = "Import Later outside of `if TYPE_CHECKING:`: annotations are read when the app starts."
FILE = "Make it a field of the body: `file: FileStorage`."
WITHOUT = "Write a type without it for what clients send."


def contract_of(source: str) -> Contract:
    """Return the contract of the handler in a source."""
    module: dict[str, Any] = {"__name__": "tests.models"}
    exec(compile(TOP + source, "a.py", "exec", dont_inherit=True), module)
    name = "POST" if "POST" in module else "GET"
    return read_contract(name, module[name])


def rejected(source: str) -> tuple[str, str]:
    """Return what is wrong with the contract of the handler in a source, and the remedy."""
    with pytest.raises(Rejected) as caught:
        contract_of(source)
    return caught.value.what, caught.value.remedy


@pytest.mark.parametrize(
    ("source", "what", "remedy"),
    [
        (
            "def GET(req: Req[complex], res): ...",
            "the body type of GET contains complex, which cannot be written as JSON",
            STRUCT,
        ),
        (
            "import msgspec\ndef GET(req, res: Res[dict[str, msgspec.msgpack.Ext]]): ...",
            "the data type of GET cannot be used: an Ext of MessagePack cannot be written as JSON",
            "Use a type that msgspec can decode.",
        ),
        (
            "def GET(req, res: Res[list[Callable[[], int]]]): ...",
            "the data type of GET contains Callable, which cannot be written as JSON",
            STRUCT,
        ),
        (
            "def GET(req: Req[None, list[int]], res): ...",
            "the params type of GET is list[int], which has no fields",
            FIELDS,
        ),
        (
            "def GET(req: Req[None, Id, int], res): ...",
            "the query type of GET is int, which has no fields",
            FIELDS,
        ),
        (
            "def GET(req: Req[None, Id, dict[str, int]], res): ...",
            "the query type of GET is dict[str, int], which has no fields",
            FIELDS,
        ),
        (
            "class Body(Struct):\n    x: 'Later'\ndef GET(req: Req[Body], res): ...",
            "the body type of GET needs Later, which is not defined at run time",
            IMPORT,
        ),
        (
            "class Body(pydantic.BaseModel):\n    x: 'Later'\ndef GET(req: Req[Body], res): ...",
            "the body type of GET needs Later, which is not defined at run time",
            IMPORT,
        ),
        (
            "def GET(req: Req[list[int] | set[int]], res): ...",
            "the body type of GET cannot be used: Type unions may not contain more than one array-like "
            "(list, set, tuple) type - type `list[int] | set[int]` is not supported",
            "Use a type that msgspec can decode.",
        ),
        (
            "class Deep(Struct):\n    at: Upload\ndef GET(req: Req[Deep], res): ...",
            "the body type of GET contains a FileStorage where no file can be sent",
            FILE,
        ),
        (
            "def GET(req, res: Res[Upload]): ...",
            "the data type of GET contains a FileStorage where no file can be sent",
            FILE,
        ),
        (
            "class Filter(Struct):\n    by: Row\ndef GET(req: Req[None, Id, Filter], res): ...",
            "the query type of GET has a field that cannot be read from text",
            "Give its fields types such as str, int or date, or lists of them.",
        ),
    ],
)
def test_a_type_that_nothing_could_fit_is_rejected(source: str, what: str, remedy: str) -> None:
    """The message names the part and the handler, and says what to write."""
    assert rejected(source) == (what, remedy)


NOT_IN_INIT = """
import attrs, dataclasses, pydantic
from pydantic.dataclasses import dataclass as checked
@dataclasses.dataclass
class Data:
    name: str
    admin: bool = dataclasses.field(init=False, default=False)
@attrs.define
class Attrs:
    name: str
    admin: bool = attrs.field(init=False, default=False)
@checked
class Checked:
    name: str
    admin: bool = dataclasses.field(init=False, default=False)
class Base(pydantic.BaseModel):
    name: str
    admin: bool = pydantic.Field(init=False, default=False)
@dataclasses.dataclass
class Own:
    name: str
    admin: bool = False
    def __init__(self, name: str) -> None: self.name = name
@dataclasses.dataclass(init=False)
class Bare:
    admin: bool = False
@dataclasses.dataclass
class Heir(Data):
    age: int = 0
class Holder(Struct):
    data: Data
class Outer(pydantic.BaseModel):
    inner: list[Base] = []
class Lists(TypedDict):
    data: dict[str, list[tuple[int, Data | None]]]
class Rows(NamedTuple):
    row: Data
"""
SETTABLE = """
import attrs, dataclasses, pydantic
from pydantic.dataclasses import dataclass as checked
@dataclasses.dataclass
class Data:
    name: str
    admin: bool = dataclasses.field(init=False, default=False)
@attrs.define
class Attrs:
    _id: int
    many: int = attrs.field(default=1, kw_only=True)
@dataclasses.dataclass
class Own:
    name: str
    def __init__(self, **values: Any) -> None: self.__dict__.update(values)
class Base(pydantic.BaseModel):
    data: Data
    _admin: bool = pydantic.PrivateAttr(False)
class Cls(Struct):
    kind: ClassVar[int] = 1
@dataclasses.dataclass
class Constant:
    kind: ClassVar[int] = 1
    name: str = ""
"""


@pytest.mark.parametrize(
    ("hint", "owner"),
    [
        *((name, name) for name in ("Data", "Attrs", "Checked", "Base", "Own", "Bare")),
        ("Heir", "Heir"),
        ("Holder", "Data"),
        ("Outer", "Base"),
        ("Lists", "Data"),
        ("Rows", "Data"),
        ("list[Data]", "Data"),
        ("int | Attrs | None", "Attrs"),
    ],
)
def test_a_field_that_init_does_not_take_is_rejected_in_a_body(hint: str, owner: str) -> None:
    """The project sets it, but msgspec and pydantic would take it from the client, at every depth."""
    what = f"the body type of POST has `{owner}.admin`, which a client could fill, but __init__ cannot"
    assert rejected(f"{NOT_IN_INIT}def POST(req: Req[{hint}], res): ...") == (what, WITHOUT)


def test_a_field_that_init_does_not_take_is_rejected_in_a_query() -> None:
    """A query is filled as a body is."""
    what = "the query type of GET has `Data.admin`, which a client could fill, but __init__ cannot"
    assert rejected(f"{NOT_IN_INIT}def GET(req: Req[None, Id, Data], res): ...") == (what, WITHOUT)


@pytest.mark.parametrize("name", ["Data", "Attrs", "Checked", "Base", "Own"])
def test_an_answer_may_have_fields_that_init_does_not_take(name: str) -> None:
    """A client only reads them."""
    assert contract_of(f"{NOT_IN_INIT}def GET(req, res: Res[{name}]): ...").answers


@pytest.mark.parametrize("name", ["Attrs", "Own", "Base", "Cls", "Constant"])
def test_fields_that_init_takes_stay(name: str) -> None:
    """Also without an underscore; and pydantic fills neither private attributes nor what a dataclass sets itself."""
    assert contract_of(f"{SETTABLE}def POST(req: Req[{name}], res): ...").body


UNHASHABLE = ["set[list[int]]", "frozenset[dict[str, int]]", "set[Row]", "list[set[set[int]]]", "set[list[int] | Row]"]
UNHASHABLE_TOO = ["set[tuple[list[int], int]]", "set[tuple[Row, ...]]", "set[Model]", "set[Annotated[list[int], 1]]"]
HASHABLE = ["set[Any]", "set[object]", "set", "set[frozenset[int]]", "set[tuple[int, ...]]", "set[tuple[int, str]]"]
HASHABLE_TOO = ["set[int | None]", "set[list[int] | int]", "set[Decimal]", "set[Literal[1, 2]]", "list[Row]"]


def test_a_set_of_what_cannot_be_hashed_is_rejected() -> None:
    """No body but an empty one could fit; an answer is made from what the project has."""
    for hint in (*UNHASHABLE, *UNHASHABLE_TOO):
        assert "cannot be in a set" in rejected(f"def POST(req: Req[{hint}], res): ...")[0], hint
        contract_of(f"def GET(req, res: Res[{hint}]): ...")


def test_a_set_of_what_can_be_hashed_stays() -> None:
    """So does one of a union, if a member can be hashed."""
    for hint in (*HASHABLE, *HASHABLE_TOO):
        contract_of(f"def POST(req: Req[{hint}], res): ...")


UNEVALUATED = """
class Node(Struct):
    value: int
    after: "'Node' | None"
"""


@pytest.mark.parametrize("hint", ["Node", "list[Node]", "dict[str, Node | None]"])
def test_an_annotation_that_cannot_be_evaluated_names_its_class(hint: str) -> None:
    """As `"Node" | None` under `from __future__ import annotations`, which Python does not run."""
    what = "the body type of POST cannot be used: Node: unsupported operand type(s) for |: 'str' and 'NoneType'"
    remedy = "Use a type that msgspec can decode."
    assert rejected(f"{UNEVALUATED}def POST(req: Req[{hint}], res): ...") == (what, remedy)


LIMITED = """
Positive = NewType("Positive", Annotated[int, Meta(ge=1)])
class Size(Struct):
    size: Annotated[float, Meta(gt=0)] | tuple[float, float]
class Pair(NamedTuple):
    width: int
    height: int
"""
CRASHING = [
    "Annotated[int, Meta(ge=1)] | tuple[int, int]",
    "list[tuple[int] | None | Annotated[str, Meta(max_length=1)]]",
]
CRASHING_TOO = [
    "tuple[Tree, Size]",
    "Positive | tuple[int]",
    "dict[str, Size | None]",
    "Annotated[Annotated[int, Meta(le=1)] | str, Meta(title='a')] | tuple[int]",
]
SAFE = ["Annotated[int, Meta(ge=1)] | Pair", "Annotated[int, Meta(ge=1)] | tuple[int, ...]", "int | tuple[int, int]"]
SAFE_TOO = ["Annotated[str, Meta(pattern='a')] | tuple[int]", "tuple[int, Annotated[int, Meta(ge=1)]] | None"]


def test_a_union_on_which_msgspec_crashes_is_rejected() -> None:
    """It ends the process as soon as Python collects garbage, so msgspec does not get to see it."""
    for hint in (*CRASHING, *CRASHING_TOO):
        for part in ("req: Req[{}], res", "req, res: Res[{}]"):
            what, remedy = rejected(f"{LIMITED}def POST({part.format(hint)}): ...")
            assert what.endswith(" and a type with limits, on which msgspec crashes"), hint
            assert remedy == "Write a NamedTuple in place of the tuple."


def test_a_union_of_a_tuple_on_which_msgspec_does_not_crash_stays() -> None:
    """Limits and a NamedTuple, an array of any length, or a regex do no harm."""
    for hint in (*SAFE, *SAFE_TOO):
        assert contract_of(f"{LIMITED}def POST(req: Req[{hint}], res): ...").body


ARRAYS = """
class A(Struct, array_like=True, tag=True):
    a: int
class B(Struct, array_like=True, tag=True):
    b: int
class C(Struct, tag=True):
    c: int
class D(Struct, tag=True):
    d: int
class Row(NamedTuple):
    e: int
@dataclasses.dataclass
class Data:
    f: int
class Dict(TypedDict):
    g: int
"""
UNREADABLE = ["A | B | Data", "list[Dict | A | B]", "dict[str, tuple[B | None | A | Data]]"]
READABLE = ["A | B", "A | Data", "A | B | dict[str, int]", "Row | C | D", "A | B | None | str", "Data | Row"]


def test_an_answer_that_cannot_be_read_back_is_rejected() -> None:
    """A dataclass is read back as a Struct, which msgspec does not take beside several arrays; a body has no such."""
    for hint in UNREADABLE:
        what, remedy = rejected(f"{ARRAYS}def GET(req, res: Res[{hint}]): ...")
        assert what.endswith("`, an object beside several Structs that are arrays"), hint
        assert remedy == "Make each class in it a Struct with a tag, and without `array_like`."
        assert contract_of(f"{ARRAYS}def POST(req: Req[{hint}], res): ...").body
    for hint in READABLE:
        assert writer(contract_of(f"{ARRAYS}def POST(req: Req[{hint}], res: Res[{hint}]): ...").data)


NOTED = """
T = TypeVar("T")
@dataclasses.dataclass
class Box(Generic[T]):
    content: T
Noted = Annotated[int, {"note": []}]
class Outer(Struct):
    box: Box[Noted]
class Model(pydantic.BaseModel):
    box: Box[Noted]
"""


def test_brackets_with_metadata_that_cannot_be_hashed_are_rejected() -> None:
    """Msgspec keeps what it knows of a class by its brackets; pydantic does not."""
    for hint in ("Box[Noted]", "list[Box[Noted]]", "Outer", "Box[Box[Noted]]"):
        for part in ("req: Req[{}], res", "req, res: Res[{}]"):
            what, _ = rejected(f"{NOTED}def POST({part.format(hint)}): ...")
            assert what.endswith(" type of POST cannot be used: unhashable type: 'dict'"), hint
    for hint in ("Noted", "list[Noted]", "Model", "list[Model]"):
        assert contract_of(f"{NOTED}def POST(req: Req[{hint}], res: Res[{hint}]): ...").body


SELF = """
class TypeAliasType:
    def __init__(self, get):
        self.get = get
    __value__ = property(lambda self: self.get())
Json = TypeAliasType(lambda: Union[list[Json], int])
Same = TypeAliasType(lambda: Same)
One = TypeAliasType(lambda: Other)
Other = TypeAliasType(lambda: One)
class Holder(Struct):
    value: Json
class Empty(Struct):
    value: Same
"""


@pytest.mark.parametrize("hint", ["Json", "Holder", "dict[str, Holder | None]", "Same", "One", "list[Empty]"])
def test_a_name_that_contains_itself_is_rejected(hint: str) -> None:
    """As in `type Json = list[Json] | int`, legal from Python 3.12 on; `type Same = Same` is legal, too."""
    what = "the body type of POST is nested too deep for msgspec, or has a name that contains itself"
    remedy = "Write `object` in place of a part of it."
    assert rejected(f"{SELF}def POST(req: Req[{hint}], res): ...") == (what, remedy)


NAMES = """
from typing_extensions import TypeAliasType, TypeVar
K, V, D = TypeVar("K"), TypeVar("V"), TypeVar("D", default=int)
By, Same = TypeAliasType("By", dict[V, K], type_params=(K, V)), TypeAliasType("Same", K, type_params=(K,))
Open = TypeAliasType("Open", list[D], type_params=(D,))
class Holder(Struct):
    value: Annotated[list[{}], 1] | None
"""


@pytest.mark.parametrize(
    ("field", "what", "remedy"),
    [
        ("By[int, str]", " has `By[int, str]` in a class, which msgspec reads as another type", "dict[str, int]"),
        ("Same[int]", " has `Same[int]` in a class, which msgspec reads as another type", "int"),
    ],
)
def test_a_name_in_a_class_that_msgspec_misreads_is_rejected(field: str, what: str, remedy: str) -> None:
    """In `type By[K, V] = dict[V, K]` it fills in V first."""
    found = rejected(NAMES.format(field) + "def POST(req: Req[dict[str, Holder]], res): ...")
    assert found == (f"the body type of POST{what}", f"Write what it means: `{remedy}`.")


def test_a_name_in_a_class_without_the_default_of_its_variable_is_rejected() -> None:
    """Python takes `type Open[D = int] = list[D]` for a list of int, msgspec for one of anything."""
    what, _ = rejected(NAMES.replace("Annotated[list[{}], 1] | None", "Open") + "def POST(req: Req[Holder], res): ...")
    text = "the default of the type variable D is not read; write the type in brackets"
    assert what == f"the body type of POST cannot be used: {text}"


OPEN_MODEL = """
K, L = TypeVar("K"), TypeVar("L")
class Box(pydantic.BaseModel, Generic[K]):
    value: K
class Holder(Struct, Generic[L]):
    boxes: list[Box[L]]
class Row(Holder[int]):
    pass
"""


@pytest.mark.parametrize("hint", ["Holder[int]", "Row", "list[Holder[str]]", "Box[L]"])
def test_a_model_with_the_type_variable_of_another_class_is_rejected(hint: str) -> None:
    """It is left open by msgspec, and a model with an open variable takes anything."""
    for part in ("req: Req[{}], res", "req, res: Res[{}]"):
        what, remedy = rejected(f"{OPEN_MODEL}def POST({part.format(hint)}): ...")
        assert what.endswith("the model Box with a type variable in its brackets, which only another model can fill in")
        assert remedy == "Make the class around it a model, or write the type itself in its brackets."


@pytest.mark.parametrize("hint", ["Fails", "list[Fails]", "Failing"])
def test_a_name_that_raises_is_rejected(hint: str) -> None:
    """`type Fails = 1 / 0` raises only when it is read."""
    source = f"{SELF}Fails = TypeAliasType(lambda: 1 / 0)\nclass Failing(Struct):\n    value: Fails\n"
    for part in ("req: Req[{}], res", "req, res: Res[{}]"):
        what, _ = rejected(f"{source}def POST({part.format(hint)}): ...")
        assert what.endswith(("cannot be used: division by zero", "cannot be used: Failing: division by zero"))


def test_classes_are_found_below_a_name_that_contains_itself() -> None:
    """A model can have a field of such a type."""
    module: dict[str, Any] = {}
    exec(f"{TOP}{SELF}Found = dict[str, Json]", module)
    assert find_unwritable(module["Found"]) == ""
