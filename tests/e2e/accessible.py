"""Whether everybody can use a page: nothing beyond the window, and nothing that axe finds."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page

# A page asked while the next one arrives has no root element yet, or is gone before it answers:
# this waits for whichever page comes to stand whole.
STANDS = "() => document.readyState === 'complete'"
BEYOND = """() => document.readyState === 'complete'
    && {pixels: document.documentElement.scrollWidth - window.innerWidth}"""
IS_THERE = "() => 'axe' in window"
# What is in order is not described, nor sent here: that costs more than finding out.
RUN = """() => axe.run({resultTypes: ['violations']}).then(({violations}) => ({violations}))"""


def beyond_the_window(page: Page) -> int:
    """The pixels by which a page that stands whole is wider than its window; none or less fits."""
    found: dict[str, int] = page.wait_for_function(BEYOND).json_value()
    return found["pixels"]


def examined(page: Page) -> AxeResults:
    """What axe finds wrong with the page as it stands."""
    page.wait_for_function(STANDS)
    if not page.evaluate(IS_THERE):
        page.evaluate(AXE_SCRIPT)
    found: dict[str, Any] = page.evaluate(RUN)
    return AxeResults(found)


def assert_accessible(page: Page, place: str = "") -> None:
    found = examined(page)
    assert found.violations_count == 0, f"{place or page.url}: {found.generate_report()}"


def assert_fits(page: Page) -> None:
    """No wider than its window, and nothing that axe finds."""
    assert beyond_the_window(page) <= 0, page.url
    assert_accessible(page)
