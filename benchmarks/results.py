"""Write `RESULTS.md`: run every benchmark of the page in a process of its own, and say on what machine.

| option | |
|---|---|
| `--only NAME` | run one benchmark, and print its part instead of writing the page |
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: The benchmarks of the page in their order: file, and how many folders the API has.
PARTS = (("frameworks", 100), ("frameworks", 1), ("instructions", 1), ("servers", 100), ("growth", 1))
PACKAGES = ("werkzeug", "msgspec", "falcon", "bottle", "flask", "django", "fastapi", "litestar", "blacksheep")
SERVERS = ("gunicorn", "granian")
HEAD = """# Results

`make bench` writes this page. Read the ratios, within one run: the microseconds belong to one machine at one time.

- All applications have the same URLs and give the same answers, which are compared before anything is timed.
- WSGI applications are called with the environ that gunicorn makes. ASGI applications are called with the scope that
  uvicorn makes, and their coroutines run to the end without an event loop, since none of them has to wait. So what a
  loop costs is not in their figures.
- FastAPI's and Django's routing is linear: a request tries one route after another until one matches. With hundreds of
  routes that is nearly all of their time. The table of one folder shows them without it.
- A server hides most of the difference: it takes far longer to read and to write a request than fsapi takes to answer
  it. A database hides the rest.
- Functions take turns in blocks of 2 ms, and only CPU time is counted. Other processes still share caches and cores
  with them: ± says how much a ratio varies.
"""


def part(name: str, folders: int) -> str:
    """Return what one benchmark prints."""
    environ = {**os.environ, "FOLDERS": str(folders)}
    command = [sys.executable, str(HERE / f"{name}.py")]
    return subprocess.run(command, env=environ, stdout=subprocess.PIPE, check=True, text=True).stdout


def machine() -> str:
    """Return the machine, its load, and the versions of what is measured."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    packages = ", ".join(f"{name} {version(name)}" for name in (*PACKAGES, *SERVERS))
    return (
        f"Python {platform.python_version()}, {platform.system()} {platform.release()}, {model}, "
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start. {packages}.\n"
    )


def main() -> None:
    """Write the page, or print a part of it."""
    parser = argparse.ArgumentParser(description="Write benchmarks/RESULTS.md.")
    parser.add_argument("--only", choices=[name for name, _ in PARTS], help="print the part of one benchmark")
    only = parser.parse_args().only
    found = [HEAD, machine()]
    for name, folders in PARTS:
        if only in (None, name):
            print(f"{name}, {folders} folders", file=sys.stderr)
            found.append(part(name, folders).rstrip("\n") + "\n")
    if only:
        print("\n".join(found[2:]))
    else:
        (HERE / "RESULTS.md").write_text("\n".join(found), encoding="utf-8")


if __name__ == "__main__":
    main()
