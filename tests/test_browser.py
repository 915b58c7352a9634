"""The example project in a real browser, Debian's headless Chromium.

tests/conftest.py leaves these tests out where there is no Chromium, and the header of the run says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from tests.conftest import CHROMEDRIVER
from tests.servers import Server, serve

pytestmark = [pytest.mark.e2e, pytest.mark.browser]

EXAMPLE = Path(__file__).parents[1] / "example_project"
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
    with serve("gthread", EXAMPLE, app="wsgi:app", EXAMPLE_DB=str(tmp_path / "example.db")) as server:
        yield server


def becomes(browser: Chrome, selector: str, text: str) -> bool:
    """Wait until an element has a text."""
    return WebDriverWait(browser, 15).until(lambda driver: text in driver.find_element(By.CSS_SELECTOR, selector).text)


def test_the_page_of_users_is_there_and_its_form_calls_the_api(browser: Chrome, site: Server) -> None:
    """The list comes with the page; what is added comes by fetch() on the same URL, and is text."""
    browser.get(f"http://127.0.0.1:{site.port}/users")
    assert browser.find_element(By.ID, "users").text.splitlines()[0] == "Ada Lovelace"
    browser.find_element(By.NAME, "name").send_keys("<i>Zoë</i>")
    browser.find_element(By.CSS_SELECTOR, "#add button").click()
    assert becomes(browser, "#users", "<i>Zoë</i>")
    browser.refresh()
    assert becomes(browser, "#users", "<i>Zoë</i>")


def test_the_page_of_users_shows_what_the_api_refuses(browser: Chrome, site: Server) -> None:
    """The error of a 400 is read from its JSON."""
    browser.get(f"http://127.0.0.1:{site.port}/users")
    browser.find_element(By.CSS_SELECTOR, "#add button").click()
    assert becomes(browser, "#error", "name is required")


def test_the_front_end_lists_the_users(browser: Chrome, site: Server) -> None:
    """The static page calls the API with fetch() too, which accepts anything and gets JSON."""
    browser.get(f"http://127.0.0.1:{site.port}/")
    browser.find_element(By.ID, "list").click()
    assert becomes(browser, "#answer", '{"id":1,"name":"Ada Lovelace"}')


def test_a_wrong_address_shows_a_page(browser: Chrome, site: Server) -> None:
    """A browser that opens what is not there gets HTML."""
    browser.get(f"http://127.0.0.1:{site.port}/nope")
    assert becomes(browser, "h1", "Not Found")
