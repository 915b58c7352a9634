r"""Translate the params of other frameworks, so that a message can name what to write here.

| written | write |
|---|---|
| `{id}`, `<id>`, `:id`, `<string:id>`, `$id` | `[id]` |
| `{id:int}`, `<int:id>`, `:id(\d+)` | `[id=int]` |
| `{id?}`, `:id?`, `[id?]`, `(:id)` | `[[id]]` |
| `{p:path}`, `<path:p>`, `{p...}`, `{*p}`, `*p`, `:p+`, `(.*)` | `[...p]` |
| `:p*`, `[...p?]` | `[[...p]]` |

In text around it a param stays plain: `{a}-{p:path}` is `[a]-[p]`.
"""

from __future__ import annotations

import re

from fsapi.tree.mistakes import Rejected, printable

# What the types of other frameworks are here: a matcher, the rest of the path, or any text.
_WORDS = {
    "=int": "int integer long short number num digits i32 i64 u32 u64 usize",
    "=uuid": "uuid guid",
    "...": "path rest splat * ** .* .+ ...",
    "": "str string text slug any word alpha regex regexp re default float double decimal date",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
# A type that is a regex: what counts is the regex itself.
_REGEX = r"(?i:re|regexp?)(?::|\(['\"]?)(.*?)(?:['\"]?\))?"
_DIGITS = r"\^?(?:(?:\\d|\[[01]-9\])(?:[+*]|\{[\d,]+\})?)+\$?"

# Spellings without brackets, in the spelling with braces.
_WITHOUT_BRACKETS = (
    (r"^\(\?P?<(\w+)>(.*)\)$", r"{\1:\2}"),
    (r"^\((\\d\+|\[0-9\]\+)\)$", r"{id:\1}"),
    (r"^\(?(?:\*\*?|\.[*+]|\$)\)?$", "{*path}"),
    (r"^\*\*?(\w[\w-]*\??)$", r"{*\1}"),
    (r"^\(\$(\w+)\)$", r"{\1?}"),
    (r"^\((:\w+|\{.*\}|<.*>)\)$", r"\1?"),
    # Other names that begin with $ are URLs: `$metadata` of OData, `$validate` of FHIR.
    (r"^\$(id|slug|\w*(?:Id|_id))$", r"{\1}"),
    # `a:b` is text: such URLs are in use, as in `users:batchGet`. Within brackets it is a type.
    (
        r"(?:^|(?<=[-.])):([^\W\d]\w*)(?:\(((?:[^()]|\([^()]*\))*)\)|[<{]([^<>{}]*)[>}])?([?*+]?)"
        r"(?![^{}<>\[\]]*[}>\]])",
        r"{\1\4:\2\3}",
    ),
)
_PARAM = (
    r"(?:\$?\{+(?P<braces>(?:[^{}]|\{[^{}]*\})*)\}+|<(?P<angles>[^<>]*)>|\[\[?(?P<brackets>[^\[\]]*)\]\]?)"
    r"(?P<mark>[?*]?)"
)
_OWN = r"\[(?:\.\.\.)?[A-Za-z_][A-Za-z0-9_-]*(?:=\w*)?\]|\[\[(?:\.\.\.)?[A-Za-z_][A-Za-z0-9_-]*(?:=\w*)?\]\]"
_FOREIGN_IN_BRACKETS = r"[?:*+$@]|\.\."
_REMAINS = r"[{}<>]|^:"
# Names that are no other framework's, as nearly all are. The regexes above are compiled when a name is none of them.
_ORDINARY = re.compile(r"(?:[\w.-]|\[(?:\.\.\.)?[A-Za-z_][A-Za-z0-9_-]*\])*")


def reject_other_syntax(name: str) -> None:
    """Raise Rejected for a name that has a param of another framework."""
    own = name if _ORDINARY.fullmatch(name) else _translate(name)
    if own != name:
        raise Rejected(f"`{printable(name)}` is the syntax of another framework", f"Write {printable(own)}.")


def kind_of(word: str) -> str | None:
    """Return what a type of another framework is here: `=int`, `=uuid`, `...` or nothing; None if it is unknown."""
    if found := re.fullmatch(_REGEX, word.strip()):
        return kind_of(found[1]) or ""
    if re.fullmatch(_DIGITS, word):
        return "=int"
    return _KINDS.get(re.split(r"[:(]", word.strip())[0].casefold())


def _translate(name: str) -> str:
    """Return a name as it is written here."""
    text = name
    for pattern, braces in _WITHOUT_BRACKETS:
        text = re.sub(pattern, braces, text)
    text = re.sub(_PARAM, _translate_param, text)
    if re.search(_REMAINS, text):  # malformed there too
        words = re.findall(r"[A-Za-z_][A-Za-z0-9_-]*", text) or ["id"]
        return f"[{words[0]}]"
    return text if text == name else text.replace("][", "]-[")


def _translate_param(found: re.Match[str]) -> str:
    """Return one param as it is written here; one that is written so already, or is malformed, stays."""
    written, own = found[0], found["brackets"]
    if own is not None and (re.fullmatch(_OWN, written) or not (found["mark"] or re.search(_FOREIGN_IN_BRACKETS, own))):
        return written
    name, kind = _split_type(own or found["braces"] or found["angles"] or "", name_last=found["angles"] is not None)
    marks = re.sub(r"\w.*\w|\w", "_", name) + found["mark"]
    rest = kind == "..." or ".." in marks or "*" in marks or "+" in marks
    optional = "?" in marks or marks.endswith("_*") or written.startswith("[[")
    core = ("..." if rest else "") + _param_name(name, "path" if rest else "id") + ("" if rest else kind)
    if written != found.string:
        return f"[{core.strip('.')}]"
    return f"[[{core}]]" if optional else f"[{core}]"


def _split_type(text: str, *, name_last: bool) -> tuple[str, str]:
    """Return the name of a param with its marks, and what its type is here; a default value becomes the mark `?`."""
    before, equals, default = text.partition("=")
    if equals and "(" not in before:
        text = f"{before}?" if kind_of(default.removesuffix("?")) is None else f"{before}:{default}"
    mark = "?" if text.endswith("?") and ":" in text else ""
    first, colon, last = text.removesuffix(mark).partition(":")
    kinds = kind_of(first), kind_of(last)
    type_first, type_last = kinds[0] is not None and kinds[1] is None, kinds[0] is None and kinds[1] is not None
    if colon and last.isidentifier() and (type_first or (name_last and not type_last)):
        return last + mark, kinds[0] or ""
    return first + mark, kinds[1] or ""


def _param_name(text: str, default: str) -> str:
    """Return text as the name of a param, or a default where nothing of it can be in one."""
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", text)
    if name != text:
        name = name.strip("_-")
    return f"_{name}" if name[:1].isdigit() else name or default
