"""Contracts that stand elsewhere than in the annotations of the function that runs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent

import pytest

from fsapi import TreeError
from tests.site import Site, client, write

TOP = """
import collections.abc, functools, inspect, typing
import typing as t
from functools import lru_cache, partial, partialmethod, singledispatch, wraps
from typing import *
from fsapi import Req, Res
from msgspec import Struct
from typing_extensions import Concatenate, ParamSpec, Self
from werkzeug.local import LocalProxy
class A(Struct):
    name: str
class B(Struct):
    other: str
T = TypeVar("T")
P = ParamSpec("P")
class Handler(Protocol[T]):
    def __call__(self, req: Req[T], res: Res[T]) -> None: ...
Alias = Callable[[Req[T], Res[T]], None]
def run(req, res): res.json({"name": "x", "secret": 1})
def run_any(req: Req[Any, Any, Any], res: Res[Any]) -> None: run(req, res)
def typed(req: Req[A], res: Res[A]) -> None: run(req, res)
def more(x, req: Req[A], res: Res[A]) -> None: run(req, res)
def hiding(function): return lambda *args: function(*args)
def wrapping(function): return wraps(function)(lambda *args: function(*args))
class Hiding:
    def __init__(self, function): self.function = function
    def __call__(self, req, res): return self.function(req, res)
class Untyped:
    def __call__(self, req, res): run(req, res)
class Typed:
    def __call__(self, req: Req[A], res: Res[A]) -> None: run(req, res)
    def post(self, req: Req[A], res: Res[A]) -> None: run(req, res)
    def more(self, x, req: Req[A], res: Res[A]) -> None: run(req, res)
    @classmethod
    def of_class(cls, req: Req[A], res: Res[A]) -> None: run(req, res)
    @staticmethod
    def static(req: Req[A], res: Res[A]) -> None: run(req, res)
    part = partialmethod(more, 1)
class Crud(Generic[T]):
    def __call__(self, req: Req[T], res: Res[T]) -> None: run(req, res)
    def post(self, req: Req[T], res: Res[T]) -> None: run(req, res)
class ACrud(Crud[A]): ...
class AHandler(Handler[A], Protocol): ...
class Attribute:
    post: Handler[A] = staticmethod(run)
class Over(Typed):
    def __call__(self, req, res): run(req, res)
    def post(self, req, res): run(req, res)
class Slots:
    __slots__ = ("function",)
    def __init__(self, function): self.function = function
    def __call__(self, req, res): self.function(req, res)
class Tuple_(NamedTuple):
    function: Any
    def __call__(self, req, res): self.function(req, res)
class Listing(list):
    def __call__(self, req, res): self[0](req, res)
REGISTRY = {}
def register(function):
    REGISTRY[function.__name__] = function
    return lambda req, res: REGISTRY[function.__name__](req, res)
def by_default(function):
    def inner(req, res, function=function): function(req, res)
    return inner
def by_keyword(function):
    def inner(req, res, *, functions=(function,)): functions[0](req, res)
    return inner
def in_list(*functions):
    functions = [*functions]
    return lambda req, res: functions[0](req, res)
def in_dict(function): return Hiding({"a": [function]}.get("a")[0])
class InDict:
    def __init__(self, function): self.functions = {"a": [function]}
    def __call__(self, req, res): self.functions["a"][0](req, res)
class Loose:
    def __init__(self, functions): self.functions = {**functions}
    def __call__(self, req, res): run(req, res)
def make() -> Handler[A]: return run
def make_text() -> "Handler[A]": return run
def make_of(cls: Type[T]) -> Handler[T]: return run
def make_optional(*, cls: Optional[Type[T]] = None) -> Handler[T]: return run
def auth(function: Any) -> Handler[A]: return lambda req, res: run(req, res)
def auth_for(role: str) -> Callable[[Any], Handler[A]]: return auth
F = TypeVar("F", bound=Callable[..., None])
def same(function: F) -> F: return lambda req, res: run(req, res)
def like(function: Callable[[Req[T], Res[T]], None]) -> Handler[T]: return lambda req, res: run(req, res)
def checked(function: Handler[T]) -> Handler[T]: return lambda req, res: run(req, res)
class Maker:
    def make(self) -> Handler[A]: return run
    def __call__(self) -> Handler[A]: return run
    def auth(self, function) -> Handler[A]: return lambda req, res: run(req, res)
    @property
    def handler(self) -> Handler[A]: return run
    @functools.cached_property
    def cached(self) -> Handler[A]: return run
    def itself(self) -> Self: return self
    @classmethod
    def of(cls) -> Handler[A]: return run
