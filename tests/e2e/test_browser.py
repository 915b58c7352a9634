"""The example project in a real browser, Debian's headless Chromium.

tests/conftest.py leaves these tests out where there is no Chromium, and the header of the run says so.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import CHROMEDRIVER
from tests.e2e.servers import Server, serve_example

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.usefixtures("unmeasured")]

# One pixel.
PNG = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGM4YWMDAAMQAUEiFmcFAAAAAElFTkSuQmCC")
FLAGS = [
    *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-dev-shm-usage"),
    *("disable-background-networking", "disable-component-update", "disable-sync"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    """Start a browser with a profile of its own."""
    options = ChromeOptions()
    for flag in FLAGS:
        options.add_argument(f"--{flag}")
    with Chrome(options, Service(CHROMEDRIVER)) as driver:
        yield driver


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Server]:
    """Serve the example project by gunicorn, with a database of its own."""
    options = ("--graceful-timeout", "1")  # the browser keeps connections, which would hold up the end
    with serve_example(tmp_path / "example.db", *options) as server:
        yield server


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Return a file with an image."""
    path = tmp_path / "image.png"
    path.write_bytes(PNG)
    return path


def becomes(browser: Chrome, selector: str, text: str) -> bool:
    """Wait until an element has a text."""
    return WebDriverWait(browser, 15).until(lambda driver: text in driver.find_element(By.CSS_SELECTOR, selector).text)


def shows(browser: Chrome, selector: str, text: str) -> bool:
    """Wait until an image of one pixel has loaded; return whether this is its alternative text."""
    image = (By.CSS_SELECTOR, selector)
    WebDriverWait(browser, 15).until(lambda driver: driver.find_element(*image).get_attribute("naturalWidth") == "1")
    return browser.find_element(*image).get_attribute("alt") == text


def test_the_page_of_users_is_there_and_its_form_calls_the_api(browser: Chrome, site: Server) -> None:
    """The list is in the page. A new user is added by fetch() on the same URL, and its name is shown as text."""
    browser.get(f"http://127.0.0.1:{site.port}/users")
    assert browser.find_element(By.ID, "users").text.splitlines()[0] == "Ada Lovelace"
    browser.find_element(By.NAME, "name").send_keys("<i>Zoë</i>")
    browser.find_element(By.CSS_SELECTOR, "#add button").click()
    assert becomes(browser, "#users", "<i>Zoë</i>")
    browser.refresh()
    assert becomes(browser, "#users", "<i>Zoë</i>")


def test_the_page_of_users_shows_what_the_api_refuses(browser: Chrome, site: Server) -> None:
    """All details of a 422 are shown until the next request succeeds."""
    browser.get(f"http://127.0.0.1:{site.port}/users")
    browser.find_element(By.NAME, "caption").send_keys("x" * 201)
    browser.find_element(By.CSS_SELECTOR, "#upload button").click()
    assert becomes(browser, "#error", "$.file: Missing field\n$.caption: Expected `str` of length <= 200")
    browser.find_element(By.NAME, "name").send_keys("Guido")
    browser.find_element(By.CSS_SELECTOR, "#add button").click()
    assert becomes(browser, "#users", "Guido")
    assert browser.find_element(By.ID, "error").text == ""


def test_the_page_of_users_uploads_an_avatar(browser: Chrome, site: Server, image: Path) -> None:
    """The form is sent by fetch(), and the image is shown from then on, with its caption as alternative text."""
    browser.get(f"http://127.0.0.1:{site.port}/users")
    browser.find_element(By.CSS_SELECTOR, "#whose [value='2']").click()
    browser.find_element(By.NAME, "file").send_keys(str(image))
    browser.find_element(By.NAME, "caption").send_keys("Alan's <b>")
    browser.find_element(By.CSS_SELECTOR, "#upload button").click()
    assert shows(browser, "#user-2 img", "Alan's <b>")
    browser.refresh()
    assert shows(browser, "#user-2 img", "Alan's <b>")


def test_the_front_end_lists_the_users(browser: Chrome, site: Server) -> None:
    """The static page calls the API with fetch() too, which accepts anything and gets JSON."""
    browser.get(f"http://127.0.0.1:{site.port}/")
    browser.find_element(By.ID, "list").click()
    assert becomes(browser, "#answer", '{"id":1,"name":"Ada Lovelace"}')


def test_the_front_end_shows_what_the_api_refuses(browser: Chrome, site: Server) -> None:
    """The details of a 422 are shown below its status, with their places."""
    browser.get(f"http://127.0.0.1:{site.port}/")
    browser.find_element(By.CSS_SELECTOR, "#add button").click()
    assert becomes(browser, "#error", "422: what was sent does not fit\nbody $.name: Expected `str` of length >= 1")


def test_the_front_end_uploads_an_avatar(browser: Chrome, site: Server, image: Path, tmp_path: Path) -> None:
    """Each user has a form for it. A file that is not an image is an error that is shown."""
    browser.get(f"http://127.0.0.1:{site.port}/")
    assert becomes(browser, "#answer", "Ada Lovelace")
    form = browser.find_element(By.CSS_SELECTOR, "#user-1 form + form")
    (tmp_path / "text.png").write_text("text")
    form.find_element(By.NAME, "file").send_keys(str(tmp_path / "text.png"))
    form.find_element(By.TAG_NAME, "button").click()
    assert becomes(browser, "#error", "415: the file is not a PNG, JPEG, GIF or WebP image")
    form.find_element(By.NAME, "file").send_keys(str(image))
    form.find_element(By.TAG_NAME, "button").click()
    assert shows(browser, "#user-1 img", "")


def test_the_front_end_changes_a_user(browser: Chrome, site: Server) -> None:
    """A user is saved with the day of birth, and deleted."""
    browser.get(f"http://127.0.0.1:{site.port}/")
    assert becomes(browser, "#answer", "Ada Lovelace")
    browser.find_element(By.CSS_SELECTOR, "#user-1 [name=born]").send_keys("12101815")
    browser.find_element(By.CSS_SELECTOR, "#user-1 button").click()
    assert becomes(browser, "#answer", '{"id":1,"name":"Ada Lovelace","born":"1815-12-10"}')
    browser.find_element(By.CSS_SELECTOR, "#user-1 [type=button]").click()
    assert becomes(browser, "#answer", "DELETE /users/1\n204")
    assert not browser.find_elements(By.ID, "user-1")


def test_the_front_end_lists_users_in_pieces(browser: Chrome, site: Server) -> None:
    """A button fetches the next users, where there are any."""
    for number in range(98):
        site.ask("POST", "/users", b'{"name": "user %d"}' % number, {"Content-Type": "application/json"})
    browser.get(f"http://127.0.0.1:{site.port}/")
    assert becomes(browser, "#answer", "user 96")
    assert len(browser.find_elements(By.CSS_SELECTOR, "#users > li")) == 100
    browser.find_element(By.ID, "more").click()
    assert becomes(browser, "#answer", "after=100")
    assert len(browser.find_elements(By.CSS_SELECTOR, "#users > li")) == 101
    assert not browser.find_element(By.ID, "more").is_displayed()


def test_a_wrong_address_shows_a_page(browser: Chrome, site: Server) -> None:
    """A browser gets a 404 as HTML."""
    browser.get(f"http://127.0.0.1:{site.port}/nope")
    assert becomes(browser, "h1", "Not Found")
