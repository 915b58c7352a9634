"""Annotations of handlers are read as contracts."""

# Unions are written in both ways on purpose.
# ruff: noqa: UP007, UP045

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Generator, Iterable
from http import HTTPStatus
from types import FunctionType, GenericAlias
from typing import Annotated, Any, Final, Generic, Literal, NewType, Optional, Union

import pydantic
import pytest
from typing_extensions import TypeAliasType, TypeVar, Unpack
from werkzeug.wrappers import Response

import fsapi
from fsapi import Req, Res
from fsapi.exports.annotations import read_contract
from fsapi.request.contract import UNTYPED, Contract
from fsapi.tree.mistakes import Rejected
from tests.models import Id, Key, Model, NewUser, Query, User

T = TypeVar("T")
UserBound = TypeVar("UserBound", bound=User)
UserReq = Req[NewUser, Id]


def annotated(req: Any, res: Any = Res) -> Callable[..., None]:
    """Return a handler with annotations for `req` and `res`."""

    def handler(req: Any, res: Any) -> None: ...

    handler.__annotations__ = {"req": req, "res": res, "return": None}
    return handler


@pytest.mark.parametrize(
    ("req", "expected"),
    [
        (Req, Contract()),
        (Req[Any, dict[str, Any], dict[str, str]], Contract()),
        (Req[NewUser], Contract(NewUser)),
        (Req[None], Contract(None)),
        (Req[None, None, None], Contract(None)),
        (Req[None, Id], Contract(None, Id)),
        (Req[None, dict[str, str], Query], Contract(None, dict[str, str], Query)),
        (Req["NewUser", "Id", "Query"], Contract(NewUser, Id, Query)),
        (UserReq, Contract(NewUser, Id)),
        (Annotated[UserReq, "words"], Contract(NewUser, Id)),
        ("Req[list[NewUser]]", Contract(list[NewUser])),
        ("fsapi.Req[NewUser | None]", Contract(NewUser | None)),
    ],
)
def test_req_declares_body_params_and_query(req: Any, expected: Contract) -> None:
    """In this order. A missing type is UNTYPED, and so is the type that a request has anyway."""
    handler = annotated(req)
    handler.__globals__.update(fsapi=fsapi)
    assert read_contract("GET", handler) == expected


@pytest.mark.parametrize(
    ("res", "data", "statuses", "answers"),
    [
        (Res, UNTYPED, (), False),
        (Res[User], User, (), True),
        (Res[Any], UNTYPED, (), True),
        (Res[None, Literal[204]], type(None), (204,), True),
        (Res[User, Literal[201, 200]], User, (201, 200), True),
        (Res[User, int], User, (), True),
        (Res[User, Literal[HTTPStatus.CREATED]], User, (201,), True),
        (Res[Iterable[User]], list[User], (), True),
        (Res[Iterable], list[Any], (), True),  # type: ignore[type-arg]
        (Res[typing.Iterable], list[Any], (), True),  # type: ignore[type-arg]
        (Res[Iterable[User] | None], list[User] | None, (), True),
        (Res[dict[str, Iterable[Iterable[User]]]], dict[str, list[list[User]]], (), True),
        (Res[Annotated[Iterable[int], "words"]], Annotated[list[int], "words"], (), True),
        (Res[Literal["a"]], Literal["a"], (), True),
        (Res[Generator[User, None, None]], list[User], (), True),
    ],
)
def test_res_declares_data_and_statuses(res: Any, data: Any, statuses: tuple[int, ...], answers: bool) -> None:
    """In this order. An iterable is a list in JSON."""
    assert read_contract("GET", annotated(Req, res)) == Contract(data=data, statuses=statuses, answers=answers)


def test_a_handler_without_annotations_has_an_empty_contract() -> None:
    """Nothing is declared, so nothing is checked."""
    handler = annotated(Req)
    handler.__annotations__ = {}
    assert read_contract("GET", handler) == Contract()


def test_a_decorated_handler_keeps_its_contract() -> None:
    """functools.wraps leads to the annotations."""

    def decorated(*args: object) -> None: ...

    assert read_contract("GET", functools.wraps(annotated(UserReq))(decorated)) == Contract(NewUser, Id)


class UserRes(Res[User]):
    """A subclass with a contract."""


class QuotedRes(Res["User"]):
    """A subclass whose base class has a type in quotes."""