class MakerOf(Generic[T]):
    def make(self) -> Handler[T]: return run
    handler: Handler[T] = staticmethod(run)
class MadeWith(Generic[T]):
    def __init__(self, cls: Type[T], name: str = "") -> None: self.cls = cls
    def make(self) -> Handler[T]: return run
    def post(self, req: Req[T], res: Res[T]) -> None: run(req, res)
class Holder(Generic[T]):
    def __init__(self, held: T) -> None: self.held = held
    def get(self) -> T: return self.held
def make_both() -> Tuple[Handler[A], Handler[B]]: return run, run
def make_any() -> Tuple[Handler[A], ...]: return run, run
maker = Maker()
def signed(function, *types):
    names = inspect.signature(function).parameters
    kind = inspect.Parameter.POSITIONAL_ONLY
    function.__signature__ = inspect.Signature(
        [inspect.Parameter(name, kind, annotation=each) for name, each in zip(names, types)])
    return function
handler_a: Handler[A] = run
by_name: Dict[str, Handler[A]] = {"a": run}
listed: List[Handler[A]] = [run]
both: Tuple[Handler[A], Handler[A]] = (run, run)
"""
LIBRARY = (
    TOP
    + """
POST: Handler[A] = run
H, J = Req[A], Res[A]
cast_one = cast(Handler[A], run)
@hiding
def hidden(req: Req[A], res: Res[A]) -> None: run(req, res)
"""
)
#: What only type checkers can read all of.
CHECKED_LIBRARY = """
from __future__ import annotations
from typing import *
if TYPE_CHECKING:
    from missing import Missing
F = TypeVar("F", bound="Missing")
def key(a: Missing, b: int): ...
def same(function: F) -> F: return lambda *args: function(*args)
def by_key(key: Missing) -> Callable[[F], F]: return lambda function: lambda *args: (key, function(*args))[1]
class Wrapping:
    def __init__(self, function: Missing) -> None: self.function = self.__wrapped__ = function
    def __call__(self, *args: Missing) -> Missing: return self.function(*args)
class Base:
    put = None
    def post(self, a: Missing, b: int): ...
    def __call__(self, a: Missing, b: int): ...
"""
DEF = "def POST(req: Req[A], res: Res[A]) -> None: run(req, res)"
STUBS = """
@{0}
def POST(req: Req[A], res: Res[A]) -> None: ...
@{0}
def POST(req: Req[B], res: Res[B]) -> None: ...
def POST(req, res): run(req, res)
"""
OVERLOADED = """
class Both({}):
    @overload
    def __call__(self, req: Req[A], res: Res[A]) -> None: ...
    @overload
    def __call__(self, req: Req[B], res: Res[B]) -> None: ...
"""
CHECKED = """
if TYPE_CHECKING:
    {}
else:
    {}
