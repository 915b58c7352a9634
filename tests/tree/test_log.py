"""The logger is enabled for every record; level, filters and handlers silence it."""

from __future__ import annotations

import importlib
import io
import logging
import logging.config
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fsapi import App
from fsapi.answers.response_check import DEVELOPMENT
from fsapi.tree.log import logger
from tests.site import Site, client, handler, write

INI = "[loggers]\nkeys=root\n[handlers]\nkeys=\n[formatters]\nkeys=\n[logger_root]\nhandlers=\n"
#: Configurations that disable every logger that they do not name.
CONFIGS: dict[str, Callable[[], object]] = {
    "dictConfig": lambda: logging.config.dictConfig({"version": 1}),
    "others named": lambda: logging.config.dictConfig({"version": 1, "loggers": {"app": {}, "fsapi.app": {}}}),
    "fileConfig": lambda: logging.config.fileConfig(io.StringIO(INI)),
}
TYPED = "from fsapi import Req, Res\nfrom dataclasses import dataclass\n@dataclass\nclass A: n: int\n"
STREAM = "return Response(str(1 // number) for number in (1, 0))"
#: The files of a project that imports `stock` from another one, and the message of its one record.
RECORDS: dict[str, tuple[dict[str, str], str]] = {
    "no route file": ({"server/_a.py": ""}, "server holds no route file"),
    "near setting": ({"server/a.py": "max_bdy = 5\n" + handler("", "PUT")}, "server/a.py:1: max_bdy is not"),
    "body of GET": ({"server/a.py": f"{TYPED}def GET(req: Req[A], res): ..."}, "server/a.py:5: GET asks for a body"),
    "ignored test": ({"server/a.py": handler(""), "server/test_b.py": handler("")}, "server/test_b.py:2: defines GET"),
    "shared library": ({"server/a.py": "import stock\n" + handler(""), "stock.py": ""}, "server/a.py imports stock"),
    "other name": ({"server/a.py": handler(""), "server.py": ""}, "server is imported as server~"),
    "JSON as text": ({"server/a.py": handler("res.json(req.body)", "POST")}, "a body that looks like JSON"),
    "exception": ({"server/a.py": handler("1 / 0", "POST")}, "POST /a failed in server/a.py"),
    "no end": ({"server/a.py": handler("", "POST")}, "POST /a failed in server/a.py"),
    "stream": (
        {"server/a.py": handler(STREAM, "POST", top="from werkzeug.wrappers import Response")},
        "POST /a failed in server/a.py",
    ),
    "page": ({"app/pages/a.py": "def page(req): return 1 / 0"}, "GET /a failed in app/pages/a.py"),
    "contract": ({"server/a.py": f"{TYPED}def GET(req: Req, res: Res[A]): res.end('')"}, "GET in server/a.py does not"),
}


@pytest.fixture(params=CONFIGS)
def disable(request: pytest.FixtureRequest) -> Iterator[Callable[[], None]]:
    """Return a function that disables the logger by accident; undo that after the test."""
    root, handlers = logging.root, list(logging.root.handlers)
    enabled = [log for log in map(logging.getLogger, root.manager.loggerDict) if not log.disabled]

    def configure() -> None:
        CONFIGS[request.param]()
        root.handlers[:] = handlers
        assert logging.getLogger("fsapi").disabled

    yield configure
    for log in enabled:
        log.disabled = False


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_written_after_a_configuration_that_disables_the_logger(
    name: str,
    disable: Callable[[], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each of them, whether the app is built or answers."""
    files, message = RECORDS[name]
    monkeypatch.setenv(DEVELOPMENT, "1")
    monkeypatch.setattr(sys, "path", [str(write(tmp_path / "other", {"stock.py": ""})), *sys.path])
    importlib.import_module("stock")
    caplog.set_level(logging.DEBUG, "fsapi")
    disable()
    app = App(write(tmp_path / "project", files))
    for method, body in (("GET", None), ("POST", "[1]")):
        disable()
        with suppress(ZeroDivisionError):  # which ends the stream
            client(app).open("/a", method=method, data=body)
    assert [found.split(message)[0] for found in caplog.messages if message in found] == [""]


@pytest.mark.usefixtures("disable")
def test_the_tree_itself_may_disable_the_logger(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """As settings do that a route file imports."""
    site({"a.py": "import logging.config as c; c.dictConfig({'version': 1})\nmax_bdy = 1\n" + handler("")})
    assert len(caplog.messages) == 1


def test_a_logger_that_was_dropped_is_looked_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """As by a project that resets logging."""
    monkeypatch.delitem(logging.root.manager.loggerDict, "fsapi")
    assert logger() is logging.getLogger("fsapi")


def reject(record: logging.LogRecord) -> bool:
    return False


SILENT: dict[str, Callable[[logging.Logger], object]] = {
    "level": lambda log: log.setLevel(logging.CRITICAL),
    "filter": lambda log: log.addFilter(reject),
    "handlers": lambda log: setattr(log, "propagate", False),
}


@pytest.mark.parametrize("means", SILENT)
def test_level_filters_and_handlers_silence_the_logger(
    means: str, site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """They are set on purpose."""
    log = logging.Logger("fsapi")
    log.parent = logging.root
    monkeypatch.setitem(logging.root.manager.loggerDict, "fsapi", log)
    log.addHandler(logging.NullHandler())
    SILENT[means](log)
    client(site({"a.py": handler("1 / 0")})).get("/a")
    assert caplog.messages == []