class ListRes(Res[list[T]], Generic[T]):
    """A generic subclass."""


class BoundRes(Res[list[UserBound]], Generic[UserBound]):
    """A generic subclass whose variable has a bound."""


class UserListRes(ListRes[User]):
    """A subclass of a subclass."""


class StatusRes(Res[T, Literal[201]]):
    """A generic subclass with a status."""


class BodyReq(Req[NewUser, Id]):
    """A subclass of Req."""


class PlainRes(Res):
    """A subclass without a contract."""


def alias(value: Any, *variables: Any) -> Any:
    """Return what `type A = ...` makes from Python 3.12 on (PEP 695)."""
    make: Any = TypeAliasType
    return make("A", value, type_params=variables)


LIST: Any = Res[list[T]]  # type: ignore[valid-type] # with a variable to be filled in
#: Annotations that have one meaning, in which a contract does not stand by itself.
BELOW: dict[str, tuple[Any, Any]] = {
    "a union": (Res[User] | None, User),
    "Optional": (Optional[Res[User]], User),
    "another class": (Union[Res[User], int], User),
    "Annotated in a union": (Optional[Annotated[Res[User], 1]], User),
    "a union in Annotated": (Annotated[Res[User] | None, 1], User),
    "text in a union": (Union["Res[User]", None], User),
    "text": ("Annotated[Res[User], 1] | None", User),
    "equal ones": (Union[Annotated[Res[User], 1], Res[User], None], User),
    "a subclass": (UserRes, User),
    "text of a subclass": (UserRes | None, User),
    "a type in quotes": (QuotedRes, User),
    "a generic subclass": (ListRes[User], list[User]),
    "a generic subclass with a bound": (BoundRes, GenericAlias(list, (UserBound,))),
    "a subclass of a subclass": (UserListRes, list[User]),
    "a subclass with a status": (StatusRes[User], User),
    "NewType": (NewType("Named", Res[User]), User),
    "NewType of a subclass": (NewType("Named", UserRes), User),
    "NewType of text": (NewType("Named", "Res[User]"), User),
    "NewType in a union": (NewType("Named", Res[User]) | None, User),
    "a bound": (TypeVar("B", bound=Res[User]), User),
    "a bound in a union": (Optional[TypeVar("B", bound=Res[User])], User),
    "a bound of text": (TypeVar("B", bound="Res[User]"), User),
    "constraints": (TypeVar("C", Res[User], Response), User),
    "an alias": (alias(Res[User]), User),
    "an alias of a union": (alias(Res[User] | None), User),
    "an alias in a union": (alias(Res[User]) | None, User),
    "an alias of text": (alias("Res[User] | None"), User),
    "a generic alias": (alias(LIST, T)[User], list[User]),
    "an alias of an alias": (alias(alias(Res[User])), User),
    "Final": (Final[Res[User]], User),
    "a tuple of arguments": (Unpack[tuple[Req, Res[User]]], User),
}


@pytest.mark.parametrize("name", BELOW)
def test_a_contract_with_one_meaning_is_read_wherever_it_stands(name: str) -> None:
    """In a union, a type variable or an alias, and as the base of a class."""
    hint, data = BELOW[name]
    assert read_contract("GET", annotated(Req, hint)).data == data


def test_a_subclass_of_req_has_the_contract_of_its_base() -> None:
    """As one of Res has; one without types in brackets has none."""
    assert read_contract("GET", annotated(BodyReq | None, PlainRes)) == Contract(NewUser, Id)
    assert read_contract("GET", annotated(NewType("Named", BodyReq))) == Contract(NewUser, Id)


@pytest.mark.parametrize("hint", [Res[list[T]], ListRes, alias(LIST, T), Res[Annotated[T, 1]], Res[dict[str, T]]])  # type: ignore[valid-type]
def test_a_type_variable_that_stands_for_any_type_is_rejected(hint: Any) -> None:
    """Nothing would be checked."""
    with pytest.raises(Rejected, match="the data type of GET has the type variable T, which stands for any type"):
        read_contract("GET", annotated(Req, hint))


BY: Any = dict[T, User]  # type: ignore[valid-type]
ITEMS: Any = Iterable[T]  # type: ignore[valid-type]


Value = TypeVar("Value")