def POST(req: H, res: J) -> None: run(req, res)
"""
#: Sources that promise Req[A] and Res[A].
READ: Mapping[str, str] = {
    "a function": DEF,
    "a Callable": "POST: Callable[[Req[A], Res[A]], None] = run",
    "a Callable of collections": "POST: collections.abc.Callable[[Req[A], Res[A]], None] = run",
    "text": "POST: 'Callable[[Req[A], Res[A]], None]' = run",
    "text in a Callable": "POST: Callable[['Req[A]', 'Res[A]'], None] = run",
    "a Protocol": "POST: Handler[A] = run",
    "a Protocol without variables": "POST: AHandler = run",
    "an alias": "POST: Alias[A] = run",
    "an alias of text": "H: t.TypeAlias = 'Callable[[Req[A], Res[A]], None]'\nPOST: H = run",
    "a NewType": "H = NewType('H', Callable[[Req[A], Res[A]], None])\nPOST: H = H(run)",
    "Optional": "POST: Optional[Handler[A]] = run",
    "a union of equal ones": "POST: Union[Handler[A], Alias[A]] = run",
    "Final": "POST: Final[Handler[A]] = run",
    "Final without a type": "POST: Final = cast(Handler[A], run)",
    "Annotated": "POST: Annotated[Handler[A], 1] = run",
    "Concatenate": "POST: Callable[Concatenate[Req[A], Res[A], P], None] = run",
    "a bound": "H = TypeVar('H', bound=Handler[A])\nPOST: H = run",
    "a lambda": "POST: Handler[A] = lambda req, res: run(req, res)",
    "a function of any type": "POST: Handler[A] = run_any",
    "a partial": "POST: Handler[A] = partial(run)",
    "a partial of a typed one": "POST = partial(more, 1)",
    "before the value": "POST: Handler[A]\nPOST = run",
    "before the function": "POST: Handler[A]\ndef POST(req, res): run(req, res)",
    "another name": "_run: Handler[A] = run\nPOST = _run",
    "cast": "POST = cast(Handler[A], run)",
    "cast of text": "POST = cast('Handler[A]', run)",
    "t.cast": "POST = t.cast(Handler[A], run)",
    "cast by another name": "from typing import cast as c\nPOST = c(Handler[A], run)",
    "cast within a call": "POST = hiding(cast(Handler[A], run))",
    "cast of one of two": "POST = cast(Handler[A], run) if True else run",
    "cast in a chain": "POST = _run = cast(Handler[A], run)",
    "cast in a tuple": "POST, _x = cast(Handler[A], run), 1",
    "cast in an expression": "(POST := cast(Handler[A], run))",
    "cast in a try": "try:\n    POST = 1 / 0\nexcept ZeroDivisionError:\n    POST = cast(Handler[A], run)",
    "a signature": "def POST(req, res): run(req, res)\nsigned(POST, Req[A], Res[A])",
    "a signature of text": "def POST(req, res): run(req, res)\nsigned(POST, 'Req[A]', 'Res[A]')",
    "a signature of an object": "POST = signed(Untyped(), Req[A], Res[A])",
    "a signature that says nothing": f"{DEF}\nPOST.__signature__ = inspect.signature(run)",
    "a signature beside any": "POST = signed(lambda req, res: run(req, res), Req[A], Res[A])",
    "wraps": f"@wrapping\n{DEF}",
    "a decorator without wraps": f"@hiding\n{DEF}",
    "two of them": f"@hiding\n@wrapping\n@hiding\n{DEF}",
    "a class as a decorator": f"@Hiding\n{DEF}",
    "a call without wraps": "POST = hiding(typed)",
    "a call of a class": "POST = Hiding(typed)",
    "calls without wraps": "POST = hiding(Hiding(hiding(typed)))",
    "a call of a partial": "POST = hiding(partial(more, 1))",
    "a cache": f"@lru_cache\n{DEF}",
    "a bound method": "POST = Typed().post",
    "a method of a class": "POST = Typed.of_class",
    "a static method": "POST = Typed.static",
    "an object": "POST = Typed()",
    "a partial method": "POST = Typed().part",
    "a method of a generic class": "POST = ACrud().post",
    "a method of a class with a type in brackets": "POST = Crud[A]().post",
    "an object of a generic class": "POST = Crud[A]()",
    "an attribute of a class": "POST = Attribute.post",
    "an attribute of an object": "POST = Attribute().post",
    "an attribute of a class of a module": "import library.typed\nPOST = library.typed.Attribute.post",
    "single dispatch": f"@singledispatch\n{DEF}",
    "the function of a dispatch": "@singledispatch\ndef POST(req, res): ...\nPOST.register(Req)(typed)",
    "type checkers alone": f"if TYPE_CHECKING:\n    {DEF}\nelse:\n    POST = run",
    "a proxy": "POST = LocalProxy(lambda: typed)",
    "an import": "from library.typed import POST",
    "an import by another name": "from library.typed import cast_one as POST",
    "an import of a hidden one": "from library.typed import hidden as POST",
    "an attribute of a module": "import library.typed\nPOST = library.typed.POST",
    "all of a module": "from library.typed import *",
    "a part of what is imported twice": "from library.again import them as its\nPOST = its[0]",
    "a type for type checkers": "if TYPE_CHECKING:\n    POST: Handler[A]\nelse:\n    POST = run",
    "a type beside a function": "if TYPE_CHECKING:\n    POST: Handler[A]\nelse:\n    def POST(req, res): run(req, res)",
    "a type where they alone do not look": "if not TYPE_CHECKING:\n    POST = run\nelse:\n    POST: Handler[A]",
    "names for type checkers": CHECKED.format("H, J = Req[A], Res[A]", "H, J = Req, Res"),
    "names for t.TYPE_CHECKING": CHECKED.replace("if ", "if t.").format("H = Req[A]; J = Res[A]", "H = Req; J = Any"),
    "a name that is defined anew": CHECKED.format("H, J = Req[A], Res[A]", "pass").replace("if", "H = J = Any\nif"),
    "names that they import": CHECKED.format("from library.typed import H, J", "H = J = Any"),
    "names of such names": CHECKED.format("K, L = Req[A], Res[A]", "K, L = Req, Res\nH = K\nJ = L"),
    "a return type": "POST = make()",
    "a return type of text": "POST = make_text()",
    "a return type with a variable": "POST = make_of(A)",
    "a return type by a keyword": "POST = make_optional(cls=A)",
    "a return type by an argument": "POST = like(typed)",
    "a return type of a method": "POST = Maker().make()",
    "a return type of an object": "POST = maker()",
    "a return type of a method of an object": "POST = maker.make()",
    "a return type of a class method": "POST = Maker.of()",
    "a return type of a generic class": "POST = MakerOf[A]().make()",
    "a return type in a module": "import library.typed\nPOST = library.typed.make()",
    "a class by what it is made with": "POST = MadeWith(A).make()",
    "a class by a keyword": "POST = MadeWith(name='x', cls=A).make()",
    "a method of such a class": "POST = MadeWith(A).post",
    "a class that holds a function": "POST = Holder(typed).get()",
    "a class that holds what has a type": "POST = Holder(handler_a).get()",
    "a property": "POST = maker.handler",
    "a cached property": "POST = maker.cached",
    "Self": "POST = maker.itself().make()",
    "an attribute of a generic class": "POST = MakerOf[A]().handler",
    "a decorator with a return type": "@auth\ndef POST(req, res): run(req, res)",
    "a decorator with arguments": "@auth_for('x')\ndef POST(req, res): run(req, res)",
    "a decorator of an object": "@maker.auth\ndef POST(req, res): run(req, res)",
    "what keeps a type": "POST = same(handler_a)",
    "what keeps the type of a function": "POST = same(typed)",
    "what keeps its type in brackets": "POST = checked(handler_a)",
    "a part of a dict": "POST = by_name['a']",
    "a part of a dict by a method": "POST = by_name.get('a')",
    "a part of a list": "POST = listed[0]",
    "a part of a tuple": "POST, other = both",
    "a part of a tuple of others": "POST, other = make_both()",
    "a part of a tuple at a place": "POST = make_both()[0]",
    "a part of a tuple of any length": "other, POST = make_any()",
    "a loop": "for POST in listed: pass",
    "one of two": "POST = handler_a if True else run",
    "the other of two": "POST = None or handler_a",
    "a name in an expression": "(POST := handler_a)",
    "one of two for a class": "POST = handler_a if Untyped else run",
    "a function of two things": "import library.typed as lib\nPOST = (make if lib else lib)()",
    "a name and back": "_x: Handler[A] = run\nPOST = _x\n_x = POST",
    "a method by another name": "_x = Typed().post\nPOST = _x",
    "an attribute of one object": "POST = Hiding(typed).function",
    "an attribute of an attribute": "class Nest: inner = maker\nPOST = Nest().inner.make()",
    "a call of a function with a type of others": "def other(f) -> 'Missing': return f\nPOST = other(typed)",
    "an override": "POST = Over()",
    "a method that overrides": "POST = Over().post",
    "slots": "POST = Slots(typed)",
    "a named tuple": "POST = Tuple_(typed)",
    "a list that can be called": "POST = Listing([typed])",
    "a registry": "POST = register(typed)",
    "a registry as a decorator": f"@register\n{DEF}",
    "a default": "POST = by_default(typed)",
    "a default of a keyword": "POST = by_keyword(typed)",
    "a list in a function": "POST = in_list(typed)",
    "a dict in a function": "POST = in_dict(typed)",
    "a dict in an object": "POST = InDict(typed)",
    "an argument in a dict": "POST = Loose({'a': typed})",
    "an argument of a partial": "POST = partial(lambda function, req, res: function(req, res), typed)",
    "a function in a function": f"def make():\n{indent(DEF, '    ')}\n    return POST\nPOST = make()",
}
LOOSE = """
import library.checked as checked
Q = TypeVar("Q")
R = TypeVar("R")
class Plain: ...
class Descriptor:
    function: int
    def __init__(self, function): self.function = function
    def __call__(self, req, res): self.function(req, res)
    def __get__(self, owner, cls): return self
