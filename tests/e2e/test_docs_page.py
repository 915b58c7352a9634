"""The docs page in a real browser: what it shows, what it sends, and that nothing of a document runs in it.

tests/conftest.py leaves these tests out where there is no Chromium, and the header of the run says so.
"""

# selenium has types for a part of what it returns.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import CHROMEDRIVER
from tests.e2e.foreign_document import DOCUMENT, MARKUP
from tests.e2e.servers import serve, serve_example
from tests.e2e.test_browser import FLAGS, PNG
from tests.site import write

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.usefixtures("unmeasured")]

ECHO = f'''
def default(req, res):
    """Echo {MARKUP}.

    <script>alert(1)</script> and `code`.
    """
    names = ("authorization", "x-trace", "x-key", "content-type", "x-csrftoken")
    headers = {{name: req.headers[name] for name in names if name in req.headers}}
    res.json({{"method": req.method, "url": req.url, "headers": headers, "body": req.bytes.decode()}})
'''
NODES = '''
from __future__ import annotations

from typing import Annotated, Any, Literal

from fsapi import Req, Res
from msgspec import Meta, Struct


class Node(Struct):
    """A node, <i>with</i> others in it."""

    name: str
    size: Annotated[int, Meta(ge=1, le=2**63 - 1)] = 1
    parent: Node | None = None
    children: list[Node] = []


class Options(Struct):
    tag: list[str] = []
    order: Literal["up", "down"] = "up"
    deep: bool = False
    size: int = 20


def GET(req: Req[None, Any, Options], res: Res[Options]) -> None:
    res.json(req.query)


def POST(req: Req[Node], res: Res[Node, Literal[201]]) -> None:
    res.json(req.body)
'''
ENDLESS = """
import itertools
from threading import Event

from werkzeug.wrappers import Response


def GET(req, res):
    return Response(str(Event().wait(0.01)) for _ in itertools.count())
"""
WSGI = """
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.wrappers import Response

from fsapi import App
from fsapi.flask import mount

api = App(__file__, docs="/docs")
host = Flask(__name__)
mount(host, "/api/v1", api)


def with_document(status):
    def app(environ, start_response):
        if environ["PATH_INFO"] != "/docs/openapi.json":
            return api(environ, start_response)
        document = open("foreign.json", "rb").read()
        return Response(document, status, content_type="application/json")(environ, start_response)
    return app


app = DispatcherMiddleware(api, {"/flask": host, "/foreign": with_document(200), "/failing": with_document(403)})
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """Start a browser with a profile of its own that keeps what is written to its console."""
    options = ChromeOptions()
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    with Chrome(options, Service(CHROMEDRIVER)) as driver:
        yield driver


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a project with a docs page, the same in Flask, and the page with a document that another tool has made."""
    files = {
        "server/echo/[...path].py": ECHO,
        "server/nodes.py": NODES,
        "server/pets/[id].py": ECHO,
        "server/endless.py": ENDLESS,
    }
    project = write(tmp_path_factory.mktemp("docs"), {**files, "wsgi.py": WSGI, "foreign.json": json.dumps(DOCUMENT)})
    with serve("gthread", project, "--graceful-timeout", "1", app="wsgi:app") as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(autouse=True)
def wide(browser: Chrome) -> None:
    """Begin each test on a desk, in light colours, and with an empty console."""
    resize(browser, 1280)
    colours(browser, "light")
    browser.get_log("browser")  # type: ignore[no-untyped-call]


def resize(browser: Chrome, width: int) -> None:
    """Give the browser a screen of a width."""
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)