class Holder(pydantic.BaseModel, Generic[Value]):
    """A generic model."""

    value: Value


HOLDERS: Any = list[Holder[T]]  # type: ignore[valid-type]
REQ: Any = Req
RES: Any = Res
LISTS: Any = list
#: Names between the brackets of a contract, and what they mean there.
NAMED: dict[str, tuple[Any, Any, Contract]] = {
    "a body": (REQ[alias(User)], Res, Contract(User)),
    "nobody": (REQ[alias(None)], Res, Contract(None)),
    "anything": (REQ[alias(Any)], Res, Contract(Any)),
    "a generic name": (REQ[LISTS[alias(BY, T)[int]]], Res, Contract(list[dict[int, User]])),
    "a generic model": (REQ[alias(HOLDERS, T)[int]], Res, Contract(list[Holder[int]])),
    "no query": (REQ[None, alias(Id), alias(None)], Res, Contract(None, Id)),
    "an iterable": (Req, RES[alias(ITEMS, T)[int]], Contract(data=list[int], answers=True)),
    "a status": (Req, RES[User, alias(Literal[201])], Contract(data=User, statuses=(201,), answers=True)),
}


@pytest.mark.parametrize("name", NAMED)
def test_names_in_a_contract_stand_for_their_types(name: str) -> None:
    """Not all of their type variables are filled in by msgspec as Python does."""
    req, res, contract = NAMED[name]
    assert read_contract("GET", annotated(req, res)) == contract


class Action(Generic[T]):
    """A handler whose type variable has a name that its module does not know, as in `class Action[X]`."""

    def __call__(self, req: Any, res: Any) -> None: ...

    __call__.__annotations__.update(req="Req[X]", res="Res[list[X]]")


def test_text_can_name_type_parameters() -> None:
    """Those of a function (PEP 695), and those of the class or the function that it stands in."""
    variable: Any = TypeVar("X", bound=User)  # type: ignore[misc] # which its name in text is
    handler: Any = annotated("Req[X]", "Res[list[X]]")
    handler.__type_params__ = (variable,)
    assert read_contract("GET", handler) == Contract(variable, data=list[variable], answers=True)
    action: Any = Action
    action.__type_params__ = action.__parameters__ = (variable,)
    assert read_contract("GET", action[NewUser]()) == Contract(NewUser, data=list[NewUser], answers=True)


BOTH = "two contracts, {} and {}"
TWO: dict[str, tuple[Any, str]] = {
    "a union": (Res[User] | Res[list[User]], BOTH.format("Res[User]", "Res[list[User]]")),
    "a union with a bare Res": (Res | Res[User], BOTH.format("Res", "Res[User]")),
    "text": ("Res[User] | Optional[Res[int]]", BOTH.format("Res[User]", "Res[int]")),
    "subclasses": (UserRes | ListRes[int], BOTH.format("Res[User]", "Res[list[int]]")),
    "constraints": (TypeVar("C", Res[User], Res[int]), BOTH.format("Res[User]", "Res[int]")),
    "an alias": (alias(Res[User] | Res[int]), BOTH.format("Res[User]", "Res[int]")),
    "statuses": (Res[User] | Res[User, Literal[201]], BOTH.format("Res[User]", "Res[User, Literal[201]]")),
}


@pytest.mark.parametrize("name", TWO)
def test_a_contract_with_two_meanings_is_rejected(name: str) -> None:
    """Neither could be checked, and the other would be ignored."""
    hint, what = TWO[name]
    with pytest.raises(Rejected) as caught:
        read_contract("GET", annotated(Req, hint))
    assert caught.value.what == f"the annotations of GET have {what}"
    assert caught.value.remedy == "Write one of them. A union goes into its brackets: Res[A | B]."


@pytest.mark.parametrize("hint", [Req | Res, Res | None, "Res | Req", Union[Req, Res, None], PlainRes, T, Response])
def test_annotations_without_types_in_brackets_have_no_contract(hint: Any) -> None:
    """Whatever they hold besides."""
    assert read_contract("GET", annotated(Req, hint)) == Contract()


class Typed:
    """A decorator that declares a contract of its own."""

    def __init__(self, wrapped: Callable[..., None]) -> None:
        functools.update_wrapper(self, wrapped)

    def __call__(self, req: Req, res: Res[User]) -> None: ...