class Calling(Generic[P, R]):
    def __init__(self, function: Callable[P, R]) -> None: self.function = function
    def __call__(self, *args: P.args, **options: P.kwargs) -> R: return self.function(*args, **options)
class Listed(Generic[T, R]):
    def __init__(self, function: Callable[[Req[T], Res[List[R]]], None]) -> None: self.function = function
    def __call__(self, req: Req[T], res: Res[List[R]]) -> None: self.function(req, res)
def keeping(function: Callable[P, R]) -> Callable[P, R]: return lambda *args: function(*args)
def injecting(function: Callable[Concatenate[int, P], R]) -> Callable[P, R]: return lambda *args: function(1, *args)
def maybe(function: Callable[[Req[Optional[T]], Res[Q]], None]) -> Callable[[Req[Optional[T]], Res[Q]], None]:
    return lambda req, res: function(req, res)
def lists(function: Callable[[Req[T], Res[List[R]]], None]) -> Callable[[Req[T], Res[List[R]]], None]:
    return lambda req, res: function(req, res)
def audit(req: Req[Any, Any, Any], res: Res[Any]) -> None: ...
def both(first, second): return lambda req, res: (first, second(req, res))[1]
def many(req: Req[A], res: Res[List[A]]) -> None: res.json([{"name": "x"}])
def unbound(): raise RuntimeError("unbound")
J = Union[int, List["J"]]
def recursive(function: J) -> J: return function
proxy = LocalProxy(unbound)
class Silent(checked.Base):
    def post(self, req, res): run(req, res)
    def put(self, req, res): run(req, res)
    def __call__(self, req, res): run(req, res)
