"""Measure one request in process: fsapi beside other frameworks and a function written by hand.

Every application has the API of `apps.py`. Answers are compared before anything is timed. Run alone, this prints its
part of `RESULTS.md`; `make bench` writes the whole.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from apps import BY_HAND, OWN, by_hand, with_bottle, with_falcon, with_flask, with_fsapi
from asgi import asgi
from asgi_apps import with_blacksheep, with_fastapi, with_litestar
from cases import CASES, FOLDERS, Case
from django_app import with_django
from measure import Times, compare, table
from send import Send, fits, wsgi

#: Returns the function that sends a case to an application.
Client = Callable[[Case], Send]


def clients(folder: Path) -> dict[str, Client]:
    """Return a client for each application, by its name and version."""
    kinds: dict[Callable[[Any, Case], Send], dict[str, Any]] = {
        wsgi: {
            OWN: with_fsapi(folder),
            BY_HAND: by_hand(),
            "falcon": with_falcon(),
            "bottle": with_bottle(),
            "flask": with_flask(),
            "django": with_django(),
        },
        asgi: {"fastapi": with_fastapi(), "litestar": with_litestar(), "blacksheep": with_blacksheep()},
    }
    return {_label(name): _client(kind, app) for kind, apps in kinds.items() for name, app in apps.items()}


def _client(kind: Callable[[Any, Case], Send], app: Any) -> Client:
    return lambda case: kind(app, case)


def _label(name: str) -> str:
    """Return the name of an application with the version of its framework."""
    return name if name in (OWN, BY_HAND) else f"{name} {version(name)}"


def measure(clients: dict[str, Client]) -> dict[str, dict[str, Times]]:
    """Return the times of each application for each case; those that give another answer are left out."""
    found: dict[str, dict[str, Times]] = {}
    for case in CASES:
        sends = {name: client(case) for name, client in clients.items()}
        right = {name: send for name, send in sends.items() if fits(send, case)}
        if not {OWN, BY_HAND} <= right.keys():
            raise SystemExit(f"fsapi or the function gives another answer: {case}")
        found[case.name] = compare(right)
    return found


def _short(ratio: float) -> str:
    """Return a ratio with two digits, or with three behind the point where it is small."""
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"


def section() -> str:
    """Return the tables of ratios and of microseconds."""
    with tempfile.TemporaryDirectory() as folder:
        names = clients(Path(folder))
        found = measure(names)
    others = [name for name in names if name != OWN]

    def ratios() -> Iterator[list[str]]:
        for case, times in found.items():
            pairs = [times[OWN].ratio(times[name]) if name in times else None for name in others]
            yield [case, *("-" if pair is None else f"{_short(pair[0])} ± {_short(pair[1])}" for pair in pairs)]

    def microseconds() -> Iterator[list[str]]:
        for case, times in found.items():
            yield [case, *(f"{times[name].median:.1f}" if name in times else "-" for name in names)]

    return (
        f"## One request in process, {6 * len(FOLDERS) + 1} URLs\n\n"
        "A figure is the time of fsapi divided by that of the other: below 1, fsapi is faster. It is the median of "
        "the ratios of all rounds; ± is half the range of the middle half of them. A dash stands for "
        "another answer.\n\n"
        f"{table(['fsapi ÷', *others], ratios())}\n"
        "Microseconds of CPU time for a request, medians of all rounds, with the making of the environ or scope:\n\n"
        f"{table(['µs', *names], microseconds())}"
    )


if __name__ == "__main__":
    print(section())
