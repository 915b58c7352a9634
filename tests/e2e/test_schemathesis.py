"""The example, served by gunicorn, keeps its document whatever Schemathesis sends it.

All checks of Schemathesis are run. Three failures that its hook below lets pass are none:

| check | what the example answers, and no document can tell |
|---|---|
| negative_data_rejection | a form has only text: `false` is a name, and a date without text is one not filled in |
| positive_data_acceptance | a file that is no image is a 415 |
| ensure_resource_availability | a user who has just been added has no avatar |
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.servers import TOKEN, serve, serve_example
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("unmeasured")]

#: The longest request line that gunicorn takes; some URLs are long.
OPTIONS = ("--limit-request-line", "8190")
SETTINGS = {
    "schemathesis.toml": """
hooks = "hooks.py"
cache.enabled = false
reports.json.path = "report.json"
[generation]
database = "none"
max-examples = 120
""",
    "hooks.py": '''
import schemathesis

FORMS = "application/x-www-form-urlencoded", "multipart/form-data"
TEXTS = "name", "caption"

@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Return False for what is no failure."""
    form = case.body if case.media_type in FORMS and isinstance(case.body, dict) else {}
    no_failures = {
        "AcceptedNegativeData": form.get("born") == "" or not all(isinstance(form.get(n, ""), str) for n in TEXTS),
        "RejectedPositiveData": response.status_code == 415 and b"the file is not" in response.content,
        "EnsureResourceAvailability": case.operation.label == "GET /users/{id}/avatar",
    }
    return not no_failures.get(type(failure).__name__)
''',
}


#: A project with a function of its own that answers errors, as problem details (RFC 9457).
PROJECT = {
    "wsgi.py": "from fsapi import App\n\napp = App(__file__, openapi='/openapi.json')\n",
    "server/_error.py": """
from typing import Any, TypedDict
from fsapi import Error, Req, Res

class Problem(TypedDict):
    title: Any
    status: int
    errors: list[dict[str, Any]]

def error(req: Req, res: Res[Problem], error: Error) -> None:
    res.setHeader("Content-Type", "application/problem+json")
    details = [{"pointer": each["path"], "detail": each["message"]} for each in error.details]
    res.json({"title": error.message, "status": error.status, "errors": details})
""",
    "server/teas/index.py": '''
from __future__ import annotations
from datetime import datetime, timezone
from typing import Annotated, Any, Literal
import pydantic
from msgspec import Meta, Struct
from fsapi import Req, Res

openapi = {"responses": {409: "The tea is there already"}}

class Tag(Struct):
    name: str

class Tea(Struct):
    name: Annotated[str, Meta(min_length=1, max_length=20)]
    grams: Annotated[int, Meta(ge=1, le=1000)] = 100
    tags: list[Tag] = []

class Made(pydantic.BaseModel):
    name: str = pydantic.Field(serialization_alias="teaName")
    at: datetime

    @pydantic.computed_field
    @property
    def size(self) -> int:
        return len(self.name)

class Filter(Struct):
    least: Annotated[int, Meta(ge=0, le=1000)] = 0

def GET(req: Req[None, Any, Filter], res: Res[list[Tea]]) -> None:
    """List the teas."""
    res.json([Tea("Assam", grams=req.query.least), Tea("Darjeeling")])

def POST(req: Req[Tea], res: Res[Made, Literal[201]]) -> None:
    """Add a tea."""
    if req.body.name == "Assam":
        res.json({"title": "there already", "status": 409, "errors": []}, 409)
    else:
        res.json(Made(name=req.body.name, at=datetime.now(timezone.utc)))
''',
    "server/teas/[id].py": '''
from typing import Annotated, TypedDict
from msgspec import Meta, Struct
from werkzeug.exceptions import NotFound
from fsapi import Req, Res

openapi = {"GET": {"responses": {404: "The tea is sold out"}}}

class Path(TypedDict):
    id: Annotated[int, Meta(ge=1, le=9)]

class Tea(Struct):
    id: int

def GET(req: Req[None, Path], res: Res[Tea]) -> None:
    """Show a tea."""
    if req.params["id"] > 5:
        raise NotFound("sold out")
    res.json(Tea(req.params["id"]))
''',
}


def run(folder: Path, port: int) -> tuple[int, Any]:
    """Run all checks against a server; return the exit code and the report."""
    write(folder, SETTINGS)
    url, token = f"http://127.0.0.1:{port}/openapi.json", f"Authorization: Bearer {TOKEN}"
    command = [sys.executable, "-m", "schemathesis.cli", "run", url, "--seed", "1", "--no-color", "--header", token]
    code = subprocess.run(command, cwd=folder, timeout=1200).returncode
    return code, json.loads((folder / "report.json").read_text("utf-8"))


def test_a_thousand_requests_get_no_answer_that_breaks_the_document(tmp_path: Path) -> None:
    """No 5xx, and no status, content type, header or body that the document does not have.

    What does not fit the document is refused, and what fits is not; 405 has its Allow; what is deleted is gone.
    """
    with serve_example(tmp_path / "example.db", *OPTIONS) as server:
        code, report = run(tmp_path, server.port)
    cases, operations = report["test_cases"], report["operations"]
    assert (code, report["errors"], cases["with_failures"], operations["tested"]) == (0, [], 0, operations["total"])
    assert cases["generated"] >= 1000


def test_errors_of_a_function_of_the_project_keep_the_document(tmp_path: Path) -> None:
    """Its type is the schema of all errors; answers are as they are described to be sent."""
    write(tmp_path, PROJECT)
    with serve("gthread", tmp_path, *OPTIONS, app="wsgi:app") as server:
        code, report = run(tmp_path, server.port)
    cases, operations = report["test_cases"], report["operations"]
    assert (code, report["errors"], cases["with_failures"], operations["tested"]) == (0, [], 0, operations["total"])
    assert cases["generated"] >= 200