def colours(browser: Chrome, scheme: str) -> None:
    """Let the system prefer light or dark colours."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def show(browser: Chrome, url: str) -> None:
    """Open the page, and wait until it has shown the document."""
    browser.get("about:blank")  # so that a URL that differs in its fragment alone is loaded too
    browser.get(url)
    WebDriverWait(browser, 15).until(lambda driver: driver.find_elements(By.CSS_SELECTOR, "#contents input"))


def operation(browser: Chrome, name: str) -> WebElement:
    """Return an operation, opened."""
    found = browser.find_element(By.ID, f"op-{name}")
    browser.execute_script("arguments[0].open = true", found)
    WebDriverWait(browser, 15).until(lambda driver: found.find_elements(By.TAG_NAME, "form"))
    return found


def field(part: WebElement | Chrome, name: str) -> WebElement:
    """Return the input whose label starts with a name."""
    inputs = part.find_elements(By.CSS_SELECTOR, "input, select, textarea")
    return next(found for found in inputs if found.accessible_name.split(" ")[0] == name.split(" ")[0])


def value(control: WebElement) -> str:
    """Return what an input holds."""
    return control.get_attribute("value") or ""


def send(browser: Chrome, part: WebElement) -> str:
    """Send the request of an operation, and return the status of its answer."""
    part.find_element(By.CSS_SELECTOR, "[type=submit]").click()
    status = part.find_element(By.CSS_SELECTOR, "[role=status]")
    WebDriverWait(browser, 15).until(lambda driver: status.text.endswith("B"))
    return status.find_element(By.TAG_NAME, "strong").text


def answer(part: WebElement) -> Any:
    """Return the body that is shown, read as JSON."""
    return json.loads(part.find_element(By.CSS_SELECTOR, "pre.answer").text)


def open_all(browser: Chrome, levels: int) -> None:
    """Open whatever can be opened, level by level, and what that shows."""
    for _ in range(levels):
        script = "const shut = [...document.querySelectorAll('details:not([open])')].slice(0, 300);"
        browser.execute_script(f"{script} shut.forEach((one) => one.open = true)")
        browser.execute_async_script("setTimeout(arguments[0])")  # the event comes after the script


def console(browser: Chrome) -> list[str]:
    """Return what was written to the console."""
    return [entry["message"] for entry in browser.get_log("browser")]  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/flask/api/v1/docs", "/flask/api/v1/docs/", "/foreign/docs"])
def test_the_page_lists_every_operation_and_breaks_no_rule(browser: Chrome, origin: str, path: str) -> None:
    """The console is empty: nothing that the policy forbids was tried."""
    show(browser, origin + path)
    script = (
        "fetch(document.querySelector('[rel=service-desc]').href).then((answer) => answer.text()).then(arguments[0])"
    )
    ids = set(re.findall(r'"operationId": ?"(.+?)"', browser.execute_async_script(script)))
    shown = browser.find_elements(By.CSS_SELECTOR, "details.operation")
    assert {one.get_attribute("id") for one in shown} == {f"op-{name}" for name in ids}
    open_all(browser, 2)
    assert console(browser) == []


def test_a_request_has_the_bearer_token(browser: Chrome, origin: str) -> None:
    """The rest of a path keeps its slashes, and the answer is shown with its status."""
    show(browser, f"{origin}/docs")
    field(browser, "Bearer").send_keys("s3cret")
    part = operation(browser, "getEchoByPath")
    field(part, "path").send_keys("a/b c/d?")
    assert send(browser, part) == "200 OK"
    assert answer(part)["url"] == "/echo/a/b%20c/d%3F"
    assert answer(part)["headers"] == {"authorization": "Bearer s3cret"}


def test_the_query_is_filled_in_by_type(browser: Chrome, origin: str) -> None:
    """A list has one value a line, a choice and a flag are selects, and what is empty is not sent."""
    show(browser, f"{origin}/docs")
    part = operation(browser, "getNodes")
    field(part, "tag").send_keys("a", Keys.ENTER, "b c")
    field(part, "order").send_keys("down")
    field(part, "deep").send_keys("true")
    assert field(part, "size").get_attribute("placeholder") == "20"
    send(browser, part)
    assert answer(part) == {"tag": ["a", "b c"], "order": "down", "deep": True, "size": 20}


def test_a_body_starts_as_one_that_fits(browser: Chrome, origin: str) -> None:
    """It is made from the schema, and ends where that refers to itself."""
    show(browser, f"{origin}/docs")
    part = operation(browser, "postNodes")
    assert json.loads(value(field(part, "JSON"))) == {"name": "string", "size": 1, "children": []}
    assert send(browser, part) == "201 Created"


def test_what_does_not_fit_is_shown(browser: Chrome, origin: str) -> None:
    """The body is sent as it was typed."""
    show(browser, f"{origin}/docs")
    part = operation(browser, "postNodes")
    field(part, "JSON").clear()
    field(part, "JSON").send_keys('{"name": 1}')
    assert send(browser, part) == "422 Unprocessable Entity"
    assert answer(part)["details"][0]["path"] == "$.name"


def test_a_request_can_be_cancelled(browser: Chrome, origin: str) -> None:
    """What is known of the answer is shown while its body comes."""
    show(browser, f"{origin}/docs")
    part = operation(browser, "getEndless")
    part.find_element(By.CSS_SELECTOR, "[type=submit]").click()
    status = part.find_element(By.CSS_SELECTOR, "[role=status]")
    WebDriverWait(browser, 15).until(lambda driver: "the body follows" in status.text)
    part.find_element(By.CSS_SELECTOR, "button.plain").click()
    WebDriverWait(browser, 15).until(lambda driver: status.text == "Cancelled.")


def test_what_no_header_can_hold_is_reported(browser: Chrome, origin: str) -> None:
    """Nothing is sent, and the form can be used again."""
    show(browser, f"{origin}/docs")
    field(browser, "Bearer").send_keys("\u4e2d")
    part = operation(browser, "getNodes")
    part.find_element(By.CSS_SELECTOR, "[type=submit]").click()
    assert part.find_element(By.CSS_SELECTOR, "[role=status]").text.startswith("No answer: ")
    field(browser, "Bearer").clear()
    assert send(browser, part) == "200 OK"


def test_numbers_keep_their_digits(browser: Chrome, origin: str) -> None:
    """JavaScript itself would round them."""
    show(browser, f"{origin}/docs")
    part = operation(browser, "postNodes")
    assert "≤ 9223372036854775807" in part.text
    field(part, "JSON").clear()
    field(part, "JSON").send_keys('{"name": "a", "size": 9223372036854775807}')
    send(browser, part)
    assert answer(part)["size"] == 9223372036854775807


def test_a_schema_that_refers_to_itself_opens_level_by_level(browser: Chrome, origin: str) -> None:
    """Nothing is shown before it is asked for."""
    show(browser, f"{origin}/docs#op-postNodes")
    before = browser.execute_script("return document.querySelectorAll('.fields').length")
    open_all(browser, 4)
    after = browser.execute_script("return document.querySelectorAll('.fields').length")
    assert before < 4 < after < 1000


@pytest.mark.parametrize("path", ["/docs", "/foreign/docs"])
def test_markup_is_shown_as_text(browser: Chrome, origin: str, path: str) -> None:
    """Nothing of a document becomes an element."""
    show(browser, origin + path)
    open_all(browser, 3)
    assert MARKUP in browser.find_element(By.TAG_NAME, "main").text
    assert browser.find_elements(By.CSS_SELECTOR, "body img, body script, b, i, [onerror], [href^=javascript]") == []


@pytest.mark.parametrize("path", ["/docs", "/foreign/docs"])
def test_the_page_fits_a_phone(browser: Chrome, origin: str, path: str) -> None:
    """Nothing is wider than the screen, whatever is open."""
    resize(browser, 390)
    show(browser, origin + path)
    open_all(browser, 3)
    assert browser.execute_script("return document.documentElement.scrollWidth") == 390


def test_the_page_is_dark_where_the_system_is(browser: Chrome, origin: str) -> None:
    """It follows without a reload."""
    show(browser, f"{origin}/docs")
    light = browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")
    colours(browser, "dark")
    assert light != browser.find_element(By.TAG_NAME, "body").value_of_css_property("background-color")


def test_every_control_has_a_name(browser: Chrome, origin: str) -> None:
    """A screen reader can say what each is for."""
    show(browser, f"{origin}/foreign/docs")
    open_all(browser, 1)
    controls = browser.find_elements(By.CSS_SELECTOR, "input, select, textarea, button:not([hidden]), summary, a")
    assert [found.get_attribute("outerHTML") for found in controls if not found.accessible_name] == []


def test_the_page_is_used_by_keyboard(browser: Chrome, origin: str) -> None:
    """Enter opens an operation, and sends its request from an input."""
    show(browser, f"{origin}/docs")
    browser.find_element(By.CSS_SELECTOR, "#op-getNodes > summary").send_keys(Keys.ENTER)
    part = operation(browser, "getNodes")
    field(part, "size").send_keys("7", Keys.ENTER)
    WebDriverWait(browser, 15).until(lambda driver: part.find_elements(By.CSS_SELECTOR, "pre.answer"))
    assert answer(part)["size"] == 7


def test_the_fragment_of_the_url_opens_an_operation(browser: Chrome, origin: str) -> None:
    """So a link can point to one."""
    show(browser, f"{origin}/foreign/docs#op-an%20id%2Fwith%20spaces")
    assert browser.find_element(By.ID, "op-an id/with spaces").get_attribute("open")


def test_operations_are_found_by_their_words(browser: Chrome, origin: str) -> None:
    """Those that have not all of them are hidden, and so are groups without any."""
    show(browser, f"{origin}/docs")
    field(browser, "Find").send_keys("post nodes")
    shown = [one for one in browser.find_elements(By.CSS_SELECTOR, "details.operation") if one.is_displayed()]
    assert [one.get_attribute("id") for one in shown] == ["op-postNodes"]
    assert [one.text for one in browser.find_elements(By.CSS_SELECTOR, "main h2") if one.is_displayed()] == [
        "Other operations"
    ]


def test_requests_go_to_the_app_under_its_mount(browser: Chrome, origin: str) -> None:
    """Inside Flask too."""
    show(browser, f"{origin}/flask/api/v1/docs")
    part = operation(browser, "getEchoByPath")
    field(part, "path").send_keys("x")
    assert (send(browser, part), answer(part)["url"]) == ("200 OK", "/flask/api/v1/echo/x")


def test_each_security_scheme_has_its_place_in_the_request(browser: Chrome, origin: str) -> None:
    """Those that the operation names are sent, and nothing goes to the server of the document."""
    show(browser, f"{origin}/foreign/docs")
    field(browser, "key").send_keys("k")
    field(browser, "basic:").send_keys("Ada")
    part = operation(browser, "getPet")
    field(part, "X-Trace").send_keys("t")
    field(part, "fields").send_keys("a", Keys.ENTER, "b")
    send(browser, part)
    assert answer(part)["url"] == "/foreign/pets/a%2Fb?fields=a%2Cb&fixed=v1"
    assert answer(part)["headers"] == {"authorization": "Basic QWRhOg==", "x-trace": "t", "x-key": "k"}


def test_an_operation_without_security_sends_no_token(browser: Chrome, origin: str) -> None:
    """A token is not for those who do not ask for it."""
    show(browser, f"{origin}/foreign/docs")
    field(browser, "bearer").send_keys("s3cret")
    part = operation(browser, "postTree")
    send(browser, part)
    assert answer(part)["headers"] == {"content-type": "application/json"}


@pytest.mark.parametrize("name", ["postWide", "postTree", "postLoop", "postAliasA", "postPart", "postNot"])
def test_a_schema_without_end_has_a_body_of_some_size(browser: Chrome, origin: str, name: str) -> None:
    """Ten fields of ten fields, ten levels deep, are cut off."""
    show(browser, f"{origin}/foreign/docs")
    text = value(field(operation(browser, name), "JSON"))
    assert len(json.dumps(json.loads(text))) < 10_000


def test_a_form_is_filled_in_by_its_fields(browser: Chrome, origin: str) -> None:
    """A list is sent as several values."""
    show(browser, f"{origin}/foreign/docs")
    part = operation(browser, "postTree")
    Select(field(part, "Content")).select_by_value("application/x-www-form-urlencoded")
    field(part, "sizes").send_keys("1", Keys.ENTER, "2")
    Select(field(part, "flag")).select_by_value("true")
    send(browser, part)
    assert answer(part)["body"] == "flag=true&sizes=1&sizes=2&color=red"


def test_a_body_can_be_text_or_a_file(browser: Chrome, origin: str, tmp_path: Path) -> None:
    """Both are sent as they are."""
    (tmp_path / "a.bin").write_bytes(b"bytes")
    show(browser, f"{origin}/foreign/docs")
    part = operation(browser, "postTree")
    for kind, name, value in (
        ("text/plain", "Text", "a\nb"),
        ("application/octet-stream", "File", f"{tmp_path}/a.bin"),
    ):
        Select(field(part, "Content")).select_by_value(kind)
        field(part, name).send_keys(value)
        send(browser, part)
        assert answer(part)["headers"]["content-type"] == kind
        assert answer(part)["body"] == {"Text": "a\nb", "File": "bytes"}[name]


def test_a_file_is_uploaded_and_an_image_shown(browser: Chrome, tmp_path: Path) -> None:
    """Here in the example, whose document is at another path."""
    (tmp_path / "image.png").write_bytes(PNG)
    with serve_example(tmp_path / "example.db", "--graceful-timeout", "1") as server:
        show(browser, f"http://127.0.0.1:{server.port}/docs")
        part = operation(browser, "putUsersByIdAvatar")
        field(part, "file").send_keys(str(tmp_path / "image.png"))
        field(part, "caption").send_keys("Ada's")
        assert (send(browser, part), answer(part)["avatar"]["caption"]) == ("200 OK", "Ada's")
        part = operation(browser, "getUsersByIdAvatar")
        assert send(browser, part) == "200 OK"
        image = part.find_element(By.CSS_SELECTOR, "img.answer")
        WebDriverWait(browser, 15).until(lambda driver: image.get_attribute("naturalWidth") == "1")


def test_django_gets_its_csrf_token(browser: Chrome, origin: str) -> None:
    """Its cookie is sent as a header with what changes something."""
    show(browser, f"{origin}/docs")
    browser.add_cookie({"name": "csrftoken", "value": "abc"})
    part = operation(browser, "deleteEchoByPath")
    field(part, "path").send_keys("x")
    send(browser, part)
    browser.delete_all_cookies()
    assert answer(part)["headers"] == {"x-csrftoken": "abc"}


def test_a_document_that_cannot_be_loaded_is_reported(browser: Chrome, origin: str) -> None:
    """The page does not stay empty."""
    browser.get(f"{origin}/failing/docs")
    alert = WebDriverWait(browser, 15).until(lambda driver: driver.find_element(By.CSS_SELECTOR, "[role=alert]"))
    assert alert.text == f"The document {origin}/failing/docs/openapi.json cannot be shown: 403 FORBIDDEN"