class Lambda:
    __call__ = post = lambda self, req, res: run(req, res)
Nowhere = type("Nowhere", (), {"__module__": "nowhere", "__call__": lambda self, function: function})
nowhere = Nowhere()
"""
#: Sources that promise Req[A] and Res[A], beside types that say nothing.
BESIDE: Mapping[str, str] = {
    "a decorator of any parameters": f"@keeping\n{DEF}",
    "a call with any parameters": "POST = keeping(typed)",
    "a decorator that adds arguments": f"@injecting\n{DEF.replace('req:', 'x, req:')}",
    "a class with any parameters": f"@Calling\n{DEF}",
    "a type with parameters in a list": "POST: Calling[[Req[A], Res[A]], None] = Calling(run)",
    "variables in a list": "@lists\ndef POST(req: Req[A], res: Res[List[A]]) -> None: res.json([{'name': 'x'}])",
    "variables in the list of a class": "POST = Listed(many)",
    "a variable in a union": f"@maybe\n{DEF.replace('Req[A]', 'Req[Optional[A]]')}",
    "a function that takes any": "POST = both(audit, typed)",
    "a key of others": "POST = both(checked.key, typed)",
    "a decorator of others": f"@checked.same\n{DEF}",
    "a decorator of others with arguments": f"@checked.by_key('a')\n{DEF}",
    "a class of others": f"@checked.Wrapping\n{DEF}",
    "a decorator with __get__": f"@Descriptor\n{DEF}",
    "a proxy": "POST = both(proxy, typed)",
    "a proxy for a decorator": f"@nowhere\n@partial(both, proxy)\n{DEF}",
    "a recursive type": f"@recursive\n{DEF}",
    "a cast of another thing": "POST = both(cast('Missing', 3), typed)",
    "brackets that only a stub allows": f"if TYPE_CHECKING:\n    X = Plain[int]\nelse:\n    X = Any\n@hiding\n{DEF}",
    "values that are no types": "if TYPE_CHECKING:\n    X, Y, Z = True, 'a b', checked.none[int]\n"
    f"else:\n    X = Any\n@hiding\n{DEF}",
    "a long text": f"X = {'1 + ' * 900}1\n@hiding\n{DEF}",
}
#: Sources without a promise.
SILENT: Mapping[str, str] = {
    "a method that overrides one of others": "POST = Silent().post",
    "a method that overrides None": "POST = Silent().put",
    "an object whose class overrides a call": "POST = Silent()",
    "a method with another name": "POST = Lambda().post",
    "a call with another name": "POST = Lambda()",
    "a cast in a lambda": "POST = lambda req, res: run(req, cast('Missing', res))",
    "a key of others": "POST = both(checked.key, run)",
}
#: Sources whose promise is not clear, and what is reported.
REJECTED: Mapping[str, tuple[str, str]] = {
    "overload": (STUBS.format("overload"), "POST has overloads, which are not read"),
    "t.overload": (STUBS.format("t.overload"), "POST has overloads, which are not read"),
    "overloads of an object": (
        f"{OVERLOADED.format('')}    def __call__(self, req, res): run(req, res)\nPOST = Both()",
        "POST has overloads, which are not read",
    ),
    "overloads of a Protocol": (
        f"{OVERLOADED.format('Protocol')}\nPOST: Both = run",
        "an annotation of POST cannot be read: TypeError: Both.__call__ has overloads",
    ),
    "no_type_check": (
        f"@typing.no_type_check\n{DEF}",
        "POST has @no_type_check, so its annotations are not read",
    ),
    "a union": (
        "POST: Union[Handler[A], Handler[B]] = run",
        "the annotations of POST have two contracts, Req[A] and Req[B]",
    ),
    "another than the function's": (
        "POST: Handler[B] = typed",
        "the annotations of POST have two contracts, Req[A] and Req[B]",
    ),
    "two that are hidden": (
        "def other(req: Req[B], res: Res[B]) -> None: ...\n"
        "POST = (lambda a, b: lambda *args: (a or b)(*args))(typed, other)",
        "the annotations of POST have two contracts, Req[A] and Req[B]",
    ),
    "a dispatch with two": (
        f"@singledispatch\n{DEF}\n@POST.register(Req)\ndef _(req: Req[B], res: Res[B]) -> None: ...",
        "the annotations of POST have two contracts, Req[B] and Req[A]",
    ),
    "a variable without a value": (
        "POST = Crud().post",
        "the body type of POST has the type variable T, which stands for any type",
    ),
    "a return type against the function": (
        "def other() -> Handler[B]: return typed\nPOST = other()",
        "the annotations of POST have two contracts, Req[A] and Req[B]",
    ),
    "a return type that is not defined": (
        "def other() -> 'Handler[Missing, Req]': return run\nPOST = other()",
        "an annotation of POST needs Missing, which is not defined at run time",
    ),
    "a name that only type checkers can import": (
        CHECKED.format("from missing import H", "H = J = Any"),
        "an annotation of POST needs H, which is not defined at run time",
    ),
    "a name that only type checkers can define": (
        CHECKED.format("from missing import M; H = Req[M]", "H = J = Any"),
        "an annotation of POST needs H, which is not defined at run time",
    ),
    "a name that is not defined": (
        "POST: 'Handler[Missing]' = run",
        "an annotation of POST needs Missing, which is not defined at run time",
    ),
}
INSTALLED = """
from __future__ import annotations
class Hiding:
    def __init__(self, function): self.function = function
    def __call__(self, *args: Missing) -> None: return self.function(*args)