class AnyTyped(Typed):
    """A decorator that takes any contract."""

    def __call__(self, req: Req[Any, Any, Any], res: Res[T]) -> None: ...


def bare(req: Any, res: Any) -> None: ...


def test_a_decorator_can_declare_the_contract() -> None:
    """What it wraps declares none."""
    for handler in (Typed(bare), functools.partial(Typed(bare)), Typed(Decorator(bare)), Decorator(Typed(bare))):
        assert read_contract("GET", handler) == Contract(data=User, answers=True)


def test_a_decorator_that_takes_anything_leaves_the_contract_to_what_it_wraps() -> None:
    """So does one with the same contract."""
    assert read_contract("GET", AnyTyped(annotated(UserReq))) == Contract(NewUser, Id)
    assert read_contract("GET", Typed(annotated(Req, Res[User]))) == Contract(data=User, answers=True)


LOOSE: dict[str, tuple[Any, Any]] = {
    "bare ones, written out": (Req[Any, dict[str, Any], dict[str, str]], Res[Any]),
    "objects": (Req[object, object, object], Res[object]),
    "no body": (Req[None, Any, Any], Res[Any, int]),
    "nothing": (Req[None, None, None], Res[Any, Literal[200]]),
    "dicts of objects": (Req[Any, dict[str, object]], Res[object, Literal[202]]),
    "a part of the same": (Req[NewUser], Res[User, int]),
    "the same, with the rest": (Req[NewUser, Id, Any], Res[User, Literal[202]]),
}


def typed(req: Any, res: Any, wrapped: Callable[..., None]) -> Callable[..., None]:
    """Return a decorated handler; the decorator has annotations of its own."""
    return functools.update_wrapper(annotated(req, res), wrapped, assigned=())


def test_a_decorator_says_no_more_with_types_that_take_anything() -> None:
    """Nor with those of what it wraps, or another status."""
    wrapped = annotated(UserReq, Res[User, Literal[201]])
    contract = Contract(NewUser, Id, data=User, statuses=(201,), answers=True)
    assert {name: read_contract("GET", typed(*LOOSE[name], wrapped)) for name in LOOSE} == dict.fromkeys(
        LOOSE, contract
    )


def test_a_decorator_says_what_nothing_else_does() -> None:
    """A status, or that there is no body."""
    expected = Contract(None, data=Any, statuses=(202,), answers=True)
    assert read_contract("GET", typed(Req[None], Res[Any, Literal[202]], bare)) == expected


@pytest.mark.parametrize("req", [Req[User], Req[Any, dict[str, int]], Req[Any, Any, Id], Req[NewUser, dict[str, str]]])
def test_a_decorator_with_another_type_of_the_request_is_rejected(req: Any) -> None:
    """In any place."""
    with pytest.raises(Rejected, match="the annotations of GET have two contracts"):
        read_contract("GET", typed(req, Res, annotated(UserReq)))


def test_a_decorator_with_another_contract_than_what_it_wraps_is_rejected() -> None:
    """One of them would be ignored."""
    with pytest.raises(Rejected, match=r"the annotations of GET have two contracts, Res\[int\] and Res\[User\]"):
        read_contract("GET", Typed(annotated(Req, Res[int])))


class Decorator:
    """A decorator that is an object."""

    def __init__(self, wrapped: Callable[..., None]) -> None:
        functools.update_wrapper(self, wrapped)

    def __call__(self, req: Any, res: Any) -> None: ...


class Method:
    """An object that is called as a handler."""

    def __call__(self, req: UserReq, res: Res) -> None: ...


def wrapper(*args: object) -> None: ...


@pytest.mark.parametrize(
    "handler",
    [
        functools.partial(annotated(UserReq)),
        functools.lru_cache(annotated(UserReq)),
        staticmethod(annotated(UserReq)),
        Decorator(annotated(UserReq)),
        Decorator(Decorator(annotated(UserReq))),
        Method(),
        functools.partial(Method()),
        functools.wraps(functools.partial(annotated(UserReq)))(wrapper),
        functools.wraps(Method())(wrapper),
        functools.partial(functools.wraps(Method().__call__)(wrapper)),
    ],
)
def test_every_layer_leads_to_the_contract(handler: Callable[..., None]) -> None:
    """Decorators, partials, caches and objects, in any order."""
    assert read_contract("GET", handler) == Contract(NewUser, Id)


