"""Show an unexpected exception in development: as a page if the client prefers HTML, else as JSON with the same.

No request of production comes here. The page has no script, and brings its own Content-Security-Policy.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from reprlib import repr as short_repr
from traceback import FrameSummary
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup
from werkzeug.http import HTTP_STATUS_CODES

from fsapi.request.negotiation import prefers_html
from fsapi.request.path import read_url
from fsapi.request.req import Req, environ_of
from fsapi.response.frames import Raised, cut, file_name, format_traceback, read_chain, shorten, source_around
from fsapi.response.res import Res
from fsapi.response.return_values import code_about
from fsapi.response.sending import vary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

# Parts of the names of headers that must not stand in a screenshot; the URL is shown as it is, with its query.
_SECRET = frozenset({
    "auth", "cookie", "credential", "csrf", "jwt", "key", "password", "secret", "session", "signature", "token", "xsrf"
})  # fmt: skip

_NOTHING = Markup("")
_RELATIONS = {"cause": Markup("<p>Its cause was:</p>"), "context": Markup("<p>It came while this was handled:</p>")}
_RAN, _LINE = Markup("<mark>{:4} {}</mark>"), Markup("{:4} {}\n")

T = TypeVar("T")

_STYLE = Markup(
    """
:root { color-scheme: light dark; --line: #8884; --mark: #d222; --soft: #888; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
div { border-left: 2px solid var(--line); padding-left: 1rem; }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; white-space: pre-wrap; }
h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { color: var(--soft); margin: .5rem 0; }
pre { border: 1px solid var(--line); border-radius: 6px; margin: .25rem 0 1rem; overflow-x: auto; padding: .5rem 0; }
code { font: 14px/1.5 ui-monospace, monospace; }
pre code { display: block; min-width: max-content; padding: 0 .75rem; }
pre mark { background: var(--mark); color: inherit; display: block; margin: 0 -.75rem; padding: 0 .75rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-top: 1px solid var(--line); overflow-wrap: anywhere; padding: .25rem .5rem; text-align: left; }
th { font-weight: normal; color: var(--soft); vertical-align: top; width: 30%; }
"""
)
_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_PAGE = Markup(
    """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style>
<p>{method} {url} failed. This page is for development; in production a client sees the status only.</p>
{exceptions}
<h2>Route</h2>{route}
<h2>Request</h2>{request}
<h2>Traceback</h2><details><summary>without the frames of fsapi</summary><pre><code>{traceback}</code></pre></details>
</html>
"""
)


def show_exception(exc: BaseException, req: Req, res: Res) -> None:
    """Answer with an exception, its frames, the request and the route."""
    if prefers_html(environ_of(req)):
        digest = b64encode(sha256(_STYLE.encode()).digest()).decode()
        res.setHeader("Content-Security-Policy", _POLICY.format(digest))
        res.setHeader("Content-Type", "text/html; charset=utf-8")
        res.end(_page(exc, req).encode(errors="backslashreplace"))
    else:
        error = HTTP_STATUS_CODES.get(res.statusCode, "Unknown Error")
        chain = _listed("exceptions", read_chain(exc, code_about(exc, req)), _as_json)
        request = {"method": req.method, "url": read_url(environ_of(req)), "headers": _headers(req)}
        res.json({"error": error, **chain, "request": request, "route": _route(req)})
    vary(res, "Accept")


def _page(exc: BaseException, req: Req) -> str:
    """Return the page of an exception."""
    chain = read_chain(exc, code_about(exc, req))
    return _PAGE.format(
        title=cut(chain[0].title.partition("\n")[0]),
        style=_STYLE,
        method=req.method,
        url=read_url(environ_of(req)),
        exceptions=_joined("exceptions", chain, _section),
        route=_table({name: value for name, value in _route(req).items() if value}),
        request=_table({"method": req.method, "url": read_url(environ_of(req)), **_headers(req)}),
        traceback=format_traceback(exc),
    )


def _section(raised: Raised) -> Markup:
    """Return one exception as HTML, with the members of a group below it."""
    others = _joined("frames", raised.others, lambda frame: Markup("<p><code>{}</code></p>").format(_place(frame)))
    folded = Markup("<details><summary>{} frames of libraries</summary>{}</details>").format(len(raised.others), others)
    frames = _joined("frames", raised.own, _frame)
    relation = _RELATIONS.get(raised.relation, _NOTHING)
    shown = relation + Markup("<h1>{}</h1>{}{}").format(raised.title, frames, folded if others else "")
    if raised.members or raised.left_out:
        members = Markup("").join(map(_section, raised.members))
        shown += Markup("<h2>Members</h2><div>{}{}</div>").format(members, _gap("members", raised.left_out))
    return shown


def _joined(name: str, items: Sequence[T], show: Callable[[T], Markup]) -> Markup:
    """Return items as HTML, with a line where some are left out."""
    first, left_out, last = shorten(items)
    return _NOTHING.join([*map(show, first), *([_gap(name, left_out)] if left_out else ()), *map(show, last)])


def _gap(name: str, left_out: int) -> Markup:
    """Return a line that says how many are left out, or nothing."""
    return Markup("<p>{} more {} are left out</p>").format(left_out, name) if left_out else _NOTHING


def _frame(frame: FrameSummary) -> Markup:
    """Return a frame with its lines as HTML."""
    lines = ((_RAN if number == frame.lineno else _LINE).format(number, line) for number, line in source_around(frame))
    return Markup("<p><code>{}</code></p><pre><code>{}</code></pre>").format(_place(frame), Markup("").join(lines))


def _place(frame: FrameSummary) -> str:
    """Return where a frame is."""
    return f"{file_name(frame)}:{frame.lineno} in {frame.name}"


def _table(rows: Mapping[str, Any]) -> Markup:
    """Return names and values as HTML."""
    cells: Iterable[Markup] = (Markup("<tr><th>{}</th><td>{}</td></tr>").format(*row) for row in rows.items())
    return Markup("<table>{}</table>").format(Markup("").join(cells))


def _as_json(raised: Raised) -> dict[str, Any]:
    """Return one exception as JSON, with the members of a group."""
    shown: dict[str, Any] = {
        "exception": raised.title,
        **_listed("frames", raised.own or raised.others, _frame_as_json),
    }
    if raised.relation:
        shown["relation"] = raised.relation
    if raised.members:
        shown["members"] = [_as_json(each) for each in raised.members]
    if raised.left_out:
        shown["members_left_out"] = raised.left_out
    return shown


def _frame_as_json(frame: FrameSummary) -> dict[str, Any]:
    """Return a frame as JSON."""
    return {"file": file_name(frame), "line": frame.lineno, "function": frame.name, "code": cut(frame.line or "")}


def _listed(name: str, items: Sequence[T], show: Callable[[T], Any]) -> dict[str, Any]:
    """Return items as JSON, and how many are left out before the last one."""
    first, left_out, last = shorten(items)
    return {name: list(map(show, (*first, *last))), **({f"{name}_left_out": left_out} if left_out else {})}


def _route(req: Req) -> dict[str, Any]:
    """Return the route of a request, by what it is called in the docs."""
    route = req.route
    return {
        "pattern": route.pattern,
        "file": route.file,
        "params": short_repr(req.params),
        "middleware": ", ".join(route.middleware),
    }


def _headers(req: Req) -> dict[str, str]:
    """Return the headers of a request, without the values of secret ones."""
    return {name: "…" if any(part in name for part in _SECRET) else value for name, value in req.headers.items()}