"""
#: What stands above a handler: what it uses, imported or written there, which takes seconds to build.
IMPORTED = "from library.top import *\nfrom library.top import collections, functools, inspect, t, typing\n"
FUTURE = "from __future__ import annotations\n"
TOPS = {
    "../library/top.py": TOP,
    "../library/again.py": "from library.round import x\nfrom library.top import listed as them\n",
    "../library/round.py": "import sys\nx = 1\nfrom library.again import *\n",
}
HEADS = [
    pytest.param(IMPORTED, id="imported"),
    pytest.param(TOP, id="own", marks=pytest.mark.e2e),
    pytest.param(FUTURE + TOP, id="texts", marks=pytest.mark.e2e),
]


@pytest.mark.parametrize("head", HEADS)
def test_a_contract_is_read_wherever_it_is_promised(site: Site, head: str) -> None:
    """A request that does not fit is a 422, and of an answer only what is declared is sent."""
    files = {f"f{number}.py": f"{head}{source}\n" for number, source in enumerate(READ.values())}
    app = client(site({**files, **TOPS, "../library/typed.py": LIBRARY}))
    found = {
        name: (app.post(f"/f{number}", json={}).status_code, app.post(f"/f{number}", json={"name": "x"}).json)
        for number, name in enumerate(READ)
    }
    assert found == dict.fromkeys(READ, (422, {"name": "x"}))


@pytest.mark.parametrize("head", HEADS)
def test_types_that_say_nothing_of_a_contract_hide_none_and_stop_nothing(site: Site, head: str) -> None:
    """Whatever they are, and also if only type checkers can read them."""
    sources = {**BESIDE, **{f"silent: {name}": source for name, source in SILENT.items()}}
    files = {f"f{number}.py": f"{head}{LOOSE}{source}\n" for number, source in enumerate(sources.values())}
    app = client(site({**files, **TOPS, "../library/checked.py": CHECKED_LIBRARY}))
    found = {name: app.post(f"/f{number}", json={}) for number, name in enumerate(sources)}
    assert {name: response.status_code for name, response in found.items()} == {
        name: 200 if name.startswith("silent: ") else 422 for name in sources
    }


@pytest.mark.parametrize("head", HEADS)
def test_a_contract_that_is_not_clear_stops_the_start(site: Site, head: str) -> None:
    """It is never left unchecked."""
    files = {f"f{number}.py": f"{head}{source}\n" for number, (source, _) in enumerate(REJECTED.values())}
    with pytest.raises(TreeError) as caught:
        site({**files, **TOPS})
    found = {int(number): what for number, what in re.findall(r"f(\d+)\.py:\d+: (.*)", str(caught.value))}
    assert {name: found.get(number) for number, name in enumerate(REJECTED)} == {
        name: what for name, (_, what) in REJECTED.items()
    }


def test_functions_without_a_promise_stay_as_they_are(site: Site) -> None:
    """A decorator that says it takes a bare Res sends what it likes, and so does a list of middleware."""
    source = dedent("""
        def plain(req: Req, res: Res) -> None: (typed, run(req, res))
        def make(function):
            def POST(req: Req, res: Res) -> None: (function, run(req, res))
            return POST
        POST = make(typed)
        def helper(a): return a
        GET: Callable[..., None] = hiding(helper) and run
        PUT: Any = run
        PATCH: "object" = run
    """)
    middleware = (
        "middleware: List[Callable[[Req, Res], None]] = [lambda req, res: None, hiding(typed) and (lambda *a: None)]\n"
    )
    more = "middleware: Tuple[Callable[[Req, Res], None], ...] = (lambda req, res: None,)\n"
    files = {"_middleware.py": TOP + middleware, "b/_middleware.py": TOP + more, "b/a.py": TOP + source}
    app = client(site(files))
    assert [app.open("/b/a", method=method).json for method in ("POST", "GET", "PUT", "PATCH")] == [
        {"name": "x", "secret": 1}
    ] * 4


def test_middleware_with_a_promise_is_rejected(site: Site) -> None:
    """Also in the type of a list."""
    for source in ("middleware: List[Handler[A]] = [run]", "middleware: Tuple[Handler[A], ...] = (run,)"):
        with pytest.raises(TreeError, match=r"the annotations of middleware\[0\] have a contract, but middleware runs"):
            site({"_middleware.py": f"{TOP}{source}\n", "a.py": f"{TOP}GET = run\n"})


def test_nobody_has_to_change_an_installed_package(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Annotations in it that only type checkers can read say nothing."""
    monkeypatch.syspath_prepend(str(write(tmp_path / "site-packages", {"installed.py": INSTALLED})))  # pyright: ignore[reportUnknownMemberType] # it takes any path
    app = client(site({"a.py": f"{TOP}import installed\n@installed.Hiding\n{DEF}\n"}))
    assert [app.post("/a", json=each).status_code for each in ({}, {"name": "x"})] == [422, 200]
