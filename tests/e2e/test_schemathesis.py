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

import pytest

from tests.e2e.servers import serve_example
from tests.site import write

pytestmark = pytest.mark.e2e

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


def test_a_thousand_requests_get_no_answer_that_breaks_the_document(tmp_path: Path) -> None:
    """No 5xx, and no status, content type, header or body that the document does not have.

    What does not fit the document is refused, and what fits is not; 405 has its Allow; what is deleted is gone.
    """
    write(tmp_path, SETTINGS)
    options = ("--limit-request-line", "8190")  # the longest that gunicorn has; some URLs are long
    with serve_example(tmp_path / "example.db", *options) as server:
        url = f"http://127.0.0.1:{server.port}/openapi.json"
        command = [sys.executable, "-m", "schemathesis.cli", "run", url, "--seed", "1", "--no-color"]
        code = subprocess.run(command, cwd=tmp_path, timeout=300).returncode
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    cases, operations = report["test_cases"], report["operations"]
    assert (code, report["errors"], cases["with_failures"], operations["tested"]) == (0, [], 0, operations["total"])
    assert cases["generated"] >= 1000
