"""Types that no request or answer could fit are rejected when the app is built."""

from __future__ import annotations

from typing import Any

import pytest

from fsapi.contracts.annotations import read_contract
from fsapi.tree.mistakes import Rejected

TOP = "from tests.models import *\nfrom typing import *\nfrom fsapi import Req, Res\nimport pydantic\n"
STRUCT = "Use a msgspec.Struct, a dataclass, a TypedDict or another type that can be written as JSON."
FIELDS = "Write a TypedDict, a dataclass or a msgspec.Struct with a field for each name."
IMPORT = "Import Later outside of `if TYPE_CHECKING:`: annotations are read when the app starts."
FILE = "Make it a field of the body: `file: FileStorage`."


@pytest.mark.parametrize(
    ("source", "what", "remedy"),
    [
        (
            "def GET(req: Req[complex], res): ...",
            "the body type of GET contains complex, which cannot be written as JSON",
            STRUCT,
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
    module: dict[str, Any] = {"__name__": "tests.models"}
    exec(TOP + source, module)
    with pytest.raises(Rejected) as caught:
        read_contract("GET", module["GET"])
    assert (caught.value.what, caught.value.remedy) == (what, remedy)
