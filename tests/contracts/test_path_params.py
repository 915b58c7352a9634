"""Contracts compared with the paths of their files."""

from __future__ import annotations

import pytest

from fsapi import TreeError
from tests.models import TOP
from tests.site import Site


def mistake(site: Site, file: str, source: str) -> str:
    """Return the mistake in the contract of a file, without its place."""
    with pytest.raises(TreeError) as caught:
        site({file: TOP + source})
    return str(caught.value).partition(": ")[2]


@pytest.mark.parametrize(
    ("file", "params", "report"),
    [
        (
            "[user].py",
            "Id",
            "the params of GET have `id`, which is not in the path\n  Name it user, as the path does.",
        ),
        (
            "[id]/posts.py",
            "TypedDict('P', {'id': int, 'post': int})",
            "the params of GET have `post`, which is not in the path\n  Remove it, or add it to the path.",
        ),
        (
            "[id]/[post=int].py",
            "Id",
            "the params of GET lack `post`, which is in the path\n  Add it to Id: `post: int`.",
        ),
        (
            "[id=int].py",
            "TypedDict('P', {'id': str})",
            "the params of GET have `id: str`, but [id=int] is int\n  Write `id: int`.",
        ),
        (
            "[id=int].py",
            "dict[str, str]",
            "the params of GET have `id: str`, but [id=int] is int\n  Write `id: int`.",
        ),
        (
            "[key=uuid].py",
            "TypedDict('P', {'key': int})",
            "the params of GET have `key: int`, but [key=uuid] is UUID\n  Write `key: UUID`.",
        ),
        (
            "[...slug].py",
            "TypedDict('P', {'slug': str})",
            "the params of GET have `slug: str`, but [...slug] is list[str]\n  Write `slug: list[str]`.",
        ),
        (
            "[id].py",
            "TypedDict('P', {'id': list[str]})",
            "the params of GET have `id: list[str]`, but [id] is str\n  Write `id: str`.",
        ),
        (
            "[[id]].py",
            "Id",
            "the params of GET have `id: int`, but [[id]] can be absent\n  Write `id: int | None`.",
        ),
    ],
)
def test_params_that_the_path_can_never_give_are_rejected(site: Site, file: str, params: str, report: str) -> None:
    """Contract and path have the same names, and each type fits some value of its param."""
    assert mistake(site, file, f"P = {params}\ndef GET(req: Req[None, P], res): ...\n") == report


@pytest.mark.parametrize(
    ("file", "params"),
    [
        ("[id=int].py", "TypedDict('P', {'id': Annotated[int, Meta(ge=9)]})"),
        ("[id=int].py", "TypedDict('P', {'id': float})"),
        ("[id=int].py", "TypedDict('P', {'id': Literal[7]})"),
        ("[key=uuid].py", "Key"),
        ("[id].py", "TypedDict('P', {'id': Color})"),
        ("[my-id].py", "TypedDict('P', {'my-id': str})"),
        ("[[...slug]].py", "Slug"),
        ("[[id]].py", "TypedDict('P', {'id': int}, total=False)"),
        ("[name].py", "TypedDict('P', {'name': Any})"),
        ("v/[[a]]/[[b]].py", "TypedDict('P', {'a': str | None, 'b': str | None})"),
    ],
)
def test_params_that_the_path_can_give_are_accepted(site: Site, file: str, params: str) -> None:
    """A constraint may leave few values, as long as it leaves some."""
    assert site({file: f"{TOP}P = {params}\ndef GET(req: Req[None, P], res): ...\n"})


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_params_in_the_place_of_the_body_are_rejected(site: Site, method: str) -> None:
    """The type of the body comes first, which is easily forgotten where there is no body."""
    assert mistake(site, "[id].py", f"def {method}(req: Req[Id], res): ...\n") == (
        f"the body type of {method} is Id, whose fields are the params of the path\n"
        "  Write Req[None, Id]: the type of the body comes first."
    )


def test_a_body_may_have_the_names_of_the_params(site: Site) -> None:
    """PUT may be sent the params again; a body of GET with other fields is not mistaken for params."""
    assert site({"[id].py": f"{TOP}def PUT(req: Req[Id], res): ...\ndef GET(req: Req[NewUser], res): ...\n"})


@pytest.mark.parametrize(
    ("method", "types", "count"),
    [("GET", "NewUser", 1), ("HEAD", "NewUser", 1), ("GET", "None", 0), ("PUT", "NewUser", 0)],
)
def test_a_body_of_a_method_that_hardly_has_one_is_a_warning(
    site: Site, method: str, types: str, count: int, caplog: pytest.LogCaptureFixture
) -> None:
    """It is not an error, because some clients do send a body with GET."""
    site({"a.py": f"{TOP}def {method}(req: Req[{types}], res): ...\n"})
    warning = (
        f"server/a.py:5: {method} asks for a body, which hardly any client sends with it; "
        "for none write Req[None, Params, Query]"
    )
    assert [record.getMessage() for record in caplog.records] == [warning] * count