def test_decorators_that_lead_nowhere_are_rejected() -> None:
    """A function that wraps itself has no annotations to read."""
    handler = annotated(Req)
    handler.__dict__["__wrapped__"] = handler
    with pytest.raises(Rejected, match="an annotation of GET cannot be read: ValueError: wrapper loop"):
        read_contract("GET", handler)


def test_a_name_of_the_file_comes_before_the_one_that_is_always_known() -> None:
    """A file may call its own alias Req."""
    handler = annotated("Req", "Res")
    elsewhere = FunctionType(handler.__code__, {"Req": UserReq})
    elsewhere.__annotations__ = handler.__annotations__
    assert read_contract("GET", elsewhere) == Contract(NewUser, Id)


def test_req_and_res_are_found_by_their_type() -> None:
    """A decorator may add parameters before them."""

    def handler(user: int, res: Res[User], req: Req[NewUser]) -> None: ...

    handler.__annotations__.update(user=int, res=Res[User], req=Req[NewUser])
    assert read_contract("GET", handler) == Contract(NewUser, data=User, answers=True)


COUNT = "Write Req[Body, Params, Query], with None for no body."
STATUS = "Write Res[Data, Literal[201]], with a status from 200 to 399."
IMPORT = "Import Later outside of `if TYPE_CHECKING:`: annotations are read when the app starts."


@pytest.mark.parametrize(
    ("req", "res", "what", "remedy"),
    [
        ("Req[int, Id, Query, int]", Res, "Req of GET has 4 types", COUNT),
        *(
            (Req, res, "Res of GET must have a success status as its second and last type", STATUS)
            for res in (
                "Res[User, 201]",
                "Res[User, Literal[404]]",
                "Res[User, Literal['201']]",
                "Res[User, Literal[200], int]",
                "Res[User, str]",
            )
        ),
        ("Req[Later]", Res, "an annotation of GET needs Later, which is not defined at run time", IMPORT),
        (
            "1/0",
            Res,
            "an annotation of GET cannot be read: ZeroDivisionError: division by zero",
            "Fix or remove it.",
        ),
    ],
)
def test_annotations_that_are_not_a_contract_are_rejected(req: Any, res: Any, what: str, remedy: str) -> None:
    """The message names the handler, and says what to write."""
    with pytest.raises(Rejected) as caught:
        read_contract("GET", annotated(req, res))
    assert (caught.value.what, caught.value.remedy) == (what, remedy)


def test_req_and_res_are_known_without_an_import() -> None:
    """A route file may import them under TYPE_CHECKING."""
    handler = annotated("Req[None, Key]", "Res[Model]")
    elsewhere = FunctionType(handler.__code__, {"Key": Key, "Model": Model})
    elsewhere.__annotations__ = handler.__annotations__
    assert read_contract("GET", elsewhere) == Contract(None, Key, data=Model, answers=True)


class Limit(pydantic.BaseModel):
    """What a variable is at least."""


Limited = TypeVar("Limited", bound=Limit)


class Box(pydantic.BaseModel, Generic[Limited]):
    """A model with a variable."""

    items: list[Limited]


class Outer(pydantic.BaseModel):
    """A model with that model in it, and with itself."""

    box: list[Box] | None  # type: ignore[type-arg]
    outer: Outer | None = None


class Closed(pydantic.BaseModel):
    """A model with that model in it, and a type in its brackets."""

    box: Box[Limit]
    closed: Closed | None = None


class Below(pydantic.RootModel[list[Outer]]):
    """A model with the model at its root."""


@pytest.mark.parametrize("data", [Outer, list[Outer], Below])
def test_a_model_in_a_model_needs_types_for_its_variables(data: Any) -> None:
    """Pydantic writes any subclass of the bound whole."""
    with pytest.raises(Rejected) as caught:
        read_contract("GET", annotated(Req, Res[data]))
    assert str(caught.value.what) == "the data type of GET has Box in a model, without types for its variables"
    assert caught.value.remedy == "Write them in brackets: Box[...]."


@pytest.mark.parametrize("data", [Box, Closed, list[int]])
def test_a_model_of_an_answer_can_have_a_bound_itself(data: Any) -> None:
    """It is written with its bound."""
    assert read_contract("GET", annotated(Req, Res[data])).data is data or data == list[int]
