"""Names in the syntax of other frameworks: the message has the name to write."""

from __future__ import annotations

from fsapi.tree.mistakes import Rejected
from fsapi.tree.other_syntax import reject_other_syntax
from fsapi.tree.segment import parse

WRITE = {
    # one segment
    "[id]": "{id} <id> :id {{id}} {id:str} <str:id> <string:id> <custom:id> <any(a,b):id> <re('x'):id> $id ${id} [:id] "
    "[$id] [@id] {id:[a-z]+} <id:re:[a-z]+> {} <> {id :(id {名}",
    "[slug]": "<slug:slug> {slug} :slug $slug (?P<slug>[a-z]+) {slug:regex(^[a-z]+$)}",
    "[path]": "<path> {path} :path",
    "[userId]": "{userId} $userId",
    "[user_id]": "{user.id} {user_id} :user_id $user_id",
    "[_1]": "{1} <1>",
    # a matcher
    "[id=int]": "<int:id> {id:int} {int:id} <id:int> <int(min=1):id> {id:int:min(1)} {id:integer} {id:long} (\\d+) "
    r"[id:int] {id=int} [int:id] :id(\d+) :id([0-9]+) :id{[0-9]+} {id:\d+} {id:\d{4}} (?P<id>\d+) (?<id>[0-9]{4}) "
    r"<id:re:\d+> {id:regex(^\d+$)} {id:regexp:[0-9]+} <re('\d+'):id>",
    "[id=uuid]": "<uuid:id> {id:uuid} {id:guid} [id:uuid]",
    # an optional segment
    "[[id]]": "[id?] [[id?]] {id?} :id? <id?> <id>? {id}? [id]? (:id) ({id}) (<id>) ($id) {id=5} {id:str?}",
    "[[id=int]]": r"{id:int?} {id:int=5} :id(\d+)? [id=int?]",
    # the rest of the path
    "[...p]": "{p...} {p:path} <path:p> {*p} *p {path:p} {**p} **p {...p} {p..} <p..> {p:.*} {p:*} :p(.*) :p+ {p+} "
    "[p...] [*p] [..p] [....p] [p:path] [p+] [...p:int] {p...:int} {*p:int} [p...:int] {...p:uuid} [..p:int] "
    "{p:path:int} <p:re:.*> <p:re:.+> {p:regex(.*)} <re('.*'):p> <regex(\".+\"):p> {p:RegExp(.*)} "
    "[p=...] {p=...} [p=*] {p:...}",
    "[...path]": "* ** (.*) (.+) (*) $ ($) {*} <path:path> [...]",
    "[[...p]]": "[...p?] [[...p?]] {*p?} *p? :p* {p*} {p}* [p*] [...p]? [[...p]]? [[...p:int]] {p...:int?} [[p=...]]",
    # text around params
    "[id]-x": "<id>-x {id}-x :id-x {id?}-x {id:path}-x",
    "[a]-[b]": "{a}-{b} <a>-<b> :a-:b [a]-{b} {a}{b}",
    "[name].json": "{name}.json :name.json <name>.json {name:path}.json",
    "v[n=int].[x]": "v{n:int}.{x} v<int:n>.<x>",
    "[id]:verb": "{id}:verb",
}

OTHERS = (
    "users a:b@c users:batchGet [id]:verb $metadata $validate @me +x a*b (admin) () "
    "[id] [[id]] [id=int] [...p] [[...p]] [a]-[b].json [id=str] [id [a.b] [[[id]]]"
)


def remedy(name: str) -> str:
    """Return the remedy for a name, an empty string if it is not rejected."""
    try:
        reject_other_syntax(name)
    except Rejected as exc:
        return exc.remedy
    return ""


def test_the_remedy_is_the_name_to_write() -> None:
    """It can be a segment of a tree as it stands."""
    expected = {name: f"Write {own}." for own, names in WRITE.items() for name in names.split()}
    assert {name: remedy(name) for name in expected} == expected
    assert [own for own in WRITE if not parse(own).params] == []


def test_other_names_are_not_the_syntax_of_another_framework() -> None:
    """They are segments, or are rejected for another reason."""
    assert {name: remedy(name) for name in OTHERS.split()} == dict.fromkeys(OTHERS.split(), "")
